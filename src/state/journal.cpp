#include "state/journal.hpp"

#include "crypto/keccak.hpp"

#include <algorithm>

namespace runahead {
namespace {

/// The touch of this account outlives a revert: so it was on the main network when a call to the
/// precompile ran out of gas, and so it has been since (EIP-161, addendum of 2017-08-15).
constexpr Address ripemd160_address{
    .bytes = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3}};

} // namespace

// Reads ------------------------------------------------------------------------------------------

const StateValue* Journal::read(const StateKey& key) {
  const StateValue* value = view_->find(key);
  if (value == nullptr) missing_.push_back(key);
  return value;
}

bool Journal::load_balance(const Address& address, JournalAccount& a) {
  if (a.balance_known) return true;
  const StateValue* value = read(StateKey::of(StateKind::balance, address));
  if (value == nullptr) return false;
  a.balance += value->word;
  a.balance_known = true;
  return true;
}

bool Journal::load_nonce(const Address& address, JournalAccount& a) {
  if (a.nonce_known) return true;
  const StateValue* value = read(StateKey::of(StateKind::nonce, address));
  if (value == nullptr) return false;
  a.nonce += value->word.w[0];
  a.nonce_known = true;
  return true;
}

bool Journal::load_code(const Address& address, JournalAccount& a) {
  if (a.code != nullptr) return true;
  const StateValue* value = read(StateKey::of(StateKind::code, address));
  if (value == nullptr) return false;
  a.code = value->code;
  return true;
}

const uint256* Journal::balance(const Address& address) {
  JournalAccount& a = account(address);
  return load_balance(address, a) ? &a.balance : nullptr;
}

std::optional<uint64_t> Journal::nonce(const Address& address) {
  JournalAccount& a = account(address);
  if (!load_nonce(address, a)) return std::nullopt;
  return a.nonce;
}

const BytecodeRef* Journal::code(const Address& address) {
  JournalAccount& a = account(address);
  return load_code(address, a) ? &a.code : nullptr;
}

std::optional<Hash256> Journal::code_hash(const Address& address) {
  const JournalAccount& a = account(address);
  if (a.code != nullptr) return a.code->hash;
  const StateValue* value = read(StateKey::of(StateKind::code_hash, address));
  if (value == nullptr) return std::nullopt;
  return to_hash(value->word);
}

const StorageSlot* Journal::slot(const Address& address, const uint256& key) {
  StorageSlot& s = entry(address, key);
  return load(address, key, s) ? &s : nullptr;
}

bool Journal::load(const Address& address, const uint256& key, StorageSlot& s) {
  if (s.known) return true;
  if (!account(address).storage_empty) {
    const StateValue* value = read(StateKey::storage(address, key));
    if (value == nullptr) return false;
    s.original = s.current = value->word;
  }
  s.known = true;
  return true;
}

std::optional<bool> Journal::is_dead(const Address& address) {
  JournalAccount& a = account(address);
  if (removes_empty_) return is_empty(address, a);
  if (a.touched || a.created) return false;
  const StateValue* existed = read(StateKey::of(StateKind::existence, address));
  if (existed == nullptr) return std::nullopt;
  return existed->word == existence::none;
}

std::optional<bool> Journal::is_empty(const Address& address, JournalAccount& a) {
  // A nonce only grows, so a change alone proves life; so does a known balance or code.
  if (a.nonce != 0 || (a.balance_known && a.balance) ||
      (a.code != nullptr && !a.code->bytes.empty()))
    return false;
  if (a.balance_known && a.nonce_known && a.code != nullptr) return true;
  const StateValue* existed = read(StateKey::of(StateKind::existence, address));
  if (existed == nullptr) return std::nullopt;
  if (existed->word != existence::alive) {
    a.balance_known = a.nonce_known = true;
    if (a.code == nullptr) a.code = make_bytecode({});
    return a.balance.is_zero() && a.nonce == 0 && a.code->bytes.empty();
  }
  const bool untouched = !a.balance_known && a.balance.is_zero() && !a.code_changed;
  if (untouched) return false;
  const bool balance = load_balance(address, a), nonce = load_nonce(address, a),
             code = load_code(address, a);
  if (!balance || !nonce || !code) return std::nullopt;
  return a.balance.is_zero() && a.nonce == 0 && a.code->bytes.empty();
}

