#include "block/difficulty.hpp"

#include <algorithm>

namespace runahead {
namespace {

constexpr uint64_t bound_divisor = 2048;
constexpr uint64_t least_difficulty = 131072;
constexpr uint64_t bomb_period = 100'000; // blocks
constexpr uint64_t most_steps_down = 99;  // EIP-2
constexpr uint64_t frontier_block_seconds = 13;
constexpr uint64_t homestead_step_seconds = 10; // EIP-2
constexpr uint64_t byzantium_step_seconds = 9;  // EIP-100

/// By how many 2048ths of the parent's difficulty it rises, or below `up` falls: up - down.
uint256 adjusted(const DifficultyInput& in, uint64_t up, uint64_t down) {
  const uint256 step = udiv(in.parent_difficulty, bound_divisor);
  if (up >= down) return in.parent_difficulty + step * uint256{up - down};
  return in.parent_difficulty - step * uint256{std::min(down - up, most_steps_down)};
}

uint256 adjusted(const DifficultyInput& in, Fork fork) {
  const uint64_t seconds = in.timestamp - in.parent_timestamp;
  if (fork >= Fork::byzantium)
    return adjusted(in, in.parent_has_ommers ? 2 : 1, seconds / byzantium_step_seconds);
  if (fork >= Fork::homestead) return adjusted(in, 1, seconds / homestead_step_seconds);
  return seconds < frontier_block_seconds ? adjusted(in, 1, 0) : adjusted(in, 0, 1);
}

} // namespace

uint256 block_difficulty(const DifficultyInput& in, Fork fork, uint64_t bomb_delay) {
  uint256 difficulty = adjusted(in, fork);
  const uint64_t periods = (in.number - std::min(in.number, bomb_delay)) / bomb_period;
  if (periods >= 2)
    difficulty += uint256{1} << static_cast<unsigned>(std::min<uint64_t>(periods - 2, 256));
  return std::max(difficulty, uint256{least_difficulty});
}

} // namespace runahead
