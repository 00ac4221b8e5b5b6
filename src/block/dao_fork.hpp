// The DAO fork (EIP-779): an irregular state change, and the marker in the headers of its first
// blocks.
#pragma once

#include "base/bytes.hpp"

#include <span>
#include <string_view>

namespace runahead {

/// What the first ten blocks of the fork carry as extra data.
inline constexpr std::string_view dao_extra_data = "dao-hard-fork";
inline constexpr uint64_t dao_extra_data_blocks = 10;

/// The 116 accounts whose whole balances are moved at the fork's first block.
std::span<const Address> dao_accounts();
/// Where the balances go.
const Address& dao_refund_contract();

} // namespace runahead
