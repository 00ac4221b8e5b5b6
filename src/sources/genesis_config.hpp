// The `config` object of a genesis file: which fork starts where.
#pragma once

#include "sources/json_fields.hpp"
#include "sources/state_about.hpp"

#include <string>
#include <vector>

namespace runahead {

struct GenesisConfig {
  uint64_t chain_id = 0;
  std::vector<Activation> by_number, by_time; ///< as ChainConfig has them
  ChainConstants constants;
  std::vector<std::string> warnings; ///< what was read past
};

/// Forks are `homesteadBlock` … `londonBlock` and `shanghaiTime` … `osakaTime`, `bpo1Time` …, with
/// the blob schedules of EIP-7840 and EIP-7892 (Osaka without one keeps the one before). Paris
/// starts at `mergeNetsplitBlock`, else where `terminalTotalDifficulty` is reached: at block 0 if
/// that is 0. Refused: forks out of order, and a fork we do not know, since its rules would be
/// missing.
Result<GenesisConfig> read_genesis_config(const Json& config);

} // namespace runahead
