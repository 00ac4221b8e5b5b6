#include "statetest/pre_state.hpp"

#include "base/hex.hpp"

#include <optional>
#include <set>

namespace runahead {
namespace {

Hash256 hash_of_code(const BytecodeRef& code) {
  return code != nullptr ? code->hash : make_bytecode({})->hash;
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

PreState::PreState(const AccountMap& accounts) : accounts_(accounts) {
  std::vector<std::vector<std::pair<uint256, uint256>>> slots;
  slots.reserve(accounts.size());
  std::vector<StateTrie::Entry> entries;
  entries.reserve(accounts.size());
  for (const auto& [address, account] : accounts) {
    const auto& words = slots.emplace_back(account.storage.begin(), account.storage.end());
    entries.push_back({address, account.nonce, account.balance, hash_of_code(account.code), words});
  }
  trie_.load(entries);
  root_ = trie_.root();
}

const Account* PreState::find(const Address& address) const {
  const auto it = accounts_.find(address);
  return it != accounts_.end() ? &it->second : nullptr;
}

Hash256 PreState::root_after(std::span<const AccountChange> changes) const {
  return trie_.root_after(changes);
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
