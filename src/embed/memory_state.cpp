#include "runahead/state.hpp"

#include <algorithm>

namespace runahead::api {
namespace {

Account account_of(const MemoryState::Entry& entry) {
  Account account{.balance = entry.balance, .nonce = entry.nonce, .code_hash = {}};
  if (!entry.code.empty()) account.code_hash = keccak256(entry.code);
  account.has_storage =
      std::ranges::any_of(entry.storage, [](const auto& slot) { return slot.second != Word{}; });
  return account;
}

Word slot_of(const MemoryState::Entry& entry, const Word& slot) {
  const auto found = entry.storage.find(slot);
  return found == entry.storage.end() ? Word{} : found->second;
}

StateAnswer block_hash_of(const MemoryState& state, const StateKey& key) {
  for (const auto& [number, hash] : state.block_hashes)
    if (Word(number) == key.slot) return {key, hash};
  return StateAnswer::failed(key, "this block hash is not in it");
}

StateAnswer answer(const MemoryState& state, const StateKey& key) {
  if (key.kind == KeyKind::block_hash) return block_hash_of(state, key);
  static const MemoryState::Entry nobody;
  const auto found = state.accounts.find(key.address);
  const bool there = found != state.accounts.end();
  const MemoryState::Entry& entry = there ? found->second : nobody;
  if (key.kind == KeyKind::code) return {key, entry.code};
  if (key.kind == KeyKind::storage) return {key, slot_of(entry, key.slot)};
  Account account = account_of(entry);
  account.exists = there;
  return {key, account};
}

} // namespace

void MemoryState::read(std::vector<StateKey> keys, Reply reply) {
  std::vector<StateAnswer> answers;
  answers.reserve(keys.size());
  for (const StateKey& key : keys) answers.push_back(answer(*this, key));
  reply.send(std::move(answers));
}

} // namespace runahead::api
