#include "app/head_view.hpp"

#include "base/limits.hpp"

#include <utility>

namespace runahead {
namespace {

/// What an account takes beside the values that were read of it, in values.
constexpr size_t account_overhead = 6;

constexpr size_t index(StateKind kind) { return static_cast<size_t>(kind); }
static_assert(index(StateKind::existence) == 0 && index(StateKind::has_storage) == 5);

} // namespace

const StateValue* HeadView::find(const StateKey& key) const {
  if (key.kind == StateKind::block_hash) return find_word(key, block_hashes_);
  const auto [known, is_new] = accounts_.try_emplace(key.address);
  if (is_new) values_ += account_overhead;
  if (key.kind == StateKind::storage) return find_word(key, known->second.slots);
  auto& field = known->second.fields[index(key.kind)];
  if (!field) field = read(key);
  return field ? &*field : nullptr;
}

const StateValue* HeadView::find_word(const StateKey& key, Words& words) const {
  if (const auto known = words.find(key.slot); known != words.end()) return &known->second;
  auto value = read(key);
  return value ? &words.emplace(key.slot, std::move(*value)).first->second : nullptr;
}

std::optional<StateValue> HeadView::read(const StateKey& key) const {
  auto value = chain_.value(key);
  if (!value) {
    failure_ = std::move(value.error());
    return std::nullopt;
  }
  ++values_;
  return std::move(*value);
}

void HeadView::apply(const AccountChange& change, Known& known) {
  // What the change does not tell is read again.
  known.fields[index(StateKind::existence)].reset();
  known.fields[index(StateKind::has_storage)].reset();
  if (change.deleted || change.storage_cleared) known.slots.clear();
  if (change.deleted) return known.fields.fill(std::nullopt);
  if (change.balance)
    known.fields[index(StateKind::balance)] = StateValue{*change.balance, nullptr};
  if (change.nonce) known.fields[index(StateKind::nonce)] = StateValue{*change.nonce, nullptr};
  if (change.code) {
    known.fields[index(StateKind::code)] = StateValue{{}, change.code};
    known.fields[index(StateKind::code_hash)] = StateValue{from(change.code->hash), nullptr};
  }
  for (const auto& [slot, word] : change.slots) known.slots[slot] = StateValue{word, nullptr};
}

void HeadView::apply(std::span<const AccountChange> changes) {
  if (values_ > limits::import_values) {
    accounts_.clear();
    block_hashes_.clear();
    values_ = 0;
  }
  for (const AccountChange& change : changes)
    if (const auto known = accounts_.find(change.address); known != accounts_.end())
      apply(change, known->second);
}

} // namespace runahead
