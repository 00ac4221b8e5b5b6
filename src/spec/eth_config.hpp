// Which rules a node runs by, read off its answer to `eth_config` (EIP-7910): a chain without a
// built-in schedule tells it by the precompiles, system contracts and blob schedule it lists.
#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "spec/fork.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace runahead {

/// EIP-7910's `current` object, already parsed.
struct EthConfig {
  uint64_t activation_time = 0; ///< seconds
  uint64_t chain_id = 0;
  std::optional<BlobSchedule> blobs;
  std::vector<std::pair<std::string, Address>> precompiles;      ///< name and address
  std::vector<std::pair<std::string, Address>> system_contracts; ///< name and address
};

/// The one fork whose additions are listed: P256VERIFY makes it Osaka, the BLS12-381 precompiles
/// without it Prague, the point evaluation alone Cancun. Refused, naming the field: none of them
/// (an older fork cannot be told from another), a precompile we do not know (a later fork), and
/// lists that contradict each other or lack what the fork needs (a part of the BLS12-381
/// precompiles, no blob schedule, a system contract of another fork or at another address).
Result<Rules> rules_from_eth_config(const EthConfig& config);

} // namespace runahead
