// Bounds that the protocol sets.
#pragma once

#include <cstddef>
#include <cstdint>

namespace runahead::spec {

inline constexpr size_t max_code_bytes = 0x6000;         ///< EIP-170
inline constexpr size_t max_initcode_bytes = 2 * 0x6000; ///< EIP-3860
inline constexpr uint64_t block_hash_window = 256;       ///< BLOCKHASH reaches so many blocks back
inline constexpr uint64_t max_blobs_per_transaction = 6; ///< EIP-7594, since Osaka
inline constexpr uint8_t blob_hash_version = 1;          ///< EIP-4844, VERSIONED_HASH_VERSION_KZG

} // namespace runahead::spec
