// An LMDB state folder as opened: its file checked, its maps found, what it says about itself read.
// For the readers and writers of this folder only.
//
// LMDB wants a folder to be opened once by a process at a time. Readers and the one writer that may
// extend a database keep each other in mind through LMDB's lock.mdb; where that file cannot be
// written, a reader goes without, and must not read while the database is extended.
#pragma once

#include "base/result.hpp"
#include "sources/lmdb_format.hpp"
#include "sources/state_about.hpp"

#include <memory>
#include <string>

namespace runahead {

class LmdbEnv {
public:
  enum class Access : uint8_t { read, extend };

  /// Errors name the folder: not there, no database, not one of states, of another format version,
  /// cut off, damaged, not to be read (or written) by this user.
  static Result<std::unique_ptr<LmdbEnv>> open(const std::string& folder, Access access);
  /// A new database in `place`, an empty folder that nobody else knows; messages call it `folder`.
  /// It starts without records, at the block of `about`, which is its first and its newest.
  static Result<std::unique_ptr<LmdbEnv>> create(const std::string& place,
                                                 const std::string& folder, const StateAbout& about,
                                                 bool complete);
  ~LmdbEnv();
  LmdbEnv(const LmdbEnv&) = delete;
  LmdbEnv& operator=(const LmdbEnv&) = delete;

  const std::string& folder() const { return folder_; }
  const StateAbout& about() const { return about_; }
  /// What is absent is zero or empty.
  bool complete() const { return complete_; }
  /// The oldest block that it holds the state of.
  uint64_t first() const { return first_; }

  MDB_dbi map(lmdb_format::Map which) const { return maps_[static_cast<size_t>(which)]; }

  /// Thread-safe. LMDB's error, or none.
  int begin_read(lmdb_format::Txn& txn) const;
  /// Waits for another writer to end.
  int begin_write(lmdb_format::Txn& txn) const;
  /// Makes what was written durable, and visible to others.
  Result<void> commit(lmdb_format::Txn txn) const;

  /// A number that another one follows whenever any process commits what it wrote. Cheap,
  /// thread-safe.
  uint64_t changes() const;

  /// The newest block that it holds the state of.
  Result<uint64_t> head(MDB_txn* txn) const;

  Result<void> put_head(MDB_txn* txn, uint64_t number) const;

  /// `folder: what: LMDB's words`.
  std::unexpected<Error> refuse(std::string_view what, int error) const;

private:
  explicit LmdbEnv(std::string folder) : folder_(std::move(folder)) {}

  Result<void> check_file() const;
  Result<void> check_size() const;
  uint64_t pages_bytes() const;
  int open_file(const std::string& place, unsigned flags, size_t room_bytes);
  Result<void> open_existing(Access access);
  Result<void> open_maps();
  Result<void> read_format(MDB_txn* txn) const;
  Result<void> read_about(MDB_txn* txn);
  Result<void> write_about(MDB_txn* txn) const;

  std::string folder_; ///< as messages call it
  std::string place_;  ///< where it is
  StateAbout about_;
  bool complete_ = true;
  uint64_t first_ = 0;
  MDB_env* env_ = nullptr;
  std::array<MDB_dbi, lmdb_format::map_names.size()> maps_{};
};

} // namespace runahead
