// What nodes answer, turned into values. For the rpc_* sources of this folder only: the header
// brings the JSON parser with it.
#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/uint256.hpp"
#include "sources/rpc_node.hpp"
#include "spec/eth_config.hpp"

#include <simdjson.h>

namespace runahead {

// Each refuses what is not of its kind, null too, and says what is there instead.

/// Hex text of 1 to 64 digits.
Result<uint256> rpc_quantity(const simdjson::dom::element& value);
/// Hex text of exactly 32 bytes.
Result<Hash256> rpc_hash(const simdjson::dom::element& value);
/// Hex text of any even length.
Result<Bytes> rpc_bytes(const simdjson::dom::element& value);

/// A block as eth_getBlockByNumber answers. prev_randao is mixHash after the merge (difficulty 0),
/// else the difficulty; a missing base fee or excess blob gas counts as 0, as before those forks.
Result<Head> rpc_block(const simdjson::dom::element& block);

/// The `current` object of EIP-7910's answer. `precompiles` may map names to addresses or, as
/// earlier drafts had it, addresses to names.
Result<EthConfig> rpc_eth_config(const simdjson::dom::element& answer);

/// `storageHash` of eth_getProof's answer (EIP-1186) tells whether the account has storage: neither
/// the empty trie's root nor, as some nodes answer for absent accounts, zero.
Result<bool> rpc_has_storage(const simdjson::dom::element& proof);

} // namespace runahead
