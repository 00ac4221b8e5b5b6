// State of one block, read from a node over JSON-RPC.
#pragma once

#include "sources/rpc_node.hpp"
#include "state/source.hpp"

#include <memory>
#include <string_view>
#include <vector>

namespace runahead {

/// One read is one HTTP request where the node takes batches: of the calls that `rpc_items.hpp`
/// chooses by the node's abilities, each for as many keys as it can carry. What else the answers
/// tell is delivered too: reading an account's existence (EIP-161) also delivers its balance. A
/// code hash is the Keccak-256 of the code fetched, or what EXTCODEHASH says of it; code that was
/// read before is not fetched again while it has that hash.
///
/// Reads name the block by hash (EIP-1898). A node that refuses that is asked by number, and the
/// hash of that number is asked before and behind the reads in the same request (or, if it takes no
/// such batch, in requests before and after); so are hashes of ancestors. If it differs, the reads
/// fail.
///
/// A call for many keys that the node refuses is followed by calls for fewer, or one for each; what
/// it refuses is remembered. All other failures are reported, not retried. batch_limit() follows
/// what the node takes.
class RpcSource final : public StateSource {
public:
  /// `node` must outlive it. `block` is the pinned one.
  RpcSource(RpcNode& node, const Head& block);
  ~RpcSource() override;

  std::string_view name() const override { return node_.name(); }
  bool complete() const override { return true; }
  size_t batch_limit() const override;
  void read(std::vector<StateKey> keys, AnswerSink sink) override;

private:
  class Read;

  RpcNode& node_;
  const Hash256 hash_, parent_;
  const uint64_t number_;
  bool plain_here_ = false; ///< calls for many keys have failed at this block
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

} // namespace runahead
