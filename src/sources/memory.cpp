#include "sources/memory.hpp"

#include "base/limits.hpp"

#include <algorithm>
#include <utility>

namespace runahead {

bool Account::empty() const {
  return balance.is_zero() && nonce == 0 && (!code || code->bytes.empty());
}

MemorySource::MemorySource(AccountMap accounts, std::string name)
    : accounts_(std::move(accounts)), name_(std::move(name)) {}

size_t MemorySource::batch_limit() const { return limits::batch_keys; }

void MemorySource::read(std::vector<StateKey> keys, AnswerSink sink) {
  std::vector<Answer> answers;
  answers.reserve(keys.size());
  for (const StateKey& key : keys) answers.push_back({key, value(key)});
  sink(std::move(answers));
}

Unavailable MemorySource::missing(const StateKey& key) const {
  return {name_, to_string(key) + " is not in it, and it does not hold the whole state", false};
}

std::expected<StateValue, Unavailable> MemorySource::block_hash(const StateKey& key) const {
  const auto found = key.slot.fits_u64() ? block_hashes_.find(key.slot.w[0]) : block_hashes_.end();
  if (found == block_hashes_.end())
    return std::unexpected(Unavailable{name_, to_string(key) + " is not in it", false});
  return StateValue{from(found->second), nullptr};
}

std::expected<StateValue, Unavailable> MemorySource::value(const StateKey& key) const {
  if (key.kind == StateKind::block_hash) return block_hash(key);
  const auto found = accounts_.find(key.address);
  if (found == accounts_.end() && !complete_) return std::unexpected(missing(key));
  static const Account nobody;
  const Account& account = found == accounts_.end() ? nobody : found->second;
  switch (key.kind) {
  case StateKind::existence:
    if (found == accounts_.end()) return StateValue{existence::none, nullptr};
    return StateValue{account.empty() ? existence::empty : existence::alive, nullptr};
  case StateKind::balance: return StateValue{account.balance, nullptr};
  case StateKind::nonce: return StateValue{account.nonce, nullptr};
  case StateKind::code_hash: {
    const BytecodeRef code = account.code ? account.code : make_bytecode({});
    return StateValue{from(code->hash), nullptr};
  }
  case StateKind::code: return StateValue{{}, account.code ? account.code : make_bytecode({})};
  case StateKind::has_storage: {
    const bool any = std::ranges::any_of(account.storage,
                                         [](const auto& slot) { return !slot.second.is_zero(); });
    if (!any && !complete_) return std::unexpected(missing(key));
    return StateValue{any ? 1 : 0, nullptr};
  }
  case StateKind::storage: {
    const auto slot = account.storage.find(key.slot);
    if (slot != account.storage.end()) return StateValue{slot->second, nullptr};
    if (!complete_) return std::unexpected(missing(key));
    return StateValue{};
  }
  case StateKind::block_hash: break; // answered above
  }
  std::unreachable();
}

} // namespace runahead
