// Puts records into an LMDB state folder through one write transaction. For the writers of this
// folder only.
#pragma once

#include "sources/lmdb_env.hpp"
#include "sources/lmdb_writer.hpp"
#include "state/value.hpp"

#include <optional>

namespace runahead {

/// Errors name the folder. Environment and transaction must outlive it.
class LmdbRecords {
public:
  LmdbRecords(const LmdbEnv& env, MDB_txn* txn) : env_(env), txn_(txn) {}

  /// No record: the block deleted the account.
  Result<void> put_account(const Address& address, uint64_t block,
                           const std::optional<lmdb_format::AccountRecord>& record);
  Result<void> put_slot(const Address& address, const uint256& slot, uint64_t block,
                        const uint256& word);
  /// The account's slots of earlier blocks count no more.
  Result<void> put_clearing(const Address& address, uint64_t block);
  /// Empty code, and code that is there, is left out.
  Result<void> put_code(const Bytecode& code);
  Result<void> put_block_hash(uint64_t number, const Hash256& hash);
  /// The block with its receipts, and where it and its transactions are found by their hashes.
  Result<void> put_block(const LmdbBlock& block);

  /// Records of accounts and slots put.
  uint64_t state_records() const { return state_records_; }

private:
  Result<void> put(lmdb_format::Map map, BytesView key, BytesView value);

  const LmdbEnv& env_;
  MDB_txn* txn_;
  uint64_t state_records_ = 0;
};

} // namespace runahead
