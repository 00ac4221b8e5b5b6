#include "app/head_view.hpp"

#include "base/limits.hpp"

#include <utility>

namespace runahead {
namespace {

constexpr size_t index(StateKind kind) { return static_cast<size_t>(kind); }
static_assert(index(StateKind::existence) == 0 && index(StateKind::has_storage) == 5);

} // namespace

const StateValue* HeadView::find(const StateKey& key) const {
  if (key.kind == StateKind::storage || key.kind == StateKind::block_hash) {
    auto& words = key.kind == StateKind::storage ? accounts_[key.address].slots : block_hashes_;
    if (const auto known = words.find(key.slot); known != words.end()) return &known->second;
    StateValue value;
    if (read(key, value) == nullptr) return nullptr;
    return &words.emplace(key.slot, std::move(value)).first->second;
  }
  auto& field = accounts_[key.address].fields[index(key.kind)];
  StateValue value;
  if (!field && read(key, value) != nullptr) field = std::move(value);
  return field ? &*field : nullptr;
}

const StateValue* HeadView::read(const StateKey& key, StateValue& into) const {
  auto value = chain_.value(key);
  if (!value) {
    failure_ = std::move(value.error());
    return nullptr;
  }
  ++values_;
  into = std::move(*value);
  return &into;
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
