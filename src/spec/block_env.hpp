// The fields of a block that execution can see.
#pragma once

#include "base/bytes.hpp"
#include "base/uint256.hpp"

#include <cstdint>

namespace runahead {

struct BlockEnv {
  uint64_t number = 0;
  uint64_t timestamp = 0; ///< seconds
  uint64_t gas_limit = 0;
  Address coinbase;
  uint256 prev_randao;   ///< difficulty before Paris
  uint256 base_fee;      ///< wei per gas
  uint256 blob_base_fee; ///< wei per blob gas (EIP-7516); derived from excess blob gas and schedule
};

} // namespace runahead
