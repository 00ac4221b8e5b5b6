// Merkle-Patricia tries (Yellow Paper, appendix D): one that changes item by item and hashes only
// what changed, and roots of lists and of states given at once. A Trie belongs to one thread at a
// time; the functions are pure, and any thread may call them.
#pragma once

#include "base/bytes.hpp"
#include "base/uint256.hpp"
#include "state/trie_account.hpp"
#include "state/trie_forest.hpp"
#include "state/trie_hash.hpp"
#include "state/trie_proof.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

namespace runahead {

/// A map of byte strings to byte strings that has a root hash. Keys are taken as they are; whoever
/// wants a secured trie hashes them. A copy costs the memory's size.
class Trie {
public:
  /// Gives the key a value; an empty one erases it. REQUIRES: as TrieForest::put.
  void put(BytesView key, BytesView value);
  /// Removes the key, if it is there.
  void erase(BytesView key);

  /// The value, if there is one. Valid until the next change.
  std::optional<BytesView> find(BytesView key) const;
  // The key next to this one in the order of byte strings, whether or not this one is there. Valid
  // until the next change.
  std::optional<BytesView> after(BytesView key) const;
  std::optional<BytesView> before(BytesView key) const;

  bool empty() const { return root_.node == NodeRef::none; }

  /// Hashes what changed since the last time.
  const Hash256& root();
  /// The proof of what the key has, or of its absence, for `verify_proof` against `root()`.
  TrieProof prove(BytesView key);

  /// Bytes that the nodes take.
  size_t memory_bytes() const { return forest_.arena().used_bytes(); }

private:
  void take(const TrieForest::Edited& edited);

  TrieForest forest_;
  TrieHasher hasher_;
  TrieRoot root_;
  bool is_stale_ = false;
};

/// The root of the trie with exactly these items, given in any order; of a block's lists the keys
/// are rlp(index). Time n log n; each node is hashed once. REQUIRES: distinct keys, no empty
/// values, keys of at most limits::trie_key_bytes.
Hash256 trie_root(std::vector<TrieItem> items);

/// The root of an account's storage; words that are zero are taken as absent.
Hash256 storage_root(const std::unordered_map<uint256, uint256>& storage);

/// The root of the state with these accounts. REQUIRES: distinct addresses.
Hash256 state_root(std::span<const std::pair<Address, TrieAccount>> accounts);

} // namespace runahead
