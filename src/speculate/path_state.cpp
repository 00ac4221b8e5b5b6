// A path's instructions on the state: what was written on the path comes first, then what the spine
// has written, then what has arrived; else it is asked for, and its promise takes its place.
#include "base/limits.hpp"
#include "ops/store_cost.hpp"
#include "spec/limits.hpp"
#include "spec/opcodes.hpp"
#include "speculate/path.hpp"

#include <algorithm>

namespace runahead {

PendingWord Path::read(const StateKey& key) {
  const auto word_of = [](const StateValue& v) {
    return v.code != nullptr ? from(v.code->hash) : v.word;
  };
  if (const StateValue* value = reads_.view().find(key)) return {word_of(*value), 0};
  if (!graph_.waits_for(key)) reads_.issue(key);
  const StateValue* old = reads_.remembered(key);
  const uint256 guess = old != nullptr ? word_of(*old) : uint256{};
  return {guess, graph_.read(key, guess, old != nullptr ? Trust::remembered : Trust::blind)};
}

bool Path::state(uint8_t op) {
  const Address self = top().message.recipient;
  PendingWord result;
  switch (op) {
  case OP_SLOAD: {
    const PendingWord key = arg(0);
    if (key.known() && !charge_slot(self, key.value, world_.gas.cold_slot_surcharge)) return true;
    result = slot(self, key);
    break;
  }
  case OP_SSTORE: store_slot(); return true;
  case OP_TLOAD: {
    const PendingWord key = arg(0);
    const Written* written = find({Place::Space::transient, self, key.value});
    if (written != nullptr)
      result = graph_.settle(written->word);
    else
      result.value = world_.journal.transient(self, key.value);
    break;
  }
  case OP_TSTORE: {
    if (top().message.is_static) return abort({}), true;
    const PendingWord key = arg(0), value = arg(1);
    if (key.known()) write({Place::Space::transient, self, key.value}, {.word = value});
    drop(2);
    return true;
  }
  case OP_BALANCE:
    if (arg(0).known() && !charge_account(to_address(arg(0).value))) return true;
    result = balance(arg(0));
    break;
  case OP_SELFBALANCE: push(balance({from(self), 0})); return true;
  case OP_EXTCODESIZE:
    if (arg(0).known() && !charge_account(to_address(arg(0).value))) return true;
    result = code_size(arg(0));
    break;
  case OP_EXTCODEHASH:
    if (arg(0).known() && !charge_account(to_address(arg(0).value))) return true;
    result = code_hash(arg(0));
    break;
  case OP_EXTCODECOPY: ext_code_copy(); return true;
  default: return false;
  }
  drop(1);
  push(result);
  return true;
}

/// A call that is made up for may only read: what came behind it has not seen its writes.
void Path::write(const Place& place, Written written) {
  if (!make_up_) return log_.write(place, std::move(written));
  const bool matters =
      place.space != Place::Space::warm_account && place.space != Place::Space::warm_slot;
  make_up_->failed = make_up_->failed || matters;
}

// Prices -----------------------------------------------------------------------------------------

bool Path::is_warm(const Address& address) const {
  return world_.journal.is_warm(address) ||
         find({Place::Space::warm_account, address, {}}) != nullptr;
}

/// The surcharge of an account that is touched first (EIP-2929); false if the frame ended by it.
bool Path::charge_account(const Address& address) {
  if (world_.gas.cold_account_surcharge == 0 || is_warm(address)) return true;
  write({Place::Space::warm_account, address, {}}, {});
  return charge(world_.gas.cold_account_surcharge);
}

bool Path::charge_slot(const Address& address, const uint256& key, int64_t surcharge) {
  const Place place{Place::Space::warm_slot, address, key};
  if (surcharge == 0 || world_.journal.is_warm(address, key) || find(place) != nullptr) return true;
  write(place, {});
  return charge(surcharge);
}

/// What a store costs above the least that any does.
uint256 Path::price_above_least(const StorageSlot& slot, const uint256& value) const {
  const int64_t price = ops::store_cost(world_.gas, status_of_store(slot, value)).gas;
  return static_cast<uint64_t>(price - ops::least_store_gas(world_.gas));
}

bool Path::charge_store(const Address& self, const uint256& key, const PendingWord& value) {
  if (!charge(ops::least_store_gas(world_.gas)) || !charge_slot(self, key, world_.gas.cold_slot))
    return false;
  const PendingWord current = slot(self, {key, 0}), first = original(self, key);
  if (current.known() && first.known() && value.known())
    return charge(
        static_cast<int64_t>(price_above_least({first.value, current.value}, value.value).w[0]));
  top().prices.push_back(graph_.lookup(
      {.of = Lookup::Of::store_price, .operands = {current, value, first}}, {}, Trust::blind));
  return true;
}

// Storage ----------------------------------------------------------------------------------------

/// The value as of a point of the path, as far as the path or the spine has it.
std::optional<PendingWord> Path::slot_before(const Address& address, const uint256& key,
                                             uint32_t position) const {
  if (const Written* written = log_.find({Place::Space::slot, address, key}, position))
    return graph_.settle(written->word);
  if (log_.find({Place::Space::created, address, {}}, position) != nullptr) return PendingWord{};
  const JournalAccount* account = world_.journal.peek(address);
  if (account == nullptr) return std::nullopt;
  const auto it = account->slots.find(key);
  if (it != account->slots.end() && it->second.known) return PendingWord{it->second.current, 0};
  if (account->storage_empty) return PendingWord{};
  return std::nullopt;
}

PendingWord Path::slot(const Address& address, const PendingWord& key) {
  if (key.known()) {
    log_.note_read({Place::Space::slot, address, key.value});
    const auto before = slot_before(address, key.value, position());
    return before ? *before : read(StateKey::storage(address, key.value));
  }
  PendingWord guess;
  Trust trust = Trust::blind;
  if (graph_.trust(key) == Trust::remembered) {
    guess = slot(address, {key.value, 0}); // reads what the key was the last time
    trust = guess.known() ? Trust::remembered : graph_.trust(guess);
  }
  Lookup lookup{.of = Lookup::Of::slot, .address = address, .position = position()};
  lookup.operands[0] = key;
  return graph_.lookup(std::move(lookup), guess.value, trust);
}

/// The slot's value at the start of the transaction.
PendingWord Path::original(const Address& address, const uint256& key) {
  const JournalAccount* account = world_.journal.peek(address);
  if (account != nullptr) {
    const auto it = account->slots.find(key);
    if (it != account->slots.end() && it->second.known) return {it->second.original, 0};
    if (account->storage_empty) return {};
  }
  if (find({Place::Space::created, address, {}}) != nullptr) return {};
  return read(StateKey::storage(address, key));
}

void Path::store_slot() {
  if (top().message.is_static) return abort({});
  const Address self = top().message.recipient;
  const PendingWord key = arg(0), value = arg(1);
  if (key.known()) {
    if (!charge_store(self, key.value, value)) return;
    write({Place::Space::slot, self, key.value}, {.word = value});
  } else {
    // Taken not to be any slot that is read before its key is known.
    if (!charge(ops::least_store_gas(world_.gas))) return;
    if (make_up_) return end_path();
    Lookup lookup{.of = Lookup::Of::store, .address = self, .position = log_.reserve(value)};
    lookup.operands[0] = key;
    graph_.lookup(std::move(lookup), {}, Trust::blind);
  }
  drop(2);
}

// Accounts ---------------------------------------------------------------------------------------

std::optional<PendingWord> Path::known_balance(const Address& address) const {
  const JournalAccount* account = world_.journal.peek(address);
  if (account == nullptr || !account->balance_known) return std::nullopt;
  return PendingWord{account->balance, 0};
}

PendingWord Path::balance(const PendingWord& account) {
  if (!account.known()) {
    Lookup lookup{.of = Lookup::Of::balance, .position = position()};
    lookup.operands[0] = account;
    return graph_.lookup(std::move(lookup), {}, Trust::blind);
  }
  const Address address = to_address(account.value);
  PendingWord balance;
  if (const auto known = known_balance(address)) {
    balance = *known;
  } else {
    balance = read(StateKey::of(StateKind::balance, address));
    if (const JournalAccount* changed = world_.journal.peek(address); changed != nullptr)
      balance = pure(OP_ADD, balance, {changed->balance, 0});
  }
  if (const Written* change = find({Place::Space::balance, address, {}}))
    balance = pure(OP_ADD, balance, change->word);
  return balance;
}

void Path::add_balance(const Address& address, const PendingWord& amount) {
  const Place place{Place::Space::balance, address, {}};
  const Written* old = find(place);
  write(place, {.word = old != nullptr ? pure(OP_ADD, old->word, amount) : amount});
}

PendingWord Path::nonce(const Address& address) {
  const JournalAccount* account = world_.journal.peek(address);
  PendingWord nonce;
  if (account != nullptr && account->nonce_known)
    nonce.value = account->nonce;
  else
    nonce = read(StateKey::of(StateKind::nonce, address));
  if (account != nullptr && !account->nonce_known) nonce = pure(OP_ADD, nonce, {account->nonce, 0});
  if (const Written* change = find({Place::Space::nonce, address, {}}))
    nonce = pure(OP_ADD, nonce, change->word);
  return nonce;
}

PendingWord Path::block_hash(const PendingWord& number) {
  if (!number.known()) {
    Lookup lookup{.of = Lookup::Of::block_hash, .operands = {number}};
    return graph_.lookup(std::move(lookup), {}, Trust::blind);
  }
  const uint64_t n = number.value.w[0], current = world_.block.number;
  const bool reachable =
      number.value.fits_u64() && n < current && current - n <= spec::block_hash_window;
  return reachable ? read(StateKey::block_hash(n)) : PendingWord{};
}

// Code -------------------------------------------------------------------------------------------

BytecodeRef Path::code(const Address& address, PendingWord& missing) {
  if (const Written* written = find({Place::Space::code, address, {}})) return written->code;
  const JournalAccount* account = world_.journal.peek(address);
  if (account != nullptr && account->code != nullptr) return account->code;
  const StateKey key = StateKey::of(StateKind::code, address);
  if (const StateValue* value = reads_.view().find(key)) return value->code;
  missing = read(key);
  return nullptr;
}

uint256 Path::known_code_size(const Address& address) {
  PendingWord missing;
  const BytecodeRef code = this->code(address, missing);
  return code != nullptr ? uint256{code->bytes.size()} : uint256{};
}

/// As EXTCODEHASH shows it: zero for an account that is not there (EIP-1052).
uint256 Path::known_code_hash(const Address& address) {
  PendingWord missing;
  const BytecodeRef code = this->code(address, missing);
  if (code == nullptr) return {};
  const StateValue* alive = reads_.view().find(StateKey::of(StateKind::existence, address));
  const bool dead = alive != nullptr && alive->word != uint256{existence::alive};
  return code->bytes.empty() && dead ? uint256{} : from(code->hash);
}

PendingWord Path::code_size(const PendingWord& account) {
  if (!account.known()) return graph_.unknown(1);
  const Address address = to_address(account.value);
  PendingWord missing;
  if (const BytecodeRef code = this->code(address, missing)) return {code->bytes.size(), 0};
  const StateValue* old = reads_.remembered(StateKey::of(StateKind::code, address));
  Lookup lookup{.of = Lookup::Of::code_size, .address = address};
  lookup.operands[1] = missing;
  return graph_.lookup(std::move(lookup), old != nullptr ? old->code->bytes.size() : 1,
                       graph_.trust(missing));
}

PendingWord Path::code_hash(const PendingWord& account) {
  if (!account.known()) return graph_.unknown(1);
  const Address address = to_address(account.value);
  PendingWord missing;
  if (const BytecodeRef code = this->code(address, missing);
      code != nullptr && !code->bytes.empty())
    return {from(code->hash), 0};
  Lookup lookup{.of = Lookup::Of::code_hash, .address = address};
  lookup.operands[1] = missing;
  lookup.operands[2] = read(StateKey::of(StateKind::existence, address));
  if (missing.known() && lookup.operands[2].known()) return {known_code_hash(address), 0};
  return graph_.lookup(std::move(lookup), missing.value, graph_.trust(missing));
}

void Path::ext_code_copy() {
  const PendingWord account = arg(0), size = arg(3);
  const Address address = to_address(account.value);
  PendingWord missing = account;
  BytecodeRef code;
  if (account.known()) {
    if (!charge_account(address)) return;
    code = this->code(address, missing);
  }
  if (code != nullptr) return copy(BytesView(code->bytes), 1);
  assume(Assumption::Kind::await, missing.node, {});
  const size_t guessed = size.value.fits_u64()
                             ? std::min<size_t>(size.value.w[0], limits::scout_memory_guess_bytes)
                             : 0;
  copy(BytesView(Bytes(guessed)), 1);
}

} // namespace runahead
