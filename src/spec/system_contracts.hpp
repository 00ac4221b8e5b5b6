// Contracts that blocks themselves call or listen to, at the same address on every chain.
#pragma once

#include "base/written_address.hpp"

namespace runahead::spec {

/// Keeps the beacon chain's block roots (EIP-4788).
inline constexpr Address beacon_roots_contract =
    written_address("000f3df6d732807ef1319fb7b8bb8522d0beac02");
/// Keeps block hashes (EIP-2935).
inline constexpr Address block_hashes_contract =
    written_address("0000f90827f1c53a10cb7a02335b175320002935");
/// Takes requests for withdrawals (EIP-7002).
inline constexpr Address withdrawals_contract =
    written_address("00000961ef480eb55e80d19ad83579a64c007002");
/// Takes requests for consolidations (EIP-7251).
inline constexpr Address consolidations_contract =
    written_address("0000bbddc7ce488642fb579f8b00f3a590007251");
/// The sender of the block's own calls.
inline constexpr Address system_address =
    written_address("fffffffffffffffffffffffffffffffffffffffe");

} // namespace runahead::spec
