// What SSTORE costs by what it does (EIP-1283, EIP-2200, EIP-3529), without the price of a cold
// slot.
#pragma once

#include "spec/gas.hpp"
#include "state/storage_slot.hpp"

namespace runahead::ops {

struct StoreCost {
  int64_t gas;
  int64_t refund;
};

StoreCost store_cost(const GasSchedule& gas, StorageStatus status);

/// No store costs less.
inline int64_t least_store_gas(const GasSchedule& gas) {
  return gas.sstore_noop != 0 ? gas.sstore_noop : gas.sstore_reset;
}

} // namespace runahead::ops
