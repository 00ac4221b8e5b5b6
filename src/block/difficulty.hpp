// The difficulty that proof-of-work blocks must have (Yellow Paper 4.3.4, function D; EIP-2,
// EIP-100, and the delays of the bomb).
#pragma once

#include "base/uint256.hpp"
#include "spec/fork.hpp"

namespace runahead {

struct DifficultyInput {
  uint256 parent_difficulty;
  uint64_t parent_timestamp = 0; ///< seconds
  bool parent_has_ommers = false;
  uint64_t number = 0;    ///< of the block itself
  uint64_t timestamp = 0; ///< likewise; later than the parent's
};

/// REQUIRES: fork < Fork::paris.
uint256 block_difficulty(const DifficultyInput& input, Fork fork, uint64_t bomb_delay);

} // namespace runahead
