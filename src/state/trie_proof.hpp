// Merkle proofs: the nodes from a trie's root to where a key is, or would be (EIP-1186 has them in
// eth_getProof's answers). Pure functions; any thread may call those that verify.
#pragma once

#include "base/result.hpp"
#include "state/trie_forest.hpp"

#include <optional>
#include <span>
#include <vector>

namespace runahead {

/// The RLP of the nodes from the root on. Nodes that stand embedded in their parents are not listed
/// on their own. Of an empty trie there are none.
using TrieProof = std::vector<Bytes>;

/// The proof of what the key has, or of its absence. REQUIRES: the trie was hashed since it
/// changed.
TrieProof make_proof(const TrieForest& forest, NodeRef root, BytesView key);

/// What the trie with this root hash has for the key, as the proof shows: the value, or nothing for
/// a key that is absent. Refuses a proof that shows neither: with a node that does not have the
/// hash by which it is referred to, that is no node, or is larger than limits::proof_node_bytes;
/// that ends too early, or goes on behind its end. The proof is taken for arbitrary bytes.
Result<std::optional<Bytes>> verify_proof(const Hash256& root, BytesView key,
                                          std::span<const Bytes> proof);

} // namespace runahead
