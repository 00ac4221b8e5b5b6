#include "statetest/pre_state.hpp"

#include "base/hex.hpp"
#include "crypto/keccak.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace runahead {
namespace {

Hash256 hash_of_code(const BytecodeRef& code) {
  return code != nullptr ? code->hash : make_bytecode({})->hash;
}

Hash256 root_of(const std::vector<std::pair<Hash256, Bytes>>& leaves) {
  std::vector<TrieItem> items;
  items.reserve(leaves.size());
  for (const auto& [key, value] : leaves) items.push_back({key, value});
  return trie_root(std::move(items));
}

/// The account after the change, without its storage; none if it was deleted.
std::optional<Account> changed(const Account* before, const AccountChange& change) {
  if (change.deleted) return std::nullopt;
  Account account;
  if (before != nullptr) {
    account.balance = before->balance;
    account.nonce = before->nonce;
    account.code = before->code;
  }
  if (change.balance) account.balance = *change.balance;
  if (change.nonce) account.nonce = *change.nonce;
  if (change.code != nullptr) account.code = change.code;
  return account;
}

} // namespace

PreState::Leaf PreState::make_leaf(const Address& address, const Account& account) {
  Leaf leaf;
  leaf.key = keccak256(address);
  for (const auto& [slot, value] : account.storage)
    if (value) leaf.storage.emplace_back(keccak256(to_hash(slot)), encode_storage_value(value));
  std::ranges::sort(leaf.storage);
  leaf.storage_root = root_of(leaf.storage);
  leaf.encoded = encode_account(
      {account.nonce, account.balance, leaf.storage_root, hash_of_code(account.code)});
  return leaf;
}

PreState::PreState(const AccountMap& accounts) : accounts_(accounts) {
  leaves_.reserve(accounts.size());
  for (const auto& [address, account] : accounts)
    leaves_.emplace(address, make_leaf(address, account));
  root_ = root_after({});
}

const Account* PreState::find(const Address& address) const {
  const auto it = accounts_.find(address);
  return it != accounts_.end() ? &it->second : nullptr;
}

Hash256 PreState::changed_storage_root(const AccountChange& change, const Leaf* before) const {
  if (change.slots.empty() && !change.storage_cleared)
    return before != nullptr ? before->storage_root : empty_trie_root;
  std::map<Hash256, Bytes> leaves;
  if (before != nullptr && !change.storage_cleared)
    leaves.insert(before->storage.begin(), before->storage.end());
  for (const auto& [slot, value] : change.slots) {
    const Hash256 key = keccak256(to_hash(slot));
    if (value)
      leaves[key] = encode_storage_value(value);
    else
      leaves.erase(key);
  }
  std::vector<TrieItem> items;
  items.reserve(leaves.size());
  for (const auto& [key, value] : leaves) items.push_back({key, value});
  return trie_root(std::move(items));
}

std::optional<Bytes> PreState::encode_changed(const AccountChange& change) const {
  const auto leaf = leaves_.find(change.address);
  const Leaf* before = leaf != leaves_.end() ? &leaf->second : nullptr;
  const std::optional<Account> account = changed(find(change.address), change);
  if (!account) return std::nullopt;
  return encode_account({account->nonce, account->balance, changed_storage_root(change, before),
                         hash_of_code(account->code)});
}

Hash256 PreState::root_after(std::span<const AccountChange> changes) const {
  // Views into the leaves, but for changed accounts; those are kept here.
  std::unordered_map<Address, std::pair<Hash256, std::optional<Bytes>>> changed_leaves;
  for (const AccountChange& change : changes) {
    const auto before = leaves_.find(change.address);
    changed_leaves[change.address] = {before != leaves_.end() ? before->second.key
                                                              : keccak256(change.address),
                                      encode_changed(change)};
  }
  std::vector<TrieItem> items;
  items.reserve(leaves_.size() + changed_leaves.size());
  for (const auto& [address, leaf] : leaves_)
    if (!changed_leaves.contains(address)) items.push_back({leaf.key, leaf.encoded});
  for (const auto& [address, leaf] : changed_leaves)
    if (leaf.second) items.push_back({leaf.first, *leaf.second});
  return trie_root(std::move(items));
}

AccountMap PreState::accounts_after(std::span<const AccountChange> changes) const {
  AccountMap accounts = accounts_;
  for (const AccountChange& change : changes) {
    std::optional<Account> after = changed(find(change.address), change);
    if (!after) {
      accounts.erase(change.address);
      continue;
    }
    Account& account = accounts[change.address];
    if (!change.storage_cleared) after->storage = std::move(account.storage);
    for (const auto& [slot, value] : change.slots)
      if (value)
        after->storage[slot] = value;
      else
        after->storage.erase(slot);
    account = std::move(*after);
  }
  return accounts;
}

namespace {

void describe_account(const Address& address, const Account& expected, const Account& got,
                      std::vector<std::string>& lines) {
  const auto line = [&](const std::string& what, const std::string& a, const std::string& b) {
    if (a != b) lines.push_back(to_hex(address) + " " + what + ": expected " + a + " got " + b);
  };
  line("balance", to_decimal(expected.balance), to_decimal(got.balance));
  line("nonce", std::to_string(expected.nonce), std::to_string(got.nonce));
  if (hash_of_code(expected.code) != hash_of_code(got.code))
    line("code", to_hex(expected.code ? expected.code->bytes : Bytes()),
         to_hex(got.code ? got.code->bytes : Bytes()));
  const auto word = [](const Account& account, const uint256& slot) {
    const auto it = account.storage.find(slot);
    return it != account.storage.end() ? it->second : uint256{};
  };
  std::set<uint256> slots;
  for (const auto& [slot, value] : expected.storage) slots.insert(slot);
  for (const auto& [slot, value] : got.storage) slots.insert(slot);
  for (const uint256& slot : slots)
    line("slot " + to_hex(slot), to_hex(word(expected, slot)), to_hex(word(got, slot)));
}

} // namespace

std::vector<std::string> describe_difference(const AccountMap& expected, const AccountMap& got,
                                             size_t most_lines) {
  std::set<Address> addresses;
  for (const auto& [address, account] : expected) addresses.insert(address);
  for (const auto& [address, account] : got) addresses.insert(address);
  std::vector<std::string> lines;
  for (const Address& address : addresses) {
    const auto wanted = expected.find(address), found = got.find(address);
    if (wanted == expected.end())
      lines.push_back(to_hex(address) + ": expected no account");
    else if (found == got.end())
      lines.push_back(to_hex(address) + ": expected an account, there is none");
    else
      describe_account(address, wanted->second, found->second, lines);
  }
  if (lines.size() > most_lines) {
    const size_t more = lines.size() - most_lines;
    lines.resize(most_lines);
    lines.push_back("and " + std::to_string(more) + " differences more");
  }
  return lines;
}

} // namespace runahead