std::optional<bool> Journal::is_occupied(const Address& address) {
  JournalAccount& a = account(address);
  const bool nonce = load_nonce(address, a);
  const std::optional<Hash256> hash = code_hash(address);
  if ((nonce && a.nonce != 0) || (hash && *hash != make_bytecode({})->hash)) return true;
  if (!nonce || !hash) return std::nullopt;
  if (a.storage_empty) return false;
  const StateValue* storage = read(StateKey::of(StateKind::has_storage, address));
  if (storage == nullptr) return std::nullopt;
  return !storage->word.is_zero();
}

std::optional<Hash256> Journal::block_hash(uint64_t number) {
  const StateValue* value = read(StateKey::block_hash(number));
  if (value == nullptr) return std::nullopt;
  return to_hash(value->word);
}

uint256 Journal::transient(const Address& address, const uint256& key) const {
  const auto it = transient_.find({address, key});
  return it != transient_.end() ? it->second : uint256{};
}

const JournalAccount* Journal::peek(const Address& address) const {
  const auto it = accounts_.find(address);
  return it != accounts_.end() ? &it->second : nullptr;
}

bool Journal::was_created(const Address& address) const {
  const JournalAccount* a = peek(address);
  return a != nullptr && a->created;
}

bool Journal::was_destructed(const Address& address) const {
  const JournalAccount* a = peek(address);
  return a != nullptr && a->destructed;
}

// Changes ----------------------------------------------------------------------------------------

void Journal::add_balance(const Address& address, const uint256& amount) {
  JournalAccount& a = account(address);
  a.balance += amount;
  undo_.push_back({UndoKind::balance, false, address, {}, amount, nullptr});
}

void Journal::subtract_balance(const Address& address, const uint256& amount) {
  add_balance(address, -amount);
}

void Journal::increment_nonce(const Address& address) {
  ++account(address).nonce;
  undo_.push_back({UndoKind::nonce, false, address, {}, {}, nullptr});
}

void Journal::set_code(const Address& address, BytecodeRef code) {
  JournalAccount& a = account(address);
  undo_.push_back({UndoKind::code, a.code_changed, address, {}, {}, std::move(a.code)});
  a.code = std::move(code);
  a.prepared = nullptr;
  a.code_changed = true;
}

void Journal::set_slot(const Address& address, const uint256& key, const uint256& value) {
  set_slot(address, key, value, entry(address, key));
}

void Journal::set_slot(const Address& address, const uint256& key, const uint256& value,
                       StorageSlot& s) {
  undo_.push_back({UndoKind::slot, false, address, key, s.current, nullptr});
  s.current = value;
}

void Journal::set_transient(const Address& address, const uint256& key, const uint256& value) {
  uint256& current = transient_[{address, key}];
  undo_.push_back({UndoKind::transient, false, address, key, current, nullptr});
  current = value;
}

void Journal::touch(const Address& address) {
  JournalAccount& a = account(address);
  if (a.touched) return;
  a.touched = true;
  undo_.push_back({UndoKind::touched, false, address, {}, {}, nullptr});
}

void Journal::mark_created(const Address& address) {
  JournalAccount& a = account(address);
  undo_.push_back({UndoKind::created, a.storage_empty, address, {}, {}, nullptr});
  a.created = a.storage_empty = true;
}

void Journal::mark_destructed(const Address& address) {
  JournalAccount& a = account(address);
  if (a.destructed) return;
  a.destructed = true;
  undo_.push_back({UndoKind::destructed, false, address, {}, {}, nullptr});
}

void Journal::undo(const Undo& entry) {
  if (entry.kind == UndoKind::transient) {
    transient_[{entry.address, entry.key}] = entry.value;
    return;
  }
  JournalAccount& a = account(entry.address);
  switch (entry.kind) {
  case UndoKind::balance: a.balance -= entry.value; break;
  case UndoKind::nonce: --a.nonce; break;
  case UndoKind::code:
    a.code = entry.code;
    a.prepared = nullptr;
    a.code_changed = entry.flag;
    break;
  case UndoKind::slot: a.slots[entry.key].current = entry.value; break;
  case UndoKind::touched: a.touched = removes_empty_ && entry.address == ripemd160_address; break;
  case UndoKind::created:
    a.created = false;
    a.storage_empty = entry.flag;
    break;
  case UndoKind::destructed: a.destructed = false; break;
  case UndoKind::warm_account: a.warm = false; break;
  case UndoKind::warm_slot: a.slots[entry.key].warm = false; break;
  case UndoKind::transient: break;
  }
}

