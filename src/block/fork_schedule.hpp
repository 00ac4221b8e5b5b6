// Which rules a block is made by: forks by number, by total difficulty and by time, and what else a
// chain fixes for its blocks.
#pragma once

#include "base/bytes.hpp"
#include "base/uint256.hpp"
#include "spec/chain.hpp"

#include <optional>
#include <vector>

namespace runahead {

/// Everything that execution and validation of one block take from the chain.
struct BlockRules {
  Rules rules;
  uint64_t bomb_delay = 0;          ///< blocks by which the difficulty bomb is put off
  std::optional<uint64_t> dao_fork; ///< number of the block with the irregular change (EIP-779)
  Address deposit_contract;         ///< whose logs are deposits (EIP-6110)

  bool since(Fork fork) const { return rules.fork >= fork; }
};

/// The deposit contract of the main network.
extern const Address mainnet_deposit_contract;

/// Blocks by which the bomb is put off by the fork itself: EIP-649, 1234, 2384 (Muir Glacier, which
/// every chain with Berlin has passed) and 3554; 0 before Byzantium.
uint64_t bomb_delay(Fork fork);

/// The schedule of one chain. Plain value; any thread may read it.
struct ForkSchedule {
  /// From block `at` on the bomb is put off by `delay` blocks: a fork that does nothing else.
  struct Glacier {
    uint64_t at = 0;
    uint64_t delay = 0;
  };

  uint64_t chain_id = 1;
  std::vector<Activation> by_number; ///< ascending by `at`
  std::vector<Activation> by_time;   ///< ascending by `at`; count from Paris on
  /// If set, Paris begins behind the first block with this total difficulty.
  std::optional<uint256> terminal_total_difficulty;
  std::vector<Glacier> glaciers; ///< ascending by `at`
  std::optional<uint64_t> dao_fork;
  Address deposit_contract = mainnet_deposit_contract;

  /// The rules of block `number`, where `parent_total_difficulty` includes the parent's own. It
  /// only matters where `terminal_total_difficulty` is set.
  BlockRules at(uint64_t number, uint64_t timestamp, const uint256& parent_total_difficulty) const;
};

/// One fork's rules from genesis on.
ForkSchedule schedule_of(Fork fork, const BlobSchedule& blobs, uint64_t chain_id);
/// A built-in chain's, with what the main network alone has: the DAO fork and the glaciers.
ForkSchedule schedule_of(const ChainConfig& chain);

} // namespace runahead
