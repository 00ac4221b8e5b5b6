#include "state/state_trie.hpp"

#include "crypto/keccak.hpp"
#include "crypto/keccak_batch.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

namespace runahead {
namespace {

/// The hashes of addresses and slots, taken together.
class KeyHashes {
public:
  explicit KeyHashes(size_t addresses, size_t slots) {
    slots_.reserve(slots); // views point into it
    inputs_.reserve(addresses + slots);
  }
  /// `address` must stay where it is until `hash`.
  void add(const Address& address) { inputs_.push_back(address); }
  void add(const uint256& slot) { inputs_.push_back(slots_.emplace_back(to_hash(slot))); }

  std::vector<Hash256> hash() {
    std::vector<Hash256> hashes(inputs_.size());
    keccak256_batch(inputs_, hashes);
    return hashes;
  }

private:
  std::vector<Hash256> slots_;
  std::vector<BytesView> inputs_;
};

/// The positions of the keys in ascending order; equal ones as they came. In that order changes go
/// to nodes that lie together.
std::vector<uint32_t> ascending(std::span<const Hash256> keys) {
  // Hashes differ in their first bytes, so only those are moved and mostly only those compared.
  struct Position {
    uint64_t prefix;
    uint32_t index;
  };
  std::vector<Position> order(keys.size());
  for (size_t i = 0; i < keys.size(); ++i) {
    std::memcpy(&order[i].prefix, keys[i].bytes.data(), sizeof(uint64_t));
    order[i] = {std::byteswap(order[i].prefix), static_cast<uint32_t>(i)};
  }
  std::ranges::sort(order, [&](const Position& a, const Position& b) {
    if (a.prefix != b.prefix) return a.prefix < b.prefix;
    const auto compared = keys[a.index] <=> keys[b.index];
    return compared != 0 ? compared < 0 : a.index < b.index;
  });
  std::vector<uint32_t> indices(keys.size());
  for (size_t i = 0; i < keys.size(); ++i) indices[i] = order[i].index;
  return indices;
}

NodeRef storage_of(const LeafNode& account) { return static_cast<NodeRef>(account.tag); }

/// REQUIRES: a leaf of ours.
TrieAccount account_in(const LeafNode& leaf) {
  const auto account = decode_account(leaf.value());
  assert(account);
  return *account;
}

} // namespace

// Accounts
// --------------------------------------------------------------------------------------------

const LeafNode* StateTrie::find(const Address& address) const {
  return forest_.find(accounts_.node, keccak256(address));
}

void StateTrie::put_account(BytesView key, const TrieAccount& account, NodeRef storage) {
  const AccountRlp value = encode_account(account);
  const auto edited = forest_.put(accounts_.node, {key, value, static_cast<uint32_t>(storage)});
  accounts_.node = edited.root;
  is_stale_ |= edited.changed;
}

void StateTrie::erase_account(BytesView key) {
  const LeafNode* leaf = forest_.find(accounts_.node, key);
  if (leaf == nullptr) return;
  forest_.drop(storage_of(*leaf));
  accounts_.node = forest_.erase(accounts_.node, key).root;
  is_stale_ = true;
  --account_count_;
}

// Changes
// ---------------------------------------------------------------------------------------------

void StateTrie::apply(std::span<const AccountChange> changes) {
  size_t slot_count = 0;
  for (const AccountChange& change : changes) slot_count += change.slots.size();
  KeyHashes keys(changes.size(), slot_count);
  for (const AccountChange& change : changes) keys.add(change.address);
  for (const AccountChange& change : changes)
    for (const auto& [slot, value] : change.slots) keys.add(slot);
  const std::vector<Hash256> hashes = keys.hash();

  std::vector<size_t> first_slot(changes.size());
  size_t next = changes.size();
  for (size_t i = 0; i < changes.size(); ++i) {
    first_slot[i] = next;
    next += changes[i].slots.size();
  }
  for (const uint32_t i : ascending(std::span(hashes).first(changes.size())))
    apply_change(changes[i], hashes[i],
                 std::span(hashes).subspan(first_slot[i], changes[i].slots.size()));
}

void StateTrie::apply_change(const AccountChange& change, const Hash256& key,
                             std::span<const Hash256> slots) {
  if (change.deleted) return erase_account(key);
  TrieAccount account;
  NodeRef storage = NodeRef::none;
  if (const LeafNode* leaf = forest_.find(accounts_.node, key); leaf != nullptr) {
    account = account_in(*leaf);
    storage = storage_of(*leaf);
  } else {
    ++account_count_;
  }
  if (change.storage_cleared) {
    forest_.drop(storage);
    storage = NodeRef::none;
  }
  bool storage_changed = false;
  storage = apply_slots(storage, change, slots, storage_changed);
  if (storage == NodeRef::none)
    account.storage_root = empty_trie_root;
  else if (storage_changed)
    stale_storage_.push_back(key);
  if (change.nonce) account.nonce = *change.nonce;
  if (change.balance) account.balance = *change.balance;
  if (change.code != nullptr) account.code_hash = change.code->hash;
  put_account(key, account, storage);
}

NodeRef StateTrie::apply_slots(NodeRef storage, const AccountChange& change,
                               std::span<const Hash256> slots, bool& changed) {
  for (size_t i = 0; i < slots.size(); ++i) {
    const uint256& value = change.slots[i].second;
    TrieForest::Edited edited;
    if (value) {
      const StorageRlp encoded = encode_storage_value(value);
      edited = forest_.put(storage, {slots[i], encoded});
    } else {
      edited = forest_.erase(storage, slots[i]);
    }
    storage = edited.root;
    changed |= edited.changed;
  }
  return storage;
}

// Loading
// ---------------------------------------------------------------------------------------------

namespace {

/// Accounts and slots, taken together, that are loaded at once: what is needed for them besides the
/// nodes stays small, and in the cache.
constexpr size_t piece_keys = 16'384;

} // namespace

void StateTrie::load(std::span<const Entry> accounts) {
  while (!accounts.empty()) {
    size_t count = 0;
    for (size_t keys = 0; count < accounts.size() && keys < piece_keys; ++count)
      keys += 1 + accounts[count].storage.size();
    load_piece(accounts.first(count));
    accounts = accounts.subspan(count);
  }
}

void StateTrie::load_piece(std::span<const Entry> accounts) {
  size_t slot_count = 0;
  for (const Entry& entry : accounts) slot_count += entry.storage.size();
  KeyHashes keys(accounts.size(), slot_count);
  for (const Entry& entry : accounts) keys.add(entry.address);
  for (const Entry& entry : accounts)
    for (const auto& [slot, value] : entry.storage) keys.add(slot);
  const std::vector<Hash256> hashes = keys.hash();

  std::vector<TrieRoot> storages(accounts.size());
  size_t first_slot = accounts.size();
  for (size_t i = 0; i < accounts.size(); ++i) {
    const size_t count = accounts[i].storage.size();
    storages[i].node = build_storage(accounts[i], std::span(hashes).subspan(first_slot, count));
    first_slot += count;
  }
  hasher_.hash(forest_.arena(), storages);
  for (const uint32_t i : ascending(std::span(hashes).first(accounts.size()))) {
    const Entry& entry = accounts[i];
    put_account(hashes[i], {entry.nonce, entry.balance, storages[i].hash, entry.code_hash},
                storages[i].node);
  }
  account_count_ += accounts.size();
}

NodeRef StateTrie::build_storage(const Entry& entry, std::span<const Hash256> slots) {
  if (slots.empty()) return NodeRef::none;
  std::vector<StorageRlp> values(slots.size());
  std::vector<TrieItem> items;
  items.reserve(slots.size());
  for (const uint32_t i : ascending(slots)) {
    if (!entry.storage[i].second) continue;
    values[i] = encode_storage_value(entry.storage[i].second);
    items.push_back({slots[i], values[i]});
  }
  return forest_.build(items);
}

// Roots
// -----------------------------------------------------------------------------------------------

/// Brings the storage roots in the accounts up to date, all storage tries hashed together.
void StateTrie::hash_storage() {
  if (stale_storage_.empty()) return;
  std::ranges::sort(stale_storage_);
  const auto same = std::ranges::unique(stale_storage_);
  stale_storage_.erase(same.begin(), same.end());
  // What was deleted since, or has no storage any more, has no storage root to bring up to date.
  std::erase_if(stale_storage_, [&](const Hash256& key) {
    const LeafNode* leaf = forest_.find(accounts_.node, key);
    return leaf == nullptr || storage_of(*leaf) == NodeRef::none;
  });
  std::vector<TrieRoot> roots;
  roots.reserve(stale_storage_.size());
  for (const Hash256& key : stale_storage_)
    roots.push_back({storage_of(*forest_.find(accounts_.node, key))});
  hasher_.hash(forest_.arena(), roots);
  for (size_t i = 0; i < roots.size(); ++i) {
    TrieAccount account = account_in(*forest_.find(accounts_.node, stale_storage_[i]));
    account.storage_root = roots[i].hash;
    put_account(stale_storage_[i], account, roots[i].node);
  }
  stale_storage_.clear();
}

const Hash256& StateTrie::root() {
  hash_storage();
  if (is_stale_) hasher_.hash(forest_.arena(), {&accounts_, 1});
  is_stale_ = false;
  return accounts_.hash;
}

Hash256 StateTrie::root_after(std::span<const AccountChange> changes) const {
  StateTrie copy = *this;
  copy.apply(changes);
  return copy.root();
}

// Reading
// ---------------------------------------------------------------------------------------------

std::optional<TrieAccount> StateTrie::account(const Address& address) {
  hash_storage();
  return std::as_const(*this).account(address);
}

std::optional<TrieAccount> StateTrie::account(const Address& address) const {
  assert(stale_storage_.empty());
  const LeafNode* leaf = find(address);
  return leaf != nullptr ? std::optional(account_in(*leaf)) : std::nullopt;
}

uint256 StateTrie::storage(const Address& address, const uint256& slot) const {
  const LeafNode* account = find(address);
  if (account == nullptr) return 0;
  const LeafNode* leaf = forest_.find(storage_of(*account), keccak256(to_hash(slot)));
  if (leaf == nullptr) return 0;
  const auto value = decode_storage_value(leaf->value());
  assert(value);
  return *value;
}

TrieProof StateTrie::prove_account(const Address& address) {
  (void)root();
  return std::as_const(*this).prove_account(address);
}

TrieProof StateTrie::prove_account(const Address& address) const {
  assert(!is_stale_ && stale_storage_.empty());
  return make_proof(forest_, accounts_.node, keccak256(address));
}

TrieProof StateTrie::prove_storage(const Address& address, const uint256& slot) {
  hash_storage();
  return std::as_const(*this).prove_storage(address, slot);
}

TrieProof StateTrie::prove_storage(const Address& address, const uint256& slot) const {
  assert(stale_storage_.empty());
  const LeafNode* account = find(address);
  if (account == nullptr) return {};
  return make_proof(forest_, storage_of(*account), keccak256(to_hash(slot)));
}

Result<std::optional<TrieAccount>> verify_account_proof(const Hash256& state_root,
                                                        const Address& address,
                                                        std::span<const Bytes> proof) {
  const auto shown = verify_proof(state_root, keccak256(address), proof);
  if (!shown) return std::unexpected(shown.error());
  if (!*shown) return std::nullopt;
  const auto account = decode_account(**shown);
  if (!account) return std::unexpected(account.error());
  return *account;
}

Result<uint256> verify_storage_proof(const Hash256& storage_root, const uint256& slot,
                                     std::span<const Bytes> proof) {
  const auto shown = verify_proof(storage_root, keccak256(to_hash(slot)), proof);
  if (!shown) return std::unexpected(shown.error());
  if (!*shown) return uint256{};
  return decode_storage_value(**shown);
}

} // namespace runahead
