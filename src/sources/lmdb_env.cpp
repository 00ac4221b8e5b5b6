#include "sources/lmdb_env.hpp"

#include "base/hex.hpp"
#include "base/limits.hpp"
#include "io/json_writer.hpp"
#include "sources/json_fields.hpp"

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

/// Address space set aside for a database that grows; the file itself grows as needed. Met: writers
/// fail, and so do readers that were opened before; opened anew, the database may grow to twice its
/// size.
constexpr size_t map_bytes = 64 * limits::gib;
constexpr uint64_t room_for_growth = 2;

/// Opening raises it to what the file takes.
constexpr size_t least_map_bytes = 1;

/// Transactions that may read at the same time, over all processes.
constexpr unsigned most_readers = 1024;

constexpr std::string_view head_key = "head";

std::string_view text(const MDB_val& value) {
  return {static_cast<const char*>(value.mv_data), value.mv_size};
}

} // namespace

LmdbEnv::~LmdbEnv() {
  if (env_) mdb_env_close(env_);
}

std::unexpected<Error> LmdbEnv::refuse(std::string_view what, int error) const {
  return fail(folder_ + ": " + std::string(what) + ": " + mdb_strerror(error));
}

int LmdbEnv::begin_read(Txn& txn) const {
  MDB_txn* raw = nullptr;
  const int error = mdb_txn_begin(env_, nullptr, MDB_RDONLY, &raw);
  txn.reset(raw);
  return error;
}

int LmdbEnv::begin_write(Txn& txn) const {
  MDB_txn* raw = nullptr;
  const int error = mdb_txn_begin(env_, nullptr, 0, &raw);
  txn.reset(raw);
  return error;
}

Result<void> LmdbEnv::commit(Txn txn) const {
  if (const int error = mdb_txn_commit(txn.release())) return refuse("cannot be written", error);
  // LMDB does not write pages at the end that the transaction took and gave back; who opens the
  // file looks for them.
  const fs::path file = fs::path(place_) / data_file;
  std::error_code error;
  const uint64_t there = fs::file_size(file, error);
  if (!error && there < pages_bytes()) fs::resize_file(file, pages_bytes(), error);
  if (error) return fail(folder_ + ": data.mdb: " + error.message());
  return {};
}

Result<std::unique_ptr<LmdbEnv>> LmdbEnv::open(const std::string& folder, Access access) {
  std::unique_ptr<LmdbEnv> env(new LmdbEnv(folder));
  if (const auto ok = env->open_existing(access); !ok) return std::unexpected(ok.error());
  return env;
}

Result<std::unique_ptr<LmdbEnv>> LmdbEnv::create(const std::string& place,
                                                 const std::string& folder, const StateAbout& about,
                                                 bool complete) {
  std::unique_ptr<LmdbEnv> env(new LmdbEnv(folder));
  env->about_ = about;
  env->complete_ = complete;
  env->first_ = about.block.number;
  // No other process knows of the folder yet.
  int error = env->open_file(place, MDB_NOLOCK, map_bytes);
  Txn txn;
  if (!error) error = env->begin_write(txn);
  for (size_t i = 0; !error && i < map_names.size(); ++i)
    error = mdb_dbi_open(txn.get(), map_names[i], MDB_CREATE, &env->maps_[i]);
  if (error) return env->refuse("cannot be written", error);
  if (const auto ok = env->write_about(txn.get()); !ok) return std::unexpected(ok.error());
  if (const auto ok = env->commit(std::move(txn)); !ok) return std::unexpected(ok.error());
  return env;
}

/// What can be told before LMDB looks at it, which is quick to say no more than `Invalid argument`.
Result<void> LmdbEnv::check_file() const {
  struct stat about_folder{}, about_file{};
  const std::string file = folder_ + "/" + std::string(data_file);
  if (stat(folder_.c_str(), &about_folder) != 0) return fail(folder_ + ": " + std::strerror(errno));
  if (!S_ISDIR(about_folder.st_mode)) return fail(folder_ + ": is a file, not a database folder");
  if (stat(file.c_str(), &about_file) != 0)
    return fail(
        folder_ + ": " +
        (errno == ENOENT ? "there is no database in it (no data.mdb)" : std::strerror(errno)));
  if (access(file.c_str(), R_OK) != 0) return fail(folder_ + ": data.mdb: " + std::strerror(errno));
  if (about_file.st_size == 0) return fail(folder_ + ": data.mdb is empty: the file was cut off");
  return {};
}

/// What the newest transaction's pages take, from the start of the file.
uint64_t LmdbEnv::pages_bytes() const {
  MDB_envinfo info{};
  MDB_stat pages{};
  mdb_env_info(env_, &info);
  mdb_env_stat(env_, &pages);
  return (static_cast<uint64_t>(info.me_last_pgno) + 1) * pages.ms_psize;
}

/// Pages that the file lost would end the process when they are touched, so they are looked for
/// first.
Result<void> LmdbEnv::check_size() const {
  const uint64_t needed = pages_bytes();
  std::error_code error;
  const uint64_t there = fs::file_size(fs::path(folder_) / data_file, error);
  if (error) return fail(folder_ + ": data.mdb: " + error.message());
  if (there < needed)
    return fail(folder_ + ": data.mdb has " + std::to_string(there) + " bytes of " +
                std::to_string(needed) + ": the file was cut off");
  return {};
}

