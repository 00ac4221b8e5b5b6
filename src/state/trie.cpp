#include "state/trie.hpp"

#include "crypto/keccak_batch.hpp"

#include <algorithm>

namespace runahead {

void Trie::take(const TrieForest::Edited& edited) {
  root_.node = edited.root;
  is_stale_ |= edited.changed;
}

void Trie::put(BytesView key, BytesView value) {
  if (value.empty()) return erase(key);
  take(forest_.put(root_.node, {key, value}));
}

void Trie::erase(BytesView key) { take(forest_.erase(root_.node, key)); }

std::optional<BytesView> Trie::find(BytesView key) const {
  const LeafNode* leaf = forest_.find(root_.node, key);
  return leaf != nullptr ? std::optional(leaf->value()) : std::nullopt;
}

std::optional<BytesView> Trie::after(BytesView key) const {
  const LeafNode* leaf = forest_.after(root_.node, key);
  return leaf != nullptr ? std::optional(leaf->key()) : std::nullopt;
}

std::optional<BytesView> Trie::before(BytesView key) const {
  const LeafNode* leaf = forest_.before(root_.node, key);
  return leaf != nullptr ? std::optional(leaf->key()) : std::nullopt;
}

const Hash256& Trie::root() {
  if (is_stale_) hasher_.hash(forest_.arena(), {&root_, 1});
  is_stale_ = false;
  return root_.hash;
}

TrieProof Trie::prove(BytesView key) {
  (void)root();
  return make_proof(forest_, root_.node, key);
}

Hash256 trie_root(std::vector<TrieItem> items) {
  sort_items(items);
  TrieForest forest;
  TrieRoot root{forest.build(items)};
  TrieHasher().hash(forest.arena(), {&root, 1});
  return root.hash;
}

namespace {

/// The root of the secured trie of leaves whose keys are not hashed yet.
template <class Key, class Value>
Hash256 secured_root(const std::vector<Key>& keys, const std::vector<Value>& values) {
  const std::vector<BytesView> views(keys.begin(), keys.end());
  std::vector<Hash256> hashed(keys.size());
  keccak256_batch(views, hashed);
  std::vector<TrieItem> items;
  items.reserve(keys.size());
  for (size_t i = 0; i < keys.size(); ++i) items.push_back({hashed[i], values[i]});
  return trie_root(std::move(items));
}

} // namespace

Hash256 storage_root(const std::unordered_map<uint256, uint256>& storage) {
  std::vector<Hash256> slots;
  std::vector<StorageRlp> values;
  slots.reserve(storage.size());
  values.reserve(storage.size());
  for (const auto& [slot, value] : storage) {
    if (!value) continue;
    slots.push_back(to_hash(slot));
    values.push_back(encode_storage_value(value));
  }
  return secured_root(slots, values);
}

Hash256 state_root(std::span<const std::pair<Address, TrieAccount>> accounts) {
  std::vector<Address> addresses;
  std::vector<AccountRlp> values;
  addresses.reserve(accounts.size());
  values.reserve(accounts.size());
  for (const auto& [address, account] : accounts) {
    addresses.push_back(address);
    values.push_back(encode_account(account));
  }
  return secured_root(addresses, values);
}

} // namespace runahead
