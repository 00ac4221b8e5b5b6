// What the miner of a block is paid, without what ommers add (Yellow Paper 11.3; EIP-649,
// EIP-1234).
#pragma once

#include "base/uint256.hpp"
#include "spec/fork.hpp"

namespace runahead {

/// Wei; none since Paris (EIP-3675).
constexpr uint256 block_reward(Fork fork) {
  constexpr uint64_t ether = 1'000'000'000'000'000'000;
  if (fork >= Fork::paris) return {};
  if (fork >= Fork::constantinople) return 2 * ether;
  return (fork >= Fork::byzantium ? 3 : 5) * ether;
}

} // namespace runahead
