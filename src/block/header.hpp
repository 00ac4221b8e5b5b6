// Block headers: the fields of every fork, their RLP and hash (Yellow Paper 4.3.4).
#pragma once

#include "base/result.hpp"
#include "base/rlp.hpp"
#include "block/bloom.hpp"

#include <optional>

namespace runahead {

/// The hash of an empty list of ommers.
inline constexpr Hash256 no_ommers_hash{{0x1d, 0xcc, 0x4d, 0xe8, 0xde, 0xc7, 0x5d, 0x7a,
                                         0xab, 0x85, 0xb5, 0x67, 0xb6, 0xcc, 0xd4, 0x1a,
                                         0xd3, 0x12, 0x45, 0x1b, 0x94, 0x8a, 0x74, 0x13,
                                         0xf0, 0xa1, 0x42, 0xfd, 0x40, 0xd4, 0x93, 0x47}};

/// Plain values. The optional fields came one fork after the other; each is there only if all
/// before it are.
struct BlockHeader {
  Hash256 parent_hash;
  Hash256 ommers_hash = no_ommers_hash;
  Address coinbase;
  Hash256 state_root;
  Hash256 transactions_root;
  Hash256 receipts_root;
  Bloom logs_bloom;
  uint256 difficulty; ///< 0 since Paris
  uint64_t number = 0;
  uint64_t gas_limit = 0;
  uint64_t gas_used = 0;
  uint64_t timestamp = 0; ///< seconds
  Bytes extra_data;
  Hash256 mix_hash; ///< prev_randao since Paris (EIP-4399)
  std::array<uint8_t, 8> nonce{};
  std::optional<uint256> base_fee;           ///< wei per gas; London (EIP-1559)
  std::optional<Hash256> withdrawals_root;   ///< Shanghai (EIP-4895)
  std::optional<uint64_t> blob_gas_used;     ///< Cancun (EIP-4844)
  std::optional<uint64_t> excess_blob_gas;   ///< Cancun (EIP-4844)
  std::optional<Hash256> parent_beacon_root; ///< Cancun (EIP-4788)
  std::optional<Hash256> requests_hash;      ///< Prague (EIP-7685)

  bool operator==(const BlockHeader&) const = default;
};

/// Reads the next item of a list as a header. Only the canonical encoding is accepted, numbers of
/// at most 64 bits but for difficulty and base fee; errors name the field.
Result<BlockHeader> read_header(rlp::Reader& list);
/// Exactly one header.
Result<BlockHeader> decode_header(BytesView encoded);

Bytes encode_header(const BlockHeader& header);
/// Keccak-256 of the encoding: the block's hash.
Hash256 header_hash(const BlockHeader& header);

} // namespace runahead
