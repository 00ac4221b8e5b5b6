#include "sources/lmdb_state.hpp"

#include "base/hex.hpp"

#include <utility>

namespace runahead {

using namespace lmdb_format;
using Value = LmdbStateReader::Value;

std::unexpected<Unavailable> LmdbStateReader::unavailable(const StateKey& key,
                                                          std::string_view cause) const {
  return std::unexpected(
      Unavailable{env_.folder(), to_string(key) + " " + std::string(cause), false});
}

std::unexpected<Unavailable> LmdbStateReader::failed(const StateKey& key, int error) const {
  if (error == MDB_CORRUPTED)
    return unavailable(key, "is damaged: the length or the seal of its record is wrong");
  return unavailable(key, std::string("cannot be read: ") + mdb_strerror(error));
}

Value LmdbStateReader::absent(const StateKey& key, StateValue zero) const {
  if (env_.complete()) return zero;
  return unavailable(key, "is not in it, and it does not hold the whole state");
}

int LmdbStateReader::cursor(Map which, MDB_cursor*& cursor) {
  Cursor& kept = cursors_[static_cast<size_t>(which)];
  if (!kept) {
    MDB_cursor* raw = nullptr;
    if (const int error = mdb_cursor_open(txn_, env_.map(which), &raw)) return error;
    kept.reset(raw);
  }
  cursor = kept.get();
  return 0;
}

// Records ----------------------------------------------------------------------------------------

int LmdbStateReader::find_account(const Address& address, uint64_t block,
                                  std::optional<AccountRecord>& record) {
  MDB_cursor* accounts = nullptr;
  if (const int error = cursor(Map::accounts, accounts)) return error;
  Found found;
  if (const int error = find_newest(accounts, account_key(address, block), found)) return error;
  const auto opened = open_account(found.key, found.value);
  if (!opened) return MDB_CORRUPTED;
  record = *opened;
  return 0;
}

/// The newest block, not after `block`, that cleared the account's storage.
int LmdbStateReader::last_clearing(const Address& address, uint64_t block,
                                   std::optional<uint64_t>& at) {
  MDB_stat stat{};
  if (const int error = mdb_stat(txn_, env_.map(Map::cleared), &stat)) return error;
  if (stat.ms_entries == 0) return 0;
  MDB_cursor* cleared = nullptr;
  if (const int error = cursor(Map::cleared, cleared)) return error;
  Found found;
  const int error = find_newest(cleared, account_key(address, block), found);
  if (error) return error == MDB_NOTFOUND ? 0 : error;
  if (!unseal(found.key, found.value)) return MDB_CORRUPTED;
  at = block_of(found.key);
  return 0;
}

/// MDB_NOTFOUND: no record tells.
int LmdbStateReader::find_word(const Address& address, const uint256& slot, uint64_t block,
                               uint256& word) {
  MDB_cursor* storage = nullptr;
  if (const int error = cursor(Map::storage, storage)) return error;
  Found found;
  const int missing = find_newest(storage, storage_key(address, slot, block), found);
  if (missing && missing != MDB_NOTFOUND) return missing;
  std::optional<uint64_t> cleared;
  if (const int error = last_clearing(address, block, cleared)) return error;
  // What the clearing block wrote afterwards counts.
  if (cleared && (missing || *cleared > block_of(found.key))) {
    word = 0;
    return 0;
  }
  if (missing) return missing;
  const auto opened = open_word(found.key, found.value);
  if (!opened) return MDB_CORRUPTED;
  word = *opened;
  return 0;
}

int LmdbStateReader::next_slot(const Address& address, std::optional<uint256>& slot) {
  MDB_cursor* storage = nullptr;
  if (const int error = cursor(Map::storage, storage)) return error;
  const StorageKey from =
      slot ? storage_key(address, *slot, behind_all_blocks) : storage_key(address, 0, 0);
  slot.reset();
  MDB_val at = val(BytesView(from)), value{};
  const int error = mdb_cursor_get(storage, &at, &value, MDB_SET_RANGE);
  if (error) return error == MDB_NOTFOUND ? 0 : error;
  const BytesView key = view(at);
  if (key.size() != from.size()) return MDB_CORRUPTED;
  if (equal(key.first(20), address)) slot = from_be(key.subspan(20, 32));
  return 0;
}

// Values -----------------------------------------------------------------------------------------

Value LmdbStateReader::value(const StateKey& key, uint64_t block) {
  switch (key.kind) {
  case StateKind::storage: return word_value(key, block);
  case StateKind::has_storage: return has_storage(key, block);
  case StateKind::block_hash: return block_hash(key);
  default: return account_value(key, block);
  }
}

Value LmdbStateReader::word_value(const StateKey& key, uint64_t block) {
  uint256 word;
  const int error = find_word(key.address, key.slot, block, word);
  if (error == MDB_NOTFOUND) return absent(key, {});
  if (error) return failed(key, error);
  return StateValue{word, nullptr};
}

Value LmdbStateReader::account_value(const StateKey& key, uint64_t block) {
  const BytecodeRef no_code = make_bytecode({});
  std::optional<AccountRecord> found;
  const int error = find_account(key.address, block, found);
  if (error == MDB_NOTFOUND && !env_.complete()) return absent(key, {});
  if (error && error != MDB_NOTFOUND) return failed(key, error);
  const AccountRecord record = found.value_or(AccountRecord{0, {}, no_code->hash});
  const bool has_code = record.code_hash != no_code->hash;
  switch (key.kind) {
  case StateKind::existence: {
    const bool alive = has_code || record.nonce != 0 || !record.balance.is_zero(); // EIP-161
    return StateValue{!found  ? existence::none
                      : alive ? existence::alive
                              : existence::empty,
                      nullptr};
  }
  case StateKind::balance: return StateValue{record.balance, nullptr};
  case StateKind::nonce: return StateValue{record.nonce, nullptr};
  case StateKind::code_hash: return StateValue{from(record.code_hash), nullptr};
  case StateKind::code:
    return has_code ? code_value(key, record.code_hash) : StateValue{{}, no_code};
  default: std::unreachable();
  }
}

Value LmdbStateReader::code_value(const StateKey& key, const Hash256& hash) {
  MDB_val place = val(BytesView(hash)), found{};
  const int error = mdb_get(txn_, env_.map(Map::code), &place, &found);
  if (error == MDB_NOTFOUND)
    return unavailable(key, "is damaged: the code of hash " + to_hex(hash) + " is missing");
  if (error) return failed(key, error);
  BytecodeRef bytecode = make_bytecode(to_bytes(view(found)));
  if (bytecode->hash != hash)
    return unavailable(key, "is damaged: it does not have the hash " + to_hex(hash));
  return StateValue{{}, std::move(bytecode)};
}

/// Looks for a slot of the account that is not zero.
Value LmdbStateReader::has_storage(const StateKey& key, uint64_t block) {
  std::optional<uint256> slot;
  while (true) {
    if (const int error = next_slot(key.address, slot)) return failed(key, error);
    if (!slot) return absent(key, {});
    uint256 word;
    const int error = find_word(key.address, *slot, block, word);
    if (error && error != MDB_NOTFOUND) return failed(key, error);
    if (!error && !word.is_zero()) return StateValue{1, nullptr};
  }
}

Value LmdbStateReader::block_hash(const StateKey& key) {
  if (!key.slot.fits_u64()) return unavailable(key, "is not in it");
  const NumberKey number = number_key(key.slot.w[0]);
  MDB_val place = val(BytesView(number)), found{};
  const int error = mdb_get(txn_, env_.map(Map::block_hashes), &place, &found);
  if (error == MDB_NOTFOUND) return unavailable(key, "is not in it");
  if (error) return failed(key, error);
  const auto opened = open_word(number, view(found));
  if (!opened) return failed(key, MDB_CORRUPTED);
  return StateValue{*opened, nullptr};
}

// All accounts -----------------------------------------------------------------------------------

Result<Account> LmdbStateReader::load_account(const Address& address, const AccountRecord& record,
                                              uint64_t block, bool with_code) {
  const auto refuse = [&](const Unavailable& why) { return fail(why.source + ": " + why.cause); };
  Account account{record.balance, record.nonce, make_bytecode({}), {}};
  if (record.code_hash != account.code->hash) {
    if (with_code) {
      auto code = code_value(StateKey::of(StateKind::code, address), record.code_hash);
      if (!code) return refuse(code.error());
      account.code = std::move(code->code);
    } else {
      account.code = std::make_shared<const Bytecode>(Bytecode{{}, record.code_hash});
    }
  }
  std::optional<uint256> slot;
  while (true) {
    const StateKey storage = StateKey::of(StateKind::has_storage, address);
    if (const int error = next_slot(address, slot)) return refuse(failed(storage, error).error());
    if (!slot) return account;
    uint256 word;
    const int error = find_word(address, *slot, block, word);
    if (error && error != MDB_NOTFOUND)
      return refuse(failed(StateKey::storage(address, *slot), error).error());
    if (!error && !word.is_zero()) account.storage.emplace(*slot, word);
  }
}

Result<void> LmdbStateReader::visit_accounts(uint64_t block, bool with_code,
                                             const AccountVisitor& visit) {
  MDB_cursor* accounts = nullptr;
  if (const int error = cursor(Map::accounts, accounts))
    return env_.refuse("cannot be read", error);
  AccountKey from = account_key({}, 0);
  while (true) {
    MDB_val at = val(BytesView(from)), value{};
    const int end = mdb_cursor_get(accounts, &at, &value, MDB_SET_RANGE);
    if (end == MDB_NOTFOUND) return {};
    if (end) return env_.refuse("cannot be read", end);
    if (at.mv_size != from.size()) return fail(env_.folder() + ": is damaged: a key of an account");
    const Address address = to_address(from_be(view(at).first(20)));
    from = account_key(address, behind_all_blocks);
    std::optional<AccountRecord> record;
    const int error = find_account(address, block, record);
    if (error && error != MDB_NOTFOUND) {
      const auto why = failed(StateKey::of(StateKind::existence, address), error);
      return fail(why.error().source + ": " + why.error().cause);
    }
    if (!record) continue;
    const auto account = load_account(address, *record, block, with_code);
    if (!account) return std::unexpected(account.error());
    if (const auto ok = visit(address, *account); !ok) return ok;
  }
}

} // namespace runahead
