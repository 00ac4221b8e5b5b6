// The blocks of a chain in a database, decoded.
#pragma once

#include "rpc/chain_reader.hpp"
#include "sources/lmdb.hpp"

#include <memory>

namespace runahead {

class LocalBlocks final : public ChainReader {
public:
  /// `database` holds blocks.
  LocalBlocks(std::shared_ptr<const LmdbDatabase> database, ForkSchedule schedule)
      : database_(std::move(database)), schedule_(std::move(schedule)) {}

  uint64_t first() const override { return database_->first(); }
  Result<uint64_t> head() const override { return database_->head(); }
  Result<std::optional<uint64_t>> number_of(const Hash256& block) const override {
    return database_->number_of(block);
  }
  Result<std::optional<TransactionPlace>> find(const Hash256& transaction) const override;
  Result<StoredHeader> header(uint64_t number) const override;
  Result<StoredBlock> block(uint64_t number) const override;
  Result<std::vector<Receipt>> receipts(uint64_t number) const override;
  BlockRules rules_behind(const StoredHeader& parent, uint64_t number,
                          uint64_t timestamp) const override;
  const ForkSchedule& schedule() const override { return schedule_; }

private:
  std::unexpected<Error> damaged(uint64_t number, std::string_view what) const;

  std::shared_ptr<const LmdbDatabase> database_;
  ForkSchedule schedule_;
};

} // namespace runahead
