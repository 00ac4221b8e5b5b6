// State of one block that a node proves.
#pragma once

#include "sources/proven_header.hpp"
#include "sources/rpc_node.hpp"
#include "state/source.hpp"

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace runahead {

/// Believes nothing but the pinned hash: the header must have that hash, accounts and slots come
/// with proofs (eth_getProof) that lead to the header's state root, code must have the hash proved
/// for it, and hashes of ancestors follow from the headers in between. So whether the pinned block
/// is of the chain is all that is left to trust. What is proved wrong is a failure that is not
/// transient.
///
/// One read is one HTTP request where the node takes batches: one eth_getProof for each account
/// with its slots, eth_getCode for codes.
class RpcProofSource final : public StateSource {
public:
  /// `node` must outlive it. `block` is the pinned one.
  RpcProofSource(RpcNode& node, const Head& block);
  ~RpcProofSource() override;

  std::string_view name() const override { return node_.name(); }
  bool complete() const override { return true; }
  size_t batch_limit() const override;
  void read(std::vector<StateKey> keys, AnswerSink sink) override;

private:
  class Read;

  RpcNode& node_;
  const Hash256 hash_;
  const uint64_t number_;
  std::optional<ProvenHeader> header_; ///< once it was read and found right
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

} // namespace runahead
