// State in an LMDB folder: written once, read by any number of processes.
//
// The folder holds LMDB's data.mdb with these maps (numbers are big-endian):
//
//   meta          "format"              "runahead-state 1"
//                 "about"               JSON: `complete`, and `state` as to_json(StateAbout) writes
//                 it
//   accounts      address (20)          nonce (8), balance (32), code hash (32), seal (8)
//   code          code hash (32)        the code; the empty code is not stored
//   storage       address (20) slot(32) value (32), seal (8)
//   block_hashes  block number (8)      hash (32), seal (8)
//
// A seal is the first 8 bytes of the Keccak-256 of the key and what stands before it. A folder
// appears whole or not at all: it is written beside its place and renamed. It never changes
// afterwards, so readers need no locks, and a reader of a folder that was replaced keeps the old
// one.
#pragma once

#include "io/thread_pool.hpp"
#include "sources/memory.hpp"
#include "sources/state_about.hpp"
#include "state/source.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace runahead {

/// Reads on a thread pool: a batch is split over its threads, each part a transaction of its own.
/// What is absent is zero or empty if the database is complete, else unavailable; block hashes that
/// are absent are unavailable always. Every value is checked (length, seal, hash of code), and a
/// damaged one is unavailable too.
class LmdbSource final : public StateSource {
public:
  /// Errors name the folder: not there, no database, not one of states, of another format version,
  /// cut off, damaged, not to be read by this user. `pool` must outlive it.
  static Result<std::unique_ptr<LmdbSource>> open(const std::string& folder, ThreadPool& pool);
  ~LmdbSource() override;

  std::string_view name() const override;
  bool complete() const override;
  size_t batch_limit() const override;
  void read(std::vector<StateKey> keys, AnswerSink sink) override;

  const StateAbout& about() const;

private:
  struct Database;
  struct Batch;
  LmdbSource(std::shared_ptr<const Database> database, ThreadPool& pool);

  std::shared_ptr<const Database> database_; ///< shared with jobs under way
  ThreadPool& pool_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

/// Writes a database. Nothing is to be seen of it at `folder` before `commit`; without one, nothing
/// is left behind.
class LmdbWriter {
public:
  /// Refused if `folder` is something else than a database of ours or an empty folder; such ones
  /// are replaced by `commit`. The parent folder must exist.
  static Result<LmdbWriter> create(const std::string& folder, const StateAbout& about,
                                   bool complete);
  LmdbWriter(LmdbWriter&&) noexcept;
  LmdbWriter& operator=(LmdbWriter&&) noexcept;
  ~LmdbWriter();

  /// Fastest in ascending order of addresses. Zero slots are left out of a complete database.
  Result<void> put_account(const Address& address, const Account& account);
  Result<void> put_block_hash(uint64_t number, const Hash256& hash);
  /// Makes it durable and puts it in its place. Call once, last.
  Result<void> commit();

private:
  struct Impl;
  explicit LmdbWriter(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// All of `accounts` as one complete database.
Result<void> import_alloc(const std::string& folder, const StateAbout& about,
                          const AccountMap& accounts);

} // namespace runahead
