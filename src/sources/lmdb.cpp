#include "sources/lmdb.hpp"

#include "base/hex.hpp"
#include "base/limits.hpp"
#include "sources/json_fields.hpp"
#include "sources/lmdb_format.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

namespace runahead {

namespace fs = std::filesystem;
using namespace lmdb_format;

namespace {

constexpr size_t least_part = 32; ///< keys that are worth a thread of their own

struct AbortTxn {
  void operator()(MDB_txn* txn) const { mdb_txn_abort(txn); }
};
using Txn = std::unique_ptr<MDB_txn, AbortTxn>;

using Value = std::expected<StateValue, Unavailable>;

} // namespace

struct LmdbSource::Database {
  explicit Database(std::string place) : folder(std::move(place)) {}
  ~Database() {
    if (env) mdb_env_close(env);
  }

  Result<void> check_file() const;
  Result<void> open();
  Result<void> open_maps();
  Result<void> check_size() const;
  Result<void> read_about(MDB_txn* txn);

  MDB_dbi map(Map which) const { return maps[static_cast<size_t>(which)]; }
  Txn begin(int& error) const {
    MDB_txn* txn = nullptr;
    error = mdb_txn_begin(env, nullptr, MDB_RDONLY, &txn);
    return Txn(txn);
  }
  std::vector<Answer> answers(std::span<const StateKey> keys) const;
  Value value(MDB_txn* txn, const StateKey& key) const;
  Value account_value(MDB_txn* txn, const StateKey& key) const;
  Value code_value(MDB_txn* txn, const StateKey& key, const Hash256& hash) const;
  Value word(MDB_txn* txn, Map which, const StateKey& key, BytesView place) const;
  Value has_storage(MDB_txn* txn, const StateKey& key) const;

  std::unexpected<Unavailable> unavailable(const StateKey& key, std::string_view cause) const {
    return std::unexpected(Unavailable{folder, to_string(key) + " " + std::string(cause), false});
  }
  std::unexpected<Unavailable> damaged(const StateKey& key, std::string_view what) const {
    return unavailable(key, "is damaged: " + std::string(what));
  }
  std::unexpected<Unavailable> failed(const StateKey& key, int error) const {
    return unavailable(key, std::string("cannot be read: ") + mdb_strerror(error));
  }
  Value absent(const StateKey& key, StateValue zero) const {
    if (complete) return zero;
    return unavailable(key, "is not in it, and it does not hold the whole state");
  }

