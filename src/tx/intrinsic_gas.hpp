// Gas that a transaction costs before it runs (Yellow Paper 6.2; EIP-2028, 2930, 3860, 7702) and
// the least it costs in the end (EIP-7623).
#pragma once

#include "spec/gas.hpp"
#include "tx/transaction.hpp"

namespace runahead {

int64_t intrinsic_gas(const Transaction& tx, const GasSchedule& gas);

/// 0 before Prague.
int64_t floor_gas(const Transaction& tx, Fork fork);

} // namespace runahead
