// Roots of Merkle-Patricia tries (Yellow Paper, appendix D), computed from all their items at once:
// for whoever holds a whole state, as conformance tests do. Pure functions; any thread may call
// them.
#pragma once

#include "base/bytes.hpp"
#include "base/uint256.hpp"

#include <cstdint>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

namespace runahead {

/// The root of a trie without items: Keccak-256 of the empty string's RLP.
inline constexpr Hash256 empty_trie_root{{0x56, 0xe8, 0x1f, 0x17, 0x1b, 0xcc, 0x55, 0xa6,
                                          0xff, 0x83, 0x45, 0xe6, 0x92, 0xc0, 0xf8, 0x6e,
                                          0x5b, 0x48, 0xe0, 0x1b, 0x99, 0x6c, 0xad, 0xc0,
                                          0x01, 0x62, 0x2f, 0xb5, 0xe3, 0x63, 0xb4, 0x21}};

/// One item of a trie. Both views belong to the caller. The key is the trie's own, so for a secured
/// trie it is hashed already.
struct TrieItem {
  BytesView key;
  BytesView value; ///< not empty: an item without a value is not in the trie
};

/// The root of the trie with exactly these items, given in any order. Time n log n; each node is
/// hashed once. REQUIRES: distinct keys, no empty values.
Hash256 trie_root(std::vector<TrieItem> items);

/// What the state trie keeps of an account (Yellow Paper 4.1).
struct TrieAccount {
  uint64_t nonce = 0;
  uint256 balance; ///< wei
  Hash256 storage_root = empty_trie_root;
  Hash256 code_hash; ///< of the empty string for an account without code
};

/// The account as the state trie's leaf has it.
Bytes encode_account(const TrieAccount& account);

/// A storage word as the storage trie's leaf has it. REQUIRES: value != 0.
Bytes encode_storage_value(const uint256& value);

/// The root of an account's storage; words that are zero are taken as absent.
Hash256 storage_root(const std::unordered_map<uint256, uint256>& storage);

/// The root of the state with these accounts. REQUIRES: distinct addresses.
Hash256 state_root(std::span<const std::pair<Address, TrieAccount>> accounts);

} // namespace runahead
