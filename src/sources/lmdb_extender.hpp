// Extends LMDB state folders by blocks; what is in one stands in lmdb.hpp. Used from one thread.
#pragma once

#include "sources/lmdb.hpp"
#include "sources/lmdb_writer.hpp"
#include "state/journal.hpp"

#include <memory>
#include <span>
#include <string>

namespace runahead {

/// What was put is seen by others, and outlives a crash, from `flush` on; without one it is
/// dropped. After an error of `put_block` or `flush` nothing more can be done with it; the database
/// is as after the last successful flush.
class LmdbExtender {
public:
  /// Refused as LmdbDatabase::open is, and: a database without blocks, an incomplete one, and one
  /// that is being extended already.
  static Result<LmdbExtender> open(const std::string& folder);
  LmdbExtender(LmdbExtender&&) noexcept;
  LmdbExtender& operator=(LmdbExtender&&) noexcept;
  ~LmdbExtender();

  /// The database as others see it: without what was put since the last flush.
  const LmdbDatabase& flushed() const;

  /// Height of the newest block, put or flushed.
  uint64_t head() const;
  /// The value after the newest block.
  std::expected<StateValue, Unavailable> value(const StateKey& key);
  /// All accounts after the newest block, in ascending order of addresses, with their slots that
  /// are not zero and the hash of their code, but without its bytes. Stops at the first error.
  Result<void> visit_accounts(const AccountVisitor& visit);

  /// Puts the block behind the newest, with everything it changed of the state: each account at
  /// most once, one that was deleted and made again with all its fields.
  Result<void> put_block(const LmdbBlock& block, std::span<const AccountChange> changes);
  /// State records put since the last flush.
  uint64_t unflushed() const;
  Result<void> flush();

private:
  struct Impl;
  explicit LmdbExtender(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

} // namespace runahead