  const std::string folder;
  StateAbout about;
  bool complete = true;
  MDB_env* env = nullptr;
  std::array<MDB_dbi, map_names.size()> maps{};
};

/// What can be told before LMDB looks at it, which is quick to say no more than `Invalid argument`.
Result<void> LmdbSource::Database::check_file() const {
  struct stat about_folder{}, about_file{};
  const std::string file = folder + "/" + std::string(data_file);
  if (stat(folder.c_str(), &about_folder) != 0) return fail(folder + ": " + std::strerror(errno));
  if (!S_ISDIR(about_folder.st_mode)) return fail(folder + ": is a file, not a database folder");
  if (stat(file.c_str(), &about_file) != 0)
    return fail(
        folder + ": " +
        (errno == ENOENT ? "there is no database in it (no data.mdb)" : std::strerror(errno)));
  if (access(file.c_str(), R_OK) != 0) return fail(folder + ": data.mdb: " + std::strerror(errno));
  if (about_file.st_size == 0) return fail(folder + ": data.mdb is empty: the file was cut off");
  return {};
}

/// Pages that the file lost would end the process when they are touched, so they are looked for
/// first.
Result<void> LmdbSource::Database::check_size() const {
  MDB_envinfo info{};
  MDB_stat pages{};
  mdb_env_info(env, &info);
  mdb_env_stat(env, &pages);
  const uint64_t needed = (static_cast<uint64_t>(info.me_last_pgno) + 1) * pages.ms_psize;
  std::error_code error;
  const uint64_t there = fs::file_size(fs::path(folder) / data_file, error);
  if (error) return fail(folder + ": data.mdb: " + error.message());
  if (there < needed)
    return fail(folder + ": data.mdb has " + std::to_string(there) + " bytes of " +
                std::to_string(needed) + ": the file was cut off");
  return {};
}

Result<void> LmdbSource::Database::open() {
  if (const auto ok = check_file(); !ok) return ok;
  int error = mdb_env_create(&env);
  if (!error) error = mdb_env_set_maxdbs(env, map_names.size());
  if (!error) error = mdb_env_set_mapsize(env, 1); // opening raises it to what the file takes
  // Nobody writes to it once it is in its place, so nobody needs to be locked out.
  if (!error) error = mdb_env_open(env, folder.c_str(), MDB_RDONLY | MDB_NOLOCK | MDB_NOTLS, 0644);
  if (error == MDB_INVALID || error == EINVAL)
    return fail(folder + ": data.mdb is not an LMDB database, or is damaged");
  if (error) return fail(folder + ": cannot be opened: " + mdb_strerror(error));
  if (const auto ok = check_size(); !ok) return ok;
  return open_maps();
}

Result<void> LmdbSource::Database::open_maps() {
  int error = 0;
  Txn txn = begin(error);
  if (error) return fail(folder + ": cannot be read: " + mdb_strerror(error));
  for (size_t i = 0; i < map_names.size(); ++i) {
    error = mdb_dbi_open(txn.get(), map_names[i], 0, &maps[i]);
    if (error == MDB_NOTFOUND)
      return fail(folder + ": is an LMDB database, but not one of states: it has no map '" +
                  map_names[i] + "'");
    if (error) return fail(folder + ": is damaged: " + mdb_strerror(error));
    // The format stands in the first map, and says what to expect of the others.
    if (i == static_cast<size_t>(Map::meta))
      if (const auto ok = read_about(txn.get()); !ok) return ok;
  }
  mdb_txn_commit(txn.release()); // keeps the maps open
  return {};
}

Result<void> LmdbSource::Database::read_about(MDB_txn* txn) {
  MDB_val key = val("format"), value{};
  if (mdb_get(txn, map(Map::meta), &key, &value) != 0)
    return fail(folder + ": is an LMDB database, but not one of states: it names no format");
  const std::string_view found(static_cast<const char*>(value.mv_data), value.mv_size);
  if (found != format)
    return fail(folder + ": is of the format " + quoted_start(found) + "; this program reads " +
                quoted_start(format));
  key = val("about");
  if (mdb_get(txn, map(Map::meta), &key, &value) != 0)
    return fail(folder + ": is damaged: it says nothing about its state");
  const auto json = parse_json_text({static_cast<const char*>(value.mv_data), value.mv_size});
  if (!json || !json->is_object() || !json->contains("state") || !json->contains("complete") ||
      !json->at("complete").is_boolean())
    return fail(folder + ": is damaged: what it says about its state cannot be read");
  complete = json->at("complete").get<bool>();
  auto state = parse_state_about(json->at("state").dump());
  if (!state) return fail_at(folder + ": is damaged", state.error());
  about = std::move(*state);
  return {};
}

std::vector<Answer> LmdbSource::Database::answers(std::span<const StateKey> keys) const {
  std::vector<Answer> out;
  out.reserve(keys.size());
  int error = 0;
  const Txn txn = begin(error);
  for (const StateKey& key : keys)
    out.push_back({key, error ? Value(failed(key, error)) : value(txn.get(), key)});
  return out;
}

Value LmdbSource::Database::value(MDB_txn* txn, const StateKey& key) const {
  switch (key.kind) {
  case StateKind::storage: return word(txn, Map::storage, key, storage_key(key.address, key.slot));
  case StateKind::has_storage: return has_storage(txn, key);
  case StateKind::block_hash:
    if (!key.slot.fits_u64()) return unavailable(key, "is not in it");
    return word(txn, Map::block_hashes, key, number_key(key.slot.w[0]));
  default: return account_value(txn, key);
  }
}

Value LmdbSource::Database::word(MDB_txn* txn, Map which, const StateKey& key,
                                 BytesView place) const {
  MDB_val found = val(place), value{};
  const int error = mdb_get(txn, map(which), &found, &value);
  if (error == MDB_NOTFOUND && which == Map::block_hashes) return unavailable(key, "is not in it");
  if (error == MDB_NOTFOUND) return absent(key, {});
  if (error) return failed(key, error);
  const auto opened = open_word(place, view(value));
  if (!opened) return damaged(key, "its length or its seal is wrong");
  return StateValue{*opened, nullptr};
}

Value LmdbSource::Database::account_value(MDB_txn* txn, const StateKey& key) const {
  MDB_val place = val(BytesView(key.address)), value{};
  const int error = mdb_get(txn, map(Map::accounts), &place, &value);
  const BytecodeRef no_code = make_bytecode({});
  AccountRecord record{0, {}, no_code->hash};
  if (error == MDB_NOTFOUND && !complete) return absent(key, {});
  if (error && error != MDB_NOTFOUND) return failed(key, error);
  if (!error) {
    const auto opened = open_account(key.address, view(value));
    if (!opened) return damaged(key, "the length or the seal of the account is wrong");
    record = *opened;
  }
  const bool has_code = record.code_hash != no_code->hash;
  switch (key.kind) {
  case StateKind::existence: // EIP-161
    return StateValue{has_code || record.nonce != 0 || !record.balance.is_zero() ? 1 : 0, nullptr};
  case StateKind::balance: return StateValue{record.balance, nullptr};
  case StateKind::nonce: return StateValue{record.nonce, nullptr};
  case StateKind::code_hash: return StateValue{from(record.code_hash), nullptr};
  case StateKind::code:
    return has_code ? code_value(txn, key, record.code_hash) : StateValue{{}, no_code};
  default: std::unreachable();
  }
}

Value LmdbSource::Database::code_value(MDB_txn* txn, const StateKey& key,
                                       const Hash256& hash) const {
  MDB_val place = val(BytesView(hash)), value{};
  const int error = mdb_get(txn, map(Map::code), &place, &value);
  if (error == MDB_NOTFOUND)
    return damaged(key, "the code of hash " + to_hex(hash) + " is missing");
  if (error) return failed(key, error);
  BytecodeRef bytecode = make_bytecode(to_bytes(view(value)));
  if (bytecode->hash != hash) return damaged(key, "it does not have the hash " + to_hex(hash));
  return StateValue{{}, std::move(bytecode)};
}

/// Looks for a slot of the account that is not zero.
Value LmdbSource::Database::has_storage(MDB_txn* txn, const StateKey& key) const {
  MDB_cursor* raw = nullptr;
  if (const int error = mdb_cursor_open(txn, map(Map::storage), &raw)) return failed(key, error);
  const std::unique_ptr<MDB_cursor, void (*)(MDB_cursor*)> cursor(raw, mdb_cursor_close);
  const StorageKey first = storage_key(key.address, 0);
  MDB_val place = val(BytesView(first)), value{};
  int error = mdb_cursor_get(raw, &place, &value, MDB_SET_RANGE);
  for (; !error; error = mdb_cursor_get(raw, &place, &value, MDB_NEXT)) {
    const BytesView found = view(place);
    if (found.size() != first.size() || !equal(found.first(20), key.address)) break;
    const auto opened = open_word(found, view(value));
    if (!opened) return damaged(key, "the length or the seal of a slot is wrong");
    if (!opened->is_zero()) return StateValue{1, nullptr};
  }
  if (error && error != MDB_NOTFOUND) return failed(key, error);
  return absent(key, {});
}

/// A read that is spread over the pool.
struct LmdbSource::Batch {
  AnswerSink sink;
  std::shared_ptr<bool> alive; ///< false once the source is gone
  std::vector<StateKey> keys;
  size_t parts = 0; ///< without their answers
};

LmdbSource::LmdbSource(std::shared_ptr<const Database> database, ThreadPool& pool)
    : database_(std::move(database)), pool_(pool) {}

LmdbSource::~LmdbSource() { *alive_ = false; }

Result<std::unique_ptr<LmdbSource>> LmdbSource::open(const std::string& folder, ThreadPool& pool) {
  auto database = std::make_shared<Database>(folder);
  if (const auto ok = database->open(); !ok) return std::unexpected(ok.error());
  return std::unique_ptr<LmdbSource>(new LmdbSource(std::move(database), pool));
}

std::string_view LmdbSource::name() const { return database_->folder; }
bool LmdbSource::complete() const { return database_->complete; }
size_t LmdbSource::batch_limit() const { return limits::batch_keys; }
const StateAbout& LmdbSource::about() const { return database_->about; }

void LmdbSource::read(std::vector<StateKey> keys, AnswerSink sink) {
  const auto batch = std::make_shared<Batch>(std::move(sink), alive_, std::move(keys));
  const std::span<const StateKey> all(batch->keys);
  const size_t parts = std::clamp<size_t>(all.size() / least_part, 1, pool_.size());
  batch->parts = parts;
  for (size_t i = 0; i < parts; ++i) {
    const size_t begin = all.size() * i / parts, end = all.size() * (i + 1) / parts;
    pool_.run(
        [database = database_, batch, part = all.subspan(begin, end - begin)]() -> Executor::Task {
          return [batch, answers = database->answers(part)]() mutable {
            if (!*batch->alive) return;
            if (--batch->parts > 0) return batch->sink(std::move(answers));
            AnswerSink last = std::move(batch->sink);
            last(std::move(answers));
          };
        });
  }
}

} // namespace runahead
