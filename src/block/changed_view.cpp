#include "block/changed_view.hpp"

namespace runahead {
namespace {

/// The words of existence and of truths: 0, 1, 2.
const StateValue small_words[] = {{0, nullptr}, {1, nullptr}, {2, nullptr}};
const StateValue& zero = small_words[0];

void set_code(const BytecodeRef& code, StateValue& value, StateValue& hash) {
  value.code = code;
  hash.word = from(code->hash);
}

} // namespace

/// The words of StateKind::existence follow from what is known of the account. Where balance, nonce
/// and code are not all known, the unknown ones are as below; and whoever spends a balance has
/// code or a nonce, so an account that was alive below by what is unknown is alive still.
const StateValue* ChangedView::existence_of(const Address& address, const Layer& layer) const {
  const bool has_code = layer.code.code != nullptr && !layer.code.code->bytes.empty();
  const bool all_known = layer.balance_known && layer.nonce_known && layer.code.code != nullptr;
  if (layer.deleted) return &small_words[existence::none];
  if (layer.balance.word || layer.nonce.word || has_code) return &small_words[existence::alive];
  if (all_known) return &small_words[existence::empty];
  const StateValue* below = base_->find(StateKey::of(StateKind::existence, address));
  if (below == nullptr || below->word == existence::alive) return below;
  return &small_words[existence::empty];
}

const StateValue* ChangedView::storage_of(const Layer& layer, const StateKey& key) const {
  const auto slot = layer.slots.find(key.slot);
  if (slot != layer.slots.end()) return &slot->second;
  return layer.storage_cleared ? &zero : base_->find(key);
}

/// Where slots below were set to zero one by one, the answer may be a yes too many: an account that
/// does so has code, and is asked for its storage only if it has none (EIP-7610).
const StateValue* ChangedView::has_storage_of(const Address& address, const Layer& layer) const {
  for (const auto& [slot, value] : layer.slots)
    if (value.word) return &small_words[1];
  return layer.storage_cleared ? &zero : base_->find(StateKey::of(StateKind::has_storage, address));
}

const StateValue* ChangedView::find(const StateKey& key) const {
  const auto found = layers_.find(key.address);
  if (found == layers_.end() || key.kind == StateKind::block_hash) return base_->find(key);
  const Layer& layer = found->second;
  switch (key.kind) {
  case StateKind::existence: return existence_of(key.address, layer);
  case StateKind::balance: return layer.balance_known ? &layer.balance : base_->find(key);
  case StateKind::nonce: return layer.nonce_known ? &layer.nonce : base_->find(key);
  case StateKind::code: return layer.code.code ? &layer.code : base_->find(key);
  case StateKind::code_hash: return layer.code.code ? &layer.code_hash : base_->find(key);
  case StateKind::storage: return storage_of(layer, key);
  case StateKind::has_storage: return has_storage_of(key.address, layer);
  case StateKind::block_hash: break; // answered above
  }
  return nullptr;
}

void ChangedView::apply(const AccountChange& change) {
  Layer& layer = layers_[change.address];
  if (change.deleted || change.storage_cleared) {
    layer.storage_cleared = true;
    for (auto& [slot, value] : layer.slots) value.word = {};
  }
  layer.deleted = change.deleted;
  if (change.deleted) {
    layer.balance_known = layer.nonce_known = true;
    layer.balance.word = layer.nonce.word = {};
    set_code(make_bytecode({}), layer.code, layer.code_hash);
    return;
  }
  if (change.balance) {
    layer.balance_known = true;
    layer.balance.word = *change.balance;
  }
  if (change.nonce) {
    layer.nonce_known = true;
    layer.nonce.word = *change.nonce;
  }
  if (change.code) set_code(change.code, layer.code, layer.code_hash);
  for (const auto& [slot, value] : change.slots) layer.slots[slot].word = value;
}

void ChangedView::apply(std::span<const AccountChange> changes) {
  for (const AccountChange& change : changes) apply(change);
}

std::vector<AccountChange> ChangedView::changes() const {
  std::vector<AccountChange> changes;
  changes.reserve(layers_.size());
  for (const auto& [address, layer] : layers_) {
    AccountChange& change = changes.emplace_back();
    change.address = address;
    change.deleted = layer.deleted;
    change.storage_cleared = layer.storage_cleared;
    if (layer.deleted) continue;
    if (layer.balance_known) change.balance = layer.balance.word;
    if (layer.nonce_known) change.nonce = layer.nonce.word.w[0];
    change.code = layer.code.code;
    for (const auto& [slot, value] : layer.slots)
      if (value.word || !layer.storage_cleared) change.slots.emplace_back(slot, value.word);
  }
  return changes;
}

} // namespace runahead
