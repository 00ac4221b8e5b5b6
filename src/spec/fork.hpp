// The hard forks that change execution, in order, and the parameters that change between them
// without a new fork (blob schedules, EIP-7840 and EIP-7892).
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <string_view>

namespace runahead {

enum class Fork : uint8_t {
  frontier,
  homestead,
  tangerine_whistle,
  spurious_dragon,
  byzantium,
  constantinople,
  petersburg,
  istanbul,
  berlin,
  london,
  paris,
  shanghai,
  cancun,
  prague,
  osaka,
};
inline constexpr size_t fork_count = 15;

/// `Osaka`, as the conformance fixtures and chain files write it.
std::string_view name(Fork fork);

/// Accepts the fixtures' names (`ConstantinopleFix`, `EIP150` …) and ours, in any letter case.
Result<Fork> parse_fork(std::string_view text);

/// Blob gas parameters of a moment (EIP-7840): counts of blobs, and the denominator of the fee's
/// growth.
struct BlobSchedule {
  uint32_t target = 0;
  uint32_t max = 0;
  uint64_t base_fee_update_fraction = 1;
  friend bool operator==(const BlobSchedule&, const BlobSchedule&) = default;
};

/// The schedule a fork starts with: Cancun 3/6, Prague and Osaka 6/9; zeros before Cancun.
BlobSchedule default_blob_schedule(Fork fork);

/// Everything about the rules that the chain decides: the fork, the blob schedule, the chain id.
struct Rules {
  Fork fork = Fork::osaka;
  BlobSchedule blobs = {6, 9, 5007716};
  uint64_t chain_id = 1;
};

} // namespace runahead
