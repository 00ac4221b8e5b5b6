#include "app/state_trie_load.hpp"

namespace runahead {
namespace {

/// Accounts and slots that are handed to the trie at once.
constexpr size_t portion = 100'000;

} // namespace

void TrieLoad::add(const Address& address, const Account& account) {
  const auto& slots = storages_.emplace_back(account.storage.begin(), account.storage.end());
  entries_.push_back({address, account.nonce, account.balance, account.code->hash, slots});
  waiting_ += 1 + slots.size();
  values_ += 1 + slots.size();
  if (waiting_ >= portion) finish();
}

void TrieLoad::finish() {
  trie_.load(entries_);
  entries_.clear();
  storages_.clear();
  waiting_ = 0;
}

} // namespace runahead
