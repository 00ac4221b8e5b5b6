// A chain as nodes tell it: blocks and their state over JSON-RPC.
#pragma once

#include "app/rules_choice.hpp"
#include "app/state_options.hpp"
#include "rpc/chain_access.hpp"
#include "sources/rpc_node.hpp"
#include "sources/upstream_pool.hpp"

#include <memory>
#include <optional>
#include <vector>

namespace runahead {

/// Where there are several nodes, blocks are asked of one after the other until one has them, and
/// state of a pool (sources/upstream_pool.hpp).
class NodeChain final : public ChainAccess {
public:
  using Nodes = std::vector<std::unique_ptr<RpcNode>>;

  /// `nodes` are connected, and at least one. `executor` and `log` must outlive the chain.
  NodeChain(Nodes nodes, RuleBook rules, const StatePlan& plan, Executor& executor, Logger& log);

  uint64_t chain_id() const override { return nodes_.front()->chain_id(); }
  /// The newest block that as many nodes as the quorum have reached.
  RpcResult<ChainBlock> head() override;
  uint64_t head_stamp() const override;
  void find(const BlockRef& block, BlockSink sink) override;
  Result<Rules> rules_at(const ChainBlock& block, uint64_t number,
                         uint64_t timestamp) const override;
  std::shared_ptr<StateSource> open(const ChainBlock& block) override;

  /// Looks for new heads from now on, and keeps connections open for the reads to come.
  void follow() override;

private:
  RpcResult<ChainBlock> to_block(const Head& head) const;
  const RpcNode& head_node() const;
  void fetch(const BlockId& id, size_t node, RpcNode::Callback<Head> done);
  void check_canonical(const Head& head, BlockSink sink);

  Nodes nodes_;
  RuleBook rules_;
  SourceWrapping wrapping_;
  bool verify_;
  size_t quorum_;
  std::optional<Duration> head_age_;
  Executor& executor_;
  Logger& log_;
  std::unique_ptr<UpstreamPool> pool_; ///< of several nodes
};

/// Connects to the nodes, by running `loop`, and chooses the rules. Nodes that cannot be reached
/// are left out, with a warning, if the others make the quorum.
Result<std::unique_ptr<ChainAccess>> connect_node_chain(const StatePlan& plan, EventLoop& loop,
                                                        Logger& log);

} // namespace runahead
