// A chain as a node tells it: blocks and their state over JSON-RPC.
#pragma once

#include "app/rules_choice.hpp"
#include "app/state_options.hpp"
#include "rpc/chain_access.hpp"
#include "sources/rpc_node.hpp"

#include <memory>

namespace runahead {

class NodeChain final : public ChainAccess {
public:
  /// `node` is connected. `executor` and `log` must outlive the chain.
  NodeChain(std::unique_ptr<RpcNode> node, RuleBook rules, SourceWrapping wrapping,
            Executor& executor, Logger& log);

  uint64_t chain_id() const override { return node_->chain_id(); }
  RpcResult<ChainBlock> head() override;
  uint64_t head_stamp() const override { return node_->head_changes(); }
  void find(const BlockRef& block, BlockSink sink) override;
  Result<Rules> rules_at(const ChainBlock& block, uint64_t number,
                         uint64_t timestamp) const override;
  std::shared_ptr<StateSource> open(const ChainBlock& block) override;

  /// Looks for new heads from now on, and keeps connections open for the reads to come.
  void follow() override;

private:
  RpcResult<ChainBlock> to_block(const Head& head) const;
  void check_canonical(const Head& head, BlockSink sink);

  std::unique_ptr<RpcNode> node_;
  RuleBook rules_;
  SourceWrapping wrapping_;
  Executor& executor_;
  Logger& log_;
};

/// Connects to the node, by running `loop`, and chooses the rules.
Result<std::unique_ptr<ChainAccess>> connect_node_chain(const StatePlan& plan, EventLoop& loop,
                                                        Logger& log);

} // namespace runahead
