// State of one block, read from a node over JSON-RPC.
#pragma once

#include "sources/rpc_node.hpp"
#include "state/source.hpp"

#include <memory>
#include <string_view>
#include <vector>

namespace runahead {

/// One read is one HTTP request: a batch of eth_getBalance, eth_getTransactionCount, eth_getCode,
/// eth_getStorageAt, eth_getProof and eth_getBlockByNumber, joined where several keys need the
/// same. What else the answers tell is delivered too: reading an account's existence (EIP-161)
/// fetches and delivers its balance, nonce and code. A code hash is the Keccak-256 of the code
/// fetched.
///
/// Reads name the block by hash (EIP-1898). A node that refuses that is asked by number, and the
/// hash of that number is asked before and behind the reads in the same request (or, if it takes no
/// such batch, in requests before and after); so are hashes of ancestors. If it differs, the reads
/// fail.
///
/// Failures are reported, not retried. Once a node has refused batches or a size of them, they stay
/// that small; batch_limit() follows.
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
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

} // namespace runahead
