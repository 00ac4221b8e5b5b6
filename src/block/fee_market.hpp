// The prices that a block's parent fixes: base fee (EIP-1559) and excess blob gas (EIP-4844,
// EIP-7691, EIP-7918).
#pragma once

#include "block/header.hpp"
#include "spec/fork.hpp"

namespace runahead {

inline constexpr uint64_t initial_base_fee =
    1'000'000'000; ///< wei per gas, of London's first block
inline constexpr uint64_t gas_limit_elasticity = 2;

/// Wei per gas of the block behind `parent`; of London's first block if the parent has none.
uint256 next_base_fee(const BlockHeader& parent);

/// Of the block behind `parent`, by the rules of that block. A parent without blob fields counts
/// as one with zeros.
uint64_t next_excess_blob_gas(const BlockHeader& parent, const Rules& rules);

} // namespace runahead
