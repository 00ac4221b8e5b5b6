#include "speculate/overlay.hpp"

namespace runahead {

Tag Sources::bit(const StateKey& key) {
  const auto [it, fresh] = bits_.try_emplace(key);
  if (fresh) it->second = Tag{1} << ((bits_.size() - 1) % 64);
  return it->second;
}

bool Sources::blocked_by(const StateKey& key) const {
  const auto it = bits_.find(key);
  return it != bits_.end() && (it->second & blocked_) != 0;
}

void Sources::clear() {
  bits_.clear();
  blocked_ = 0;
}

const Overlay::Entry* Overlay::find(const Place& place) const {
  const auto it = entries_.find(place);
  return it != entries_.end() ? &it->second : nullptr;
}

void Overlay::set(const Place& place, Entry entry) {
  const auto [it, fresh] = entries_.try_emplace(place);
  undo_.push_back({place, !fresh, std::move(it->second)});
  it->second = std::move(entry);
}

void Overlay::revert(size_t checkpoint) {
  while (undo_.size() > checkpoint) {
    Undo& last = undo_.back();
    if (last.existed)
      entries_[last.place] = std::move(last.old);
    else
      entries_.erase(last.place);
    undo_.pop_back();
  }
}

/// From what has arrived; a guess of zero for what has not.
TaggedWord Overlay::read(const StateKey& key, Tag key_tag) {
  if (const StateValue* value = reads_.view().find(key)) return {value->word, key_tag};
  if (key_tag != 0) {
    sources_.block(key_tag);
    return {{}, key_tag};
  }
  reads_.issue(key);
  return {{}, sources_.bit(key)};
}

TaggedWord Overlay::slot(const Address& address, const TaggedWord& key) {
  if (const Entry* entry = find({Space::slot, address, key.value}))
    return entry->word.also(key.tag);
  if (find({Space::created, address, {}}) != nullptr) return {{}, key.tag};
  if (const JournalAccount* account = world_.journal.peek(address)) {
    const auto it = account->slots.find(key.value);
    if (it != account->slots.end() && it->second.known) return {it->second.current, key.tag};
    if (account->storage_empty) return {{}, key.tag};
  }
  return read(StateKey::storage(address, key.value), key.tag);
}

TaggedWord Overlay::balance(const Address& address, Tag key_tag) {
  TaggedWord balance;
  const JournalAccount* account = world_.journal.peek(address);
  if (account != nullptr && account->balance_known)
    balance = {account->balance, key_tag};
  else
    balance = read(StateKey::of(StateKind::balance, address), key_tag);
  if (account != nullptr && !account->balance_known) balance.value += account->balance;
  if (const Entry* change = find({Space::balance, address, {}}))
    balance.value += change->word.value;
  return balance;
}

TaggedWord Overlay::nonce(const Address& address) {
  TaggedWord nonce;
  const JournalAccount* account = world_.journal.peek(address);
  if (account != nullptr && account->nonce_known)
    nonce = {account->nonce, 0};
  else
    nonce = read(StateKey::of(StateKind::nonce, address), 0);
  if (account != nullptr && !account->nonce_known) nonce.value += uint256{account->nonce};
  if (const Entry* change = find({Space::nonce, address, {}})) nonce.value += change->word.value;
  return nonce;
}

TaggedWord Overlay::block_hash(const TaggedWord& number) {
  return read(StateKey::block_hash(number.value.w[0]), number.tag);
}

BytecodeRef Overlay::code(const Address& address, Tag key_tag, Tag& missing) {
  if (const Entry* entry = find({Space::code, address, {}})) return entry->code;
  const JournalAccount* account = world_.journal.peek(address);
  if (account != nullptr && account->code != nullptr) return account->code;
  const StateKey key = StateKey::of(StateKind::code, address);
  if (const StateValue* value = reads_.view().find(key)) return value->code;
  missing = read(key, key_tag).tag;
  return nullptr;
}

void Overlay::foresee(const StateKey& key) {
  if (reads_.view().find(key) == nullptr) reads_.issue(key);
}

void Overlay::set_slot(const Address& address, const uint256& key, const TaggedWord& value) {
  set({Space::slot, address, key}, {value, nullptr});
}

TaggedWord Overlay::transient(const Address& address, const uint256& key) const {
  if (const Entry* entry = find({Space::transient, address, key})) return entry->word;
  return {world_.journal.transient(address, key), 0};
}

void Overlay::set_transient(const Address& address, const uint256& key, const TaggedWord& value) {
  set({Space::transient, address, key}, {value, nullptr});
}

void Overlay::add_balance(const Address& address, const uint256& amount) {
  const Place place{Space::balance, address, {}};
  const Entry* old = find(place);
  set(place, {{(old != nullptr ? old->word.value : uint256{}) + amount, 0}, nullptr});
}

void Overlay::increment_nonce(const Address& address) {
  const Place place{Space::nonce, address, {}};
  const Entry* old = find(place);
  set(place, {{(old != nullptr ? old->word.value : uint256{}) + uint256{1}, 0}, nullptr});
}

void Overlay::set_code(const Address& address, BytecodeRef code) {
  set({Space::code, address, {}}, {{}, std::move(code)});
}

void Overlay::mark_created(const Address& address) { set({Space::created, address, {}}, {}); }

} // namespace runahead
