// Which rules apply when: the fork schedules of the public chains, by block number up to the merge
// and by timestamp since.
#pragma once

#include "spec/fork.hpp"

#include <cstdint>
#include <span>
#include <string_view>

namespace runahead {

/// From block number or timestamp `at` on, `fork` with `blobs` applies.
struct Activation {
  uint64_t at = 0;
  Fork fork = Fork::frontier;
  BlobSchedule blobs;
};

/// The schedule of one chain. Views: whoever makes one keeps what it points to.
struct ChainConfig {
  uint64_t chain_id = 0;
  std::string_view name;
  std::span<const Activation> by_number; ///< ascending by `at`
  std::span<const Activation> by_time;   ///< ascending by `at`; later than all of `by_number`
};

/// Mainnet, Sepolia, Holesky or Hoodi; null for any other chain id.
const ChainConfig* find_chain(uint64_t chain_id);

/// What the schedule says about a block. A blob parameter only fork (EIP-7892) keeps the fork and
/// changes the blob schedule.
Rules rules_at(const ChainConfig& chain, uint64_t block_number, uint64_t timestamp);

} // namespace runahead