int LmdbEnv::open_file(const std::string& place, unsigned flags, size_t room_bytes) {
  if (env_) mdb_env_close(std::exchange(env_, nullptr));
  place_ = place;
  int error = mdb_env_create(&env_);
  if (!error) error = mdb_env_set_maxdbs(env_, map_names.size());
  if (!error) error = mdb_env_set_maxreaders(env_, most_readers);
  if (!error) error = mdb_env_set_mapsize(env_, room_bytes);
  if (!error) error = mdb_env_open(env_, place.c_str(), flags, 0644);
  return error;
}

Result<void> LmdbEnv::open_existing(Access access) {
  if (const auto ok = check_file(); !ok) return ok;
  unsigned flags = MDB_NOTLS | (access == Access::read ? MDB_RDONLY : 0);
  std::error_code no_size; // its size is looked at again below
  const uint64_t size = fs::file_size(fs::path(folder_) / data_file, no_size);
  const size_t room = std::max<size_t>(map_bytes, no_size ? 0 : size * room_for_growth);
  int error = open_file(folder_, flags, room);
  if (error == EACCES && access == Access::read)
    error = open_file(folder_, flags |= MDB_NOLOCK, room);
  if (error == ENOMEM && access == Access::read) error = open_file(folder_, flags, least_map_bytes);
  if (error == MDB_INVALID || error == EINVAL)
    return fail(folder_ + ": data.mdb is not an LMDB database, or is damaged");
  if (error) return refuse("cannot be opened", error);
  if (const auto ok = check_size(); !ok) return ok;
  int dead = 0;
  if (access == Access::extend) mdb_reader_check(env_, &dead); // slots of readers that were killed
  return open_maps();
}

Result<void> LmdbEnv::open_maps() {
  Txn txn;
  if (const int error = begin_read(txn)) return refuse("cannot be read", error);
  for (size_t i = 0; i < map_names.size(); ++i) {
    const int error = mdb_dbi_open(txn.get(), map_names[i], 0, &maps_[i]);
    if (error == MDB_NOTFOUND)
      return fail(folder_ + ": is an LMDB database, but not one of states: it has no map '" +
                  map_names[i] + "'");
    if (error) return refuse("is damaged", error);
    // The format stands in the first map, and says what to expect of the others.
    if (i == static_cast<size_t>(Map::meta))
      if (const auto ok = read_format(txn.get()); !ok) return ok;
  }
  if (const auto ok = read_about(txn.get()); !ok) return ok;
  if (const auto newest = head(txn.get()); !newest) return std::unexpected(newest.error());
  mdb_txn_commit(txn.release()); // keeps the maps open
  return {};
}

Result<void> LmdbEnv::read_format(MDB_txn* txn) const {
  MDB_val key = val("format"), value{};
  if (mdb_get(txn, map(Map::meta), &key, &value) != 0)
    return fail(folder_ + ": is an LMDB database, but not one of states: it names no format");
  const std::string_view found = text(value);
  if (found == format) return {};
  return fail(folder_ + ": is of the format " + quoted_start(found) +
              (found == old_format ? ", which an older version of this program wrote; import it "
                                     "again"
                                   : "; this program reads " + quoted_start(format)));
}

Result<void> LmdbEnv::read_about(MDB_txn* txn) {
  MDB_val key = val("about"), value{};
  if (mdb_get(txn, map(Map::meta), &key, &value) != 0)
    return fail(folder_ + ": is damaged: it says nothing about its state");
  const auto json = parse_json_text(text(value));
  if (!json || !json->is_object() || !json->contains("state") || !json->contains("complete") ||
      !json->at("complete").is_boolean() || !json->contains("first"))
    return fail(folder_ + ": is damaged: what it says about its state cannot be read");
  complete_ = json->at("complete").get<bool>();
  const auto first = json_u64(json->at("first"));
  if (!first) return fail_at(folder_ + ": is damaged: first", first.error());
  first_ = *first;
  auto state = parse_state_about(json->at("state").dump());
  if (!state) return fail_at(folder_ + ": is damaged", state.error());
  about_ = std::move(*state);
  return {};
}

Result<void> LmdbEnv::write_about(MDB_txn* txn) const {
  JsonWriter out;
  out.begin_object().key("complete").boolean(complete_);
  out.key("first").number(first_);
  out.key("state").raw(to_json(about_)).end_object();
  MDB_val about_key = val("about"), about_value = val(out.str());
  MDB_val format_key = val("format"), format_value = val(format);
  int error = mdb_put(txn, map(Map::meta), &about_key, &about_value, 0);
  if (!error) error = mdb_put(txn, map(Map::meta), &format_key, &format_value, 0);
  if (error) return refuse("cannot be written", error);
  return put_head(txn, first_);
}

Result<void> LmdbEnv::put_head(MDB_txn* txn, uint64_t number) const {
  MDB_val key = val(head_key);
  const auto sealed = seal_number(view(key), number);
  MDB_val value = val(BytesView(sealed));
  if (const int error = mdb_put(txn, map(Map::meta), &key, &value, 0))
    return refuse("cannot be written", error);
  return {};
}

uint64_t LmdbEnv::changes() const {
  MDB_envinfo info{};
  mdb_env_info(env_, &info);
  return info.me_last_txnid;
}

Result<uint64_t> LmdbEnv::head(MDB_txn* txn) const {
  MDB_val key = val(head_key), value{};
  const int error = mdb_get(txn, map(Map::meta), &key, &value);
  if (error == MDB_NOTFOUND) return fail(folder_ + ": is damaged: it names no newest block");
  if (error) return refuse("cannot be read", error);
  const auto number = open_number(view(val(head_key)), view(value));
  if (!number || *number < first_ || *number == behind_all_blocks)
    return fail(folder_ + ": is damaged: the number of its newest block cannot be read");
  return *number;
}

} // namespace runahead
