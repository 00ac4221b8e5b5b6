// Why a block is refused.
#pragma once

#include "tx/execution.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace runahead {

/// Named after the header's field or the part of the body that is wrong.
enum class BlockFault : uint8_t {
  // The header against its parent.
  number,
  timestamp,
  gas_limit,
  gas_used_above_limit,
  extra_data,
  dao_extra_data, ///< EIP-779
  difficulty,
  nonce, ///< not zero since Paris (EIP-3675)
  base_fee,
  withdrawals_root, ///< there or not, against the fork's rule, or not of the body
  blob_gas_used,
  excess_blob_gas,
  parent_beacon_root, ///< there or not, against the fork's rule
  requests_hash,      ///< likewise, or not of the block's requests
  // The body against the header.
  transactions_root,
  ommers_hash,
  size, ///< EIP-7934
  // Ommers.
  ommer_count,
  ommer_repeated,
  ommer_is_ancestor,
  ommer_parent, ///< not 2 to 7 blocks above the block
  ommer_header,
  // Execution.
  signature,
  transaction,    ///< see InvalidBlock::transaction
  block_gas,      ///< the transactions' gas limits do not fit
  blob_gas,       ///< more blobs than a block may have
  deposit_layout, ///< EIP-6110
  system_call,    ///< EIP-7002, EIP-7251: no code, or the call failed
  gas_used,
  logs_bloom,
  receipts_root,
  state_root,
};

struct InvalidBlock {
  BlockFault fault{};
  std::string message;                    ///< names the field, with what it has and what is wanted
  std::optional<size_t> index;            ///< of the transaction or ommer at fault
  std::optional<InvalidCode> transaction; ///< of BlockFault::transaction
  std::optional<BlockFault> ommer;        ///< of BlockFault::ommer_header: what its header has
};

/// `have X, want Y` behind the field's name.
InvalidBlock have_want(BlockFault fault, std::string_view field, std::string_view have,
                       std::string_view want);

} // namespace runahead
