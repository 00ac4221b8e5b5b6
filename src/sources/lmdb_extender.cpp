#include "sources/lmdb_extender.hpp"

#include "sources/lmdb_records.hpp"
#include "sources/lmdb_state.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace runahead {

using namespace lmdb_format;

namespace {

/// Keeps a second process from extending the same database between two transactions of the first.
class ExtendLock {
public:
  ~ExtendLock() {
    if (file_ >= 0) close(file_);
  }

  Result<void> take(const std::string& folder) {
    const std::string file = folder + "/" + std::string(data_file);
    file_ = ::open(file.c_str(), O_RDWR | O_CLOEXEC);
    if (file_ < 0) return errno == ENOENT ? Result<void>() : refuse(folder); // others say it better
    if (flock(file_, LOCK_EX | LOCK_NB) == 0) return {};
    if (errno == EWOULDBLOCK) return fail(folder + ": is being extended by another process");
    return refuse(folder);
  }

private:
  static std::unexpected<Error> refuse(const std::string& folder) {
    return fail(folder + ": cannot be extended: " + std::strerror(errno));
  }

  int file_ = -1;
};

} // namespace

struct LmdbExtender::Impl {
  Result<void> open(const std::string& folder);
  Result<void> begin();
  Result<void> put(const LmdbBlock& block, std::span<const AccountChange> changes);
  Result<void> put_change(const AccountChange& change, uint64_t block);
  Result<void> put_fields(const AccountChange& change, uint64_t block,
                          const std::optional<AccountRecord>& before);
  void end() {
    records.reset();
    reader.reset();
  }

  ExtendLock lock;
  std::shared_ptr<const LmdbEnv> env;
  std::unique_ptr<const LmdbDatabase> flushed;
  Txn txn; ///< none after an error
  std::optional<LmdbStateReader> reader;
  std::optional<LmdbRecords> records;
  uint64_t head = 0;

  ~Impl() { end(); }
};

Result<void> LmdbExtender::Impl::open(const std::string& folder) {
  if (const auto ok = lock.take(folder); !ok) return ok;
  auto opened = LmdbEnv::open(folder, LmdbEnv::Access::extend);
  if (!opened) return std::unexpected(opened.error());
  env = std::move(*opened);
  flushed.reset(new LmdbDatabase(env));
  const auto blocks = flushed->has_blocks();
  if (!blocks) return std::unexpected(blocks.error());
  if (!*blocks || !env->complete())
    return fail(folder + ": holds the state of one block and no chain: it cannot be extended");
  return begin();
}

Result<void> LmdbExtender::Impl::begin() {
  if (const int error = env->begin_write(txn)) return env->refuse("cannot be written", error);
  const auto number = env->head(txn.get());
  if (!number) return std::unexpected(number.error());
  head = *number;
  reader.emplace(*env, txn.get());
  records.emplace(*env, txn.get());
  return {};
}

Result<void> LmdbExtender::Impl::put_fields(const AccountChange& change, uint64_t block,
                                            const std::optional<AccountRecord>& before) {
  AccountRecord record = before.value_or(AccountRecord{0, {}, make_bytecode({})->hash});
  if (change.balance) record.balance = *change.balance;
  if (change.nonce) record.nonce = *change.nonce;
  if (change.code) {
    record.code_hash = change.code->hash;
    if (auto ok = records->put_code(*change.code); !ok) return ok;
  }
  if (record == before) return {};
  return records->put_account(change.address, block, record);
}

Result<void> LmdbExtender::Impl::put_change(const AccountChange& change, uint64_t block) {
  const Address& address = change.address;
  std::optional<AccountRecord> before;
  int error = reader->find_account(address, block, before);
  if (error == MDB_NOTFOUND) error = 0;
  std::optional<uint256> slot;
  const bool clears = change.deleted || change.storage_cleared;
  if (!error && clears) error = reader->next_slot(address, slot);
  if (error) return env->refuse("an account's record cannot be read", error);
  if (slot)
    if (auto ok = records->put_clearing(address, block); !ok) return ok;
  if (change.deleted)
    return before ? records->put_account(address, block, std::nullopt) : Result<void>();
  if (auto ok = put_fields(change, block, before); !ok) return ok;
  auto slots = change.slots;
  std::ranges::sort(slots);
  for (const auto& [key, word] : slots)
    if (auto ok = records->put_slot(address, key, block, word); !ok) return ok;
  return {};
}

Result<void> LmdbExtender::Impl::put(const LmdbBlock& block,
                                     std::span<const AccountChange> changes) {
  if (!txn) return fail(env->folder() + ": cannot be extended any more after an error");
  if (block.number != head + 1 || block.number == behind_all_blocks)
    return fail(env->folder() + ": block " + std::to_string(block.number) +
                " does not follow its newest, " + std::to_string(head));
  std::vector<const AccountChange*> sorted;
  for (const AccountChange& change : changes) sorted.push_back(&change);
  std::ranges::sort(sorted, {}, &AccountChange::address);
  for (const AccountChange* change : sorted)
    if (auto ok = put_change(*change, block.number); !ok) return ok;
  if (auto ok = records->put_block(block); !ok) return ok;
  if (auto ok = env->put_head(txn.get(), block.number); !ok) return ok;
  head = block.number;
  return {};
}

LmdbExtender::LmdbExtender(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
LmdbExtender::LmdbExtender(LmdbExtender&&) noexcept = default;
LmdbExtender& LmdbExtender::operator=(LmdbExtender&&) noexcept = default;
LmdbExtender::~LmdbExtender() = default;

Result<LmdbExtender> LmdbExtender::open(const std::string& folder) {
  auto impl = std::make_unique<Impl>();
  if (const auto ok = impl->open(folder); !ok) return std::unexpected(ok.error());
  return LmdbExtender(std::move(impl));
}

const LmdbDatabase& LmdbExtender::flushed() const { return *impl_->flushed; }
uint64_t LmdbExtender::head() const { return impl_->head; }

std::expected<StateValue, Unavailable> LmdbExtender::value(const StateKey& key) {
  if (!impl_->reader)
    return std::unexpected(Unavailable{impl_->env->folder(), "was closed after an error", false});
  return impl_->reader->value(key, impl_->head);
}

Result<void> LmdbExtender::visit_accounts(const AccountVisitor& visit) {
  if (!impl_->reader) return fail(impl_->env->folder() + ": was closed after an error");
  return impl_->reader->visit_accounts(impl_->head, false, visit);
}

Result<void> LmdbExtender::put_block(const LmdbBlock& block,
                                     std::span<const AccountChange> changes) {
  auto ok = impl_->put(block, changes);
  if (!ok) {
    impl_->end();
    impl_->txn.reset();
  }
  return ok;
}

uint64_t LmdbExtender::unflushed() const {
  return impl_->records ? impl_->records->state_records() : 0;
}

Result<void> LmdbExtender::flush() {
  if (!impl_->txn) return fail(impl_->env->folder() + ": cannot be extended after an error");
  impl_->end();
  if (auto ok = impl_->env->commit(std::move(impl_->txn)); !ok) return ok;
  return impl_->begin();
}

} // namespace runahead
