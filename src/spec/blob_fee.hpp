// The price of blob gas, which BLOBBASEFEE (EIP-7516) shows to execution.
#pragma once

#include "base/uint256.hpp"
#include "spec/fork.hpp"

#include <cstdint>

namespace runahead {

/// Wei per blob gas: `fake_exponential(1, excess_blob_gas, base_fee_update_fraction)` of EIP-4844,
/// with the schedule of the block itself (EIP-7892). At least 1. Exact while the price times the
/// fraction is below 2^253, which is more than all ether for one blob; above that, 2^256 - 1.
/// REQUIRES: blobs.base_fee_update_fraction != 0.
uint256 blob_base_fee(uint64_t excess_blob_gas, const BlobSchedule& blobs);

} // namespace runahead
