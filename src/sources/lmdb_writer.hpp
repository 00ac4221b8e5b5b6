// Makes LMDB state folders; what is in one stands in lmdb.hpp. A writer is used from one thread.
#pragma once

#include "sources/memory.hpp"
#include "sources/state_about.hpp"

#include <memory>
#include <span>
#include <string>

namespace runahead {

/// A block as the database keeps it. Views: for the time of a call.
struct LmdbBlock {
  uint64_t number = 0;
  Hash256 hash;
  uint256 total_difficulty; ///< of the chain up to and with this block
  BytesView header;         ///< RLP
  BytesView body;           ///< the RLP items that follow the header in the block's list
  BytesView receipts;       ///< RLP list, as LmdbDatabase::receipts gives it
  std::span<const Hash256> transactions; ///< their hashes
  std::span<const Address> senders;      ///< of the transactions
};

/// Writes a new database with the state of one block, `about.block`. Nothing is to be seen of it at
/// `folder` before `commit`; without one, nothing is left behind.
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
  /// The block that the state is of: then the database can be extended by those behind it.
  Result<void> put_block(const LmdbBlock& block);
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
