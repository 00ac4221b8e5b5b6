#include "sources/lmdb_writer.hpp"

#include "sources/lmdb_records.hpp"

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
    txn.reset();
    env.reset();
    if (temporary.empty()) return;
    std::error_code ignored;
    fs::remove_all(temporary, ignored);
  }

  std::unexpected<Error> refuse_errno(std::string_view what) const {
    return fail(folder + ": " + std::string(what) + ": " + mdb_strerror(errno));
  }

  Result<void> open(const StateAbout& about, bool complete);
  Result<void> replace();

  const std::string folder;
  std::string temporary; ///< where it is written; empty once it is in its place
  std::unique_ptr<LmdbEnv> env;
  Txn txn;
  std::optional<LmdbRecords> records;
};

Result<void> LmdbWriter::Impl::open(const StateAbout& about, bool complete) {
  std::string name = folder + ".new-XXXXXX";
  if (!mkdtemp(name.data())) return refuse_errno("cannot make a folder beside it");
  temporary = name;
  auto made = LmdbEnv::create(temporary, folder, about, complete);
  if (!made) return std::unexpected(made.error());
  env = std::move(*made);
  if (const int error = env->begin_write(txn)) return env->refuse("cannot be written", error);
  records.emplace(*env, txn.get());
  return {};
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
  if (const auto ok = impl->open(about, complete); !ok) return std::unexpected(ok.error());
  return LmdbWriter(std::move(impl));
}

Result<void> LmdbWriter::put_account(const Address& address, const Account& account) {
  LmdbRecords& records = *impl_->records;
  const uint64_t block = impl_->env->first();
  const BytecodeRef code = account.code ? account.code : make_bytecode({});
  const AccountRecord record{account.nonce, account.balance, code->hash};
  if (auto ok = records.put_account(address, block, record); !ok) return ok;
  if (auto ok = records.put_code(*code); !ok) return ok;
  std::vector<std::pair<uint256, uint256>> slots(account.storage.begin(), account.storage.end());
  std::ranges::sort(slots);
  for (const auto& [slot, word] : slots) {
    if (word.is_zero() && impl_->env->complete()) continue;
    if (auto ok = records.put_slot(address, slot, block, word); !ok) return ok;
  }
  return {};
}

Result<void> LmdbWriter::put_block_hash(uint64_t number, const Hash256& hash) {
  return impl_->records->put_block_hash(number, hash);
}

Result<void> LmdbWriter::put_block(const LmdbBlock& block) {
  return impl_->records->put_block(block);
}

Result<void> LmdbWriter::commit() {
  impl_->records.reset();
  if (const auto ok = impl_->env->commit(std::move(impl_->txn)); !ok) return ok;
  impl_->env.reset();
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
