// The names that blockchain tests have for fork schedules.
#pragma once

#include "base/result.hpp"
#include "block/fork_schedule.hpp"

#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace runahead {

/// Blob schedules of single forks, by the names of the file's `config`.
using BlobSchedules = std::map<std::string, BlobSchedule, std::less<>>;

/// A fork's name (with `ArrowGlacier` and the like, and `BPO1` … where `blobs` has them), or two of
/// them with the moment of the change: `BerlinToLondonAt5` (block), `ParisToShanghaiAtTime15k`
/// (seconds), `ArrowGlacierToParisAtDiffC0000` (total difficulty, hexadecimal).
Result<ForkSchedule> parse_network(std::string_view name, const BlobSchedules& blobs,
                                   uint64_t chain_id);

} // namespace runahead
