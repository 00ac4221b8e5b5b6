#include "base/limits.hpp"
#include "io/json_writer.hpp"
#include "sources/lmdb.hpp"
#include "sources/lmdb_format.hpp"

#include <fcntl.h>
#include <stdlib.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <utility>

namespace runahead {

namespace fs = std::filesystem;
using namespace lmdb_format;

namespace {

/// Address space set aside for the map while it is written; the file itself grows as needed.
constexpr size_t map_bytes = 64 * limits::gib;

bool is_state_folder(const fs::path& folder) {
  std::error_code error;
  if (fs::is_empty(folder, error) && !error) return true;
  return fs::is_regular_file(folder / data_file, error);
}

/// Without a trailing slash, so that a sibling can be named.
std::string without_slash(std::string path) {
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  return path;
}

} // namespace

struct LmdbWriter::Impl {
  explicit Impl(std::string place) : folder(std::move(place)) {}
  ~Impl() {
    if (txn) mdb_txn_abort(txn);
    if (env) mdb_env_close(env);
    if (temporary.empty()) return;
    std::error_code ignored;
    fs::remove_all(temporary, ignored);
  }

  std::unexpected<Error> refuse(std::string_view what, int error) const {
    return fail(folder + ": " + std::string(what) + ": " + mdb_strerror(error));
  }
  std::unexpected<Error> refuse_errno(std::string_view what) const { return refuse(what, errno); }

  Result<void> open();
  Result<void> put(Map map, MDB_val key, MDB_val value);
  Result<void> put_about(const StateAbout& about);
  Result<void> replace();

  const std::string folder;
  std::string temporary; ///< where it is written; empty once it is in its place
  bool complete = true;
  MDB_env* env = nullptr;
  MDB_txn* txn = nullptr;
  std::array<MDB_dbi, map_names.size()> maps{};
};

Result<void> LmdbWriter::Impl::open() {
  std::string name = folder + ".new-XXXXXX";
  if (!mkdtemp(name.data())) return refuse_errno("cannot make a folder beside it");
  temporary = name;
  int error = mdb_env_create(&env);
  if (!error) error = mdb_env_set_mapsize(env, map_bytes);
  if (!error) error = mdb_env_set_maxdbs(env, map_names.size());
  // No other process knows of the folder yet.
  if (!error) error = mdb_env_open(env, temporary.c_str(), MDB_NOLOCK, 0644);
  if (!error) error = mdb_txn_begin(env, nullptr, 0, &txn);
  for (size_t i = 0; !error && i < map_names.size(); ++i)
    error = mdb_dbi_open(txn, map_names[i], MDB_CREATE, &maps[i]);
  if (error) return refuse("cannot be written", error);
  return {};
}

Result<void> LmdbWriter::Impl::put(Map map, MDB_val key, MDB_val value) {
  if (const int error = mdb_put(txn, maps[static_cast<size_t>(map)], &key, &value, 0))
    return refuse("cannot be written", error);
  return {};
}

Result<void> LmdbWriter::Impl::put_about(const StateAbout& about) {
  JsonWriter out;
  out.begin_object().key("complete").boolean(complete);
  out.key("state").raw(to_json(about)).end_object();
  if (const auto ok = put(Map::meta, val("about"), val(out.str())); !ok) return ok;
  return put(Map::meta, val("format"), val(format));
}

/// Puts the folder in its place, in one step that others see whole; what was there goes away.
Result<void> LmdbWriter::Impl::replace() {
  std::error_code error;
  fs::permissions(temporary, fs::perms(0755), error); // mkdtemp's are for this user only
  if (!fs::exists(folder, error)) {
    if (std::rename(temporary.c_str(), folder.c_str()) != 0)
      return refuse_errno("cannot be put in its place");
    temporary.clear();
    return {};
  }
  if (renameat2(AT_FDCWD, temporary.c_str(), AT_FDCWD, folder.c_str(), RENAME_EXCHANGE) != 0)
    return refuse_errno("cannot be replaced");
  return {}; // the destructor removes what is at `temporary` now: the old one
}

LmdbWriter::LmdbWriter(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
LmdbWriter::LmdbWriter(LmdbWriter&&) noexcept = default;
LmdbWriter& LmdbWriter::operator=(LmdbWriter&&) noexcept = default;
LmdbWriter::~LmdbWriter() = default;

Result<LmdbWriter> LmdbWriter::create(const std::string& folder, const StateAbout& about,
                                      bool complete) {
  auto impl = std::make_unique<Impl>(without_slash(folder));
  std::error_code error;
  if (fs::exists(impl->folder, error) && !is_state_folder(impl->folder))
    return fail(impl->folder + ": is there already and is not a state database: not replaced");
  impl->complete = complete;
  if (const auto ok = impl->open(); !ok) return std::unexpected(ok.error());
  if (const auto ok = impl->put_about(about); !ok) return std::unexpected(ok.error());
  return LmdbWriter(std::move(impl));
}

Result<void> LmdbWriter::put_account(const Address& address, const Account& account) {
  const BytecodeRef code = account.code ? account.code : make_bytecode({});
  const auto record = seal_account(address, {account.nonce, account.balance, code->hash});
  if (auto ok = impl_->put(Map::accounts, val(BytesView(address)), val(BytesView(record))); !ok)
    return ok;
  if (!code->bytes.empty())
    if (auto ok = impl_->put(Map::code, val(BytesView(code->hash)), val(BytesView(code->bytes)));
        !ok)
      return ok;
  std::vector<std::pair<uint256, uint256>> slots(account.storage.begin(), account.storage.end());
  std::ranges::sort(slots);
  for (const auto& [slot, word] : slots) {
    if (word.is_zero() && impl_->complete) continue;
    const StorageKey key = storage_key(address, slot);
    const auto value = seal_word(key, word);
    if (auto ok = impl_->put(Map::storage, val(BytesView(key)), val(BytesView(value))); !ok)
      return ok;
  }
  return {};
}

Result<void> LmdbWriter::put_block_hash(uint64_t number, const Hash256& hash) {
  const NumberKey key = number_key(number);
  const auto value = seal_word(key, from(hash));
  return impl_->put(Map::block_hashes, val(BytesView(key)), val(BytesView(value)));
}

Result<void> LmdbWriter::commit() {
  const int error = mdb_txn_commit(std::exchange(impl_->txn, nullptr));
  if (error) return impl_->refuse("cannot be written", error);
  mdb_env_close(std::exchange(impl_->env, nullptr));
  return impl_->replace();
}

Result<void> import_alloc(const std::string& folder, const StateAbout& about,
                          const AccountMap& accounts) {
  auto writer = LmdbWriter::create(folder, about, true);
  if (!writer) return std::unexpected(writer.error());
  std::vector<const AccountMap::value_type*> sorted;
  sorted.reserve(accounts.size());
  for (const auto& entry : accounts) sorted.push_back(&entry);
  std::ranges::sort(sorted, {}, [](const auto* entry) { return entry->first; });
  for (const auto* entry : sorted)
    if (auto ok = writer->put_account(entry->first, entry->second); !ok) return ok;
  return writer->commit();
}

} // namespace runahead
