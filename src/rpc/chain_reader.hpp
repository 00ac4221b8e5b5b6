// The blocks of a chain that are held here. Implemented above, over a database.
#pragma once

#include "base/result.hpp"
#include "block/block.hpp"
#include "block/fork_schedule.hpp"
#include "block/receipt.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace runahead {

/// A header as it is held.
struct StoredHeader {
  BlockHeader header;
  Hash256 hash;
  BlockRules rules;
  uint256 total_difficulty; ///< of the chain up to and with this block
};

/// A block as it is held, with the senders of its transactions.
struct StoredBlock {
  Block block;
  Hash256 hash;
  BlockRules rules;
  size_t size_bytes = 0; ///< of its RLP
};

/// A transaction's place.
struct TransactionPlace {
  uint64_t block = 0;
  size_t index = 0;
};

/// Every block from `first` to `head` is canonical. All functions may be called from any thread,
/// and read from disk at once. Errors say what could not be read, or is damaged.
class ChainReader {
public:
  virtual ~ChainReader() = default;

  virtual uint64_t first() const = 0;
  virtual Result<uint64_t> head() const = 0;
  /// Where a block or a transaction is; nothing if it is not held.
  virtual Result<std::optional<uint64_t>> number_of(const Hash256& block) const = 0;
  virtual Result<std::optional<TransactionPlace>> find(const Hash256& transaction) const = 0;

  // REQUIRES: a block that is held.

  virtual Result<StoredHeader> header(uint64_t number) const = 0;
  virtual Result<StoredBlock> block(uint64_t number) const = 0;
  virtual Result<std::vector<Receipt>> receipts(uint64_t number) const = 0;

  /// Which rules a block behind `parent` would be made by.
  virtual BlockRules rules_behind(const StoredHeader& parent, uint64_t number,
                                  uint64_t timestamp) const = 0;
  virtual const ForkSchedule& schedule() const = 0;
};

} // namespace runahead
