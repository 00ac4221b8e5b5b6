#include "block/fee_market.hpp"

#include "spec/blob_fee.hpp"
#include "spec/gas.hpp"

#include <algorithm>

namespace runahead {
namespace {

constexpr uint64_t base_fee_change_denominator = 8; // EIP-1559
constexpr uint64_t blob_base_cost = 1 << 13;        // EIP-7918
constexpr auto gas_per_blob = static_cast<uint64_t>(gas::blob);

} // namespace

uint256 next_base_fee(const BlockHeader& parent) {
  if (!parent.base_fee) return initial_base_fee;
  const uint256 fee = *parent.base_fee;
  const uint64_t target = parent.gas_limit / gas_limit_elasticity;
  if (parent.gas_used == target || target == 0) return fee;
  const bool rises = parent.gas_used > target;
  const uint64_t away = rises ? parent.gas_used - target : target - parent.gas_used;
  const uint256 delta =
      udiv(udiv(fee * uint256{away}, target), uint256{base_fee_change_denominator});
  return rises ? fee + std::max(delta, uint256{1}) : fee - delta;
}

uint64_t next_excess_blob_gas(const BlockHeader& parent, const Rules& rules) {
  const uint64_t excess = parent.excess_blob_gas.value_or(0);
  const uint64_t used = parent.blob_gas_used.value_or(0);
  const uint64_t target = rules.blobs.target * gas_per_blob;
  if (excess + used < target) return 0;
  const bool reserve_binds =
      rules.fork >= Fork::osaka && uint256{blob_base_cost} * parent.base_fee.value_or(uint256{}) >
                                       uint256{gas_per_blob} * blob_base_fee(excess, rules.blobs);
  if (reserve_binds && rules.blobs.max != 0)
    return excess + used * (rules.blobs.max - rules.blobs.target) / rules.blobs.max;
  return excess + used - target;
}

} // namespace runahead
