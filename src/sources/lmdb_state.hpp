// Reads the states of an LMDB folder's blocks through one transaction. For the readers and writers
// of this folder only.
#pragma once

#include "sources/lmdb_env.hpp"
#include "sources/memory.hpp"
#include "state/source.hpp"

#include <array>
#include <expected>

namespace runahead {

/// Every value is checked (length, seal, hash of code), and a damaged one is unavailable. What is
/// absent is zero or empty if the database is complete, else unavailable; block hashes that are
/// absent are unavailable always. Used from one thread.
class LmdbStateReader {
public:
  using Value = std::expected<StateValue, Unavailable>;

  /// The reader must end before the transaction does; so must the environment.
  LmdbStateReader(const LmdbEnv& env, MDB_txn* txn) : env_(env), txn_(txn) {}

  /// The value after block `block`, which the database must hold. A search in one map; for storage
  /// one more in databases where some account's storage was ever cleared.
  Value value(const StateKey& key, uint64_t block);

  // These give LMDB's error, MDB_CORRUPTED for what is damaged.

  /// The account after the block: nothing if it was deleted. MDB_NOTFOUND: no record tells.
  int find_account(const Address& address, uint64_t block,
                   std::optional<lmdb_format::AccountRecord>& record);
  /// The account's first slot behind `slot` (at all, if there is none) that has a record of
  /// whatever block; nothing if there is none.
  int next_slot(const Address& address, std::optional<uint256>& slot);

  /// All accounts that exist after the block, in ascending order of addresses; their slots that are
  /// not zero; without their code's bytes, unless `with_code`. Stops at the first error.
  Result<void> visit_accounts(uint64_t block, bool with_code, const AccountVisitor& visit);

private:
  int cursor(lmdb_format::Map which, MDB_cursor*& cursor);
  int find_word(const Address& address, const uint256& slot, uint64_t block, uint256& word);
  int last_clearing(const Address& address, uint64_t block, std::optional<uint64_t>& at);
  Value word_value(const StateKey& key, uint64_t block);
  Value account_value(const StateKey& key, uint64_t block);
  Value code_value(const StateKey& key, const Hash256& hash);
  Value has_storage(const StateKey& key, uint64_t block);
  Value block_hash(const StateKey& key);
  Result<Account> load_account(const Address& address, const lmdb_format::AccountRecord& record,
                               uint64_t block, bool with_code);

  std::unexpected<Unavailable> unavailable(const StateKey& key, std::string_view cause) const;
  std::unexpected<Unavailable> failed(const StateKey& key, int error) const;
  Value absent(const StateKey& key, StateValue zero) const;

  const LmdbEnv& env_;
  MDB_txn* txn_;
  std::array<lmdb_format::Cursor, lmdb_format::map_names.size()> cursors_;
};

} // namespace runahead
