#include "state/trie.hpp"

#include "base/rlp.hpp"
#include "crypto/keccak.hpp"

#include <algorithm>

namespace runahead {
namespace {

constexpr size_t branch_width = 16;
constexpr size_t embedded_bytes = 32; ///< a shorter node stands in its parent in place of its hash

size_t nibble_count(BytesView key) { return 2 * key.size(); }

unsigned nibble(BytesView key, size_t index) {
  return index % 2 == 0 ? key[index / 2] >> 4 : key[index / 2] & 0x0f;
}

/// Nibbles [from, to) of the key in the hex-prefix encoding (Yellow Paper, appendix C).
Bytes hex_prefix(BytesView key, size_t from, size_t to, bool is_leaf) {
  const bool odd = (to - from) % 2 != 0;
  unsigned first = (is_leaf ? 0x20u : 0u) | (odd ? 0x10u : 0u);
  if (odd) first |= nibble(key, from++);
  Bytes encoded;
  encoded.reserve(1 + (to - from) / 2);
  encoded.push_back(static_cast<uint8_t>(first));
  for (; from < to; from += 2)
    encoded.push_back(static_cast<uint8_t>(nibble(key, from) << 4 | nibble(key, from + 1)));
  return encoded;
}

/// The first nibble from `from` on in which the keys differ, or where the shorter one ends.
size_t common_end(BytesView a, BytesView b, size_t from) {
  const size_t end = std::min(nibble_count(a), nibble_count(b));
  while (from < end && nibble(a, from) == nibble(b, from)) ++from;
  return from;
}

Bytes encode_node(std::span<const TrieItem> items, size_t depth);

/// How a parent refers to the node: embedded where it is short, else by its hash.
void put_reference(rlp::Writer& parent, std::span<const TrieItem> items, size_t depth) {
  const Bytes node = encode_node(items, depth);
  if (node.size() < embedded_bytes)
    parent.raw(node);
  else
    parent.string(keccak256(node));
}

/// A branch over items that share their first `depth` nibbles and differ in the next one.
Bytes encode_branch(std::span<const TrieItem> items, size_t depth) {
  // Sorted, so the one key that may end here is the first.
  BytesView value;
  if (nibble_count(items.front().key) == depth) {
    value = items.front().value;
    items = items.subspan(1);
  }
  rlp::Writer branch;
  for (unsigned i = 0; i < branch_width; ++i) {
    const auto end = std::ranges::find_if(
        items, [&](const TrieItem& item) { return nibble(item.key, depth) != i; });
    const auto count = static_cast<size_t>(end - items.begin());
    if (count == 0)
      branch.string({});
    else
      put_reference(branch, items.first(count), depth + 1);
    items = items.subspan(count);
  }
  return branch.string(value).as_list();
}

/// The node over sorted items that share their first `depth` nibbles. Recursion is as deep as a key
/// has nibbles.
Bytes encode_node(std::span<const TrieItem> items, size_t depth) {
  const BytesView first = items.front().key;
  rlp::Writer node;
  if (items.size() == 1) {
    node.string(hex_prefix(first, depth, nibble_count(first), true)).string(items.front().value);
    return node.as_list();
  }
  const size_t shared = common_end(first, items.back().key, depth);
  if (shared == depth) return encode_branch(items, depth);
  node.string(hex_prefix(first, depth, shared, false));
  put_reference(node, items, shared);
  return node.as_list();
}

using Leaves = std::vector<std::pair<Hash256, Bytes>>;

Hash256 root_of(const Leaves& leaves) {
  std::vector<TrieItem> items;
  items.reserve(leaves.size());
  for (const auto& [key, value] : leaves) items.push_back({key, value});
  return trie_root(std::move(items));
}

} // namespace

Hash256 trie_root(std::vector<TrieItem> items) {
  if (items.empty()) return empty_trie_root;
  std::ranges::sort(items, [](const TrieItem& a, const TrieItem& b) {
    return std::ranges::lexicographical_compare(a.key, b.key);
  });
  return keccak256(encode_node(items, 0));
}

Bytes encode_account(const TrieAccount& account) {
  rlp::Writer writer;
  writer.number(account.nonce).number(account.balance);
  return writer.string(account.storage_root).string(account.code_hash).as_list();
}

Bytes encode_storage_value(const uint256& value) { return rlp::Writer().number(value).items(); }

Hash256 storage_root(const std::unordered_map<uint256, uint256>& storage) {
  Leaves leaves;
  leaves.reserve(storage.size());
  for (const auto& [slot, value] : storage)
    if (value) leaves.emplace_back(keccak256(to_hash(slot)), encode_storage_value(value));
  return root_of(leaves);
}

Hash256 state_root(std::span<const std::pair<Address, TrieAccount>> accounts) {
  Leaves leaves;
  leaves.reserve(accounts.size());
  for (const auto& [address, account] : accounts)
    leaves.emplace_back(keccak256(address), encode_account(account));
  return root_of(leaves);
}

} // namespace runahead
