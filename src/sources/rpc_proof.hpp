// Accounts and slots out of eth_getProof's answers (EIP-1186), checked against a state root. For
// the rpc_* sources of this folder only: the header brings the JSON parser with it.
#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/uint256.hpp"
#include "state/trie_account.hpp"

#include <simdjson.h>

#include <optional>
#include <span>
#include <vector>

namespace runahead {

struct ProvenAccount {
  std::optional<TrieAccount> account; ///< nothing: proved to be absent
  std::vector<uint256> words;         ///< of the slots asked, in their order
};

/// What the state with this root has of the account and of its slots. Only the proofs are believed,
/// nothing that the answer says beside them. Refuses an answer without a proof for each, and false
/// proofs.
Result<ProvenAccount> rpc_proven_account(const simdjson::dom::element& answer,
                                         const Hash256& state_root, const Address& address,
                                         std::span<const uint256> slots);

} // namespace runahead