void Journal::revert(const Checkpoint& to) {
  while (undo_.size() > to.undo) {
    undo(undo_.back());
    undo_.pop_back();
  }
  logs_.resize(to.logs);
  refund_ = to.refund;
}

// Overrides --------------------------------------------------------------------------------------

void Journal::override_balance(const Address& address, const uint256& balance) {
  JournalAccount& a = account(address);
  a.balance = balance;
  a.balance_known = true;
}

void Journal::override_nonce(const Address& address, uint64_t nonce) {
  JournalAccount& a = account(address);
  a.nonce = nonce;
  a.nonce_known = true;
}

void Journal::override_code(const Address& address, BytecodeRef code) {
  JournalAccount& a = account(address);
  a.code = std::move(code);
  a.prepared = nullptr;
  a.code_changed = true;
}

void Journal::override_slot(const Address& address, const uint256& key, const uint256& value) {
  account(address).slots[key] = {value, value, true, false};
}

void Journal::override_storage_empty(const Address& address) {
  account(address).storage_empty = true;
}

// Warmth -----------------------------------------------------------------------------------------

bool Journal::is_warm(const Address& address) const {
  const JournalAccount* a = peek(address);
  return a != nullptr ? a->warm : is_warm_for_good(address);
}

bool Journal::is_warm(const Address& address, const uint256& key) const {
  const JournalAccount* a = peek(address);
  if (a == nullptr) return false;
  const auto it = a->slots.find(key);
  return it != a->slots.end() && it->second.warm;
}

bool Journal::is_warm_for_good(const Address& address) const {
  const uint256 number = from(address);
  return number < uint256{warm_for_good_.size()} && warm_for_good_.test(number.w[0]);
}

void Journal::warm_for_good(const AddressNumbers& numbers) {
  warm_for_good_ |= numbers;
  for (auto& [address, a] : accounts_) a.warm = a.warm || is_warm_for_good(address);
}

void Journal::warm(const Address& address) {
  JournalAccount& a = account(address);
  if (a.warm) return;
  a.warm = true;
  undo_.push_back({UndoKind::warm_account, false, address, {}, {}, nullptr});
}

void Journal::warm(const Address& address, const uint256& key) {
  warm(address, key, entry(address, key));
}

void Journal::warm(const Address& address, const uint256& key, StorageSlot& s) {
  if (s.warm) return;
  s.warm = true;
  undo_.push_back({UndoKind::warm_slot, false, address, key, {}, nullptr});
}

// The end ----------------------------------------------------------------------------------------

std::optional<AccountChange> Journal::change_of(const Address& address, JournalAccount& a) {
  AccountChange change;
  change.address = address;
  change.storage_cleared = a.created;
  change.deleted = a.destructed;
  if (a.destructed) return change;
  if (a.touched && removes_empty_) {
    const std::optional<bool> empty = is_empty(address, a);
    if (!empty) return std::nullopt;
    change.deleted = *empty;
    if (*empty) return change;
  }
  const bool balance = a.balance.is_zero() || load_balance(address, a);
  const bool nonce = a.nonce == 0 || load_nonce(address, a);
  if (!balance || !nonce) return std::nullopt;
  if (a.balance_known) change.balance = a.balance;
  if (a.nonce_known) change.nonce = a.nonce;
  if (a.code_changed) change.code = a.code;
  for (const auto& [key, slot] : a.slots)
    if (slot.known && slot.current != slot.original) change.slots.emplace_back(key, slot.current);
  return change;
}

/// Balances change only of accounts that are touched.
bool Journal::may_have_changed(const JournalAccount& a) {
  return a.touched || a.created || a.destructed || a.code_changed ||
         std::ranges::any_of(a.slots, [](const auto& entry) {
           return entry.second.known && entry.second.current != entry.second.original;
         });
}

std::optional<std::vector<AccountChange>> Journal::finish() {
  std::vector<AccountChange> changes;
  bool complete = true;
  for (auto& [address, a] : accounts_) {
    if (!may_have_changed(a)) continue;
    auto change = change_of(address, a);
    if (!change)
      complete = false;
    else
      changes.push_back(std::move(*change));
  }
  if (!complete) return std::nullopt;
  return changes;
}

} // namespace runahead
