// KZG proofs over the blobs of EIP-4844, for precompile 0x0a. May be called from any thread.
#pragma once

#include "base/bytes.hpp"
#include "base/uint256.hpp"

#include <array>
#include <cstdint>
#include <span>

namespace runahead {

/// EIP-4844's BLS_MODULUS, the order of BLS12-381's groups.
inline constexpr uint256 kzg_modulus{0xffffffff00000001, 0x53bda402fffe5bfe, 0x3339d80809a1d805,
                                     0x73eda753299d7d48};
/// Numbers in a blob.
inline constexpr uint64_t field_elements_per_blob = 4096;

/// The generator of G2 times the secret of Ethereum's KZG ceremony, compressed: the second of
/// g2_monomial in its outcome (consensus-specs, presets/mainnet/trusted_setups,
/// trusted_setup_4096.json). All of the set-up that verification needs.
inline constexpr std::array<uint8_t, 96> kzg_tau_g2 = {
    0xb5, 0xbf, 0xd7, 0xdd, 0x8c, 0xde, 0xb1, 0x28, 0x84, 0x3b, 0xc2, 0x87, 0x23, 0x0a, 0xf3, 0x89,
    0x26, 0x18, 0x70, 0x75, 0xcb, 0xfb, 0xef, 0xa8, 0x10, 0x09, 0xa2, 0xce, 0x61, 0x5a, 0xc5, 0x3d,
    0x29, 0x14, 0xe5, 0x87, 0x0c, 0xb4, 0x52, 0xd2, 0xaf, 0xaa, 0xab, 0x24, 0xf3, 0x49, 0x9f, 0x72,
    0x18, 0x5c, 0xbf, 0xee, 0x53, 0x49, 0x27, 0x14, 0x73, 0x44, 0x29, 0xb7, 0xb3, 0x86, 0x08, 0xe2,
    0x39, 0x26, 0xc9, 0x11, 0xcc, 0xec, 0xea, 0xc9, 0xa3, 0x68, 0x51, 0x47, 0x7b, 0xa4, 0xc6, 0x0b,
    0x08, 0x70, 0x41, 0xde, 0x62, 0x10, 0x00, 0xed, 0xc9, 0x8e, 0xda, 0xda, 0x20, 0xc1, 0xde, 0xf2,
};

/// EIP-4844's kzg_to_versioned_hash: SHA-256 with its first byte replaced by 1.
Hash256 kzg_versioned_hash(std::span<const uint8_t, 48> commitment);

/// EIP-4844's verify_kzg_proof: true if `proof` shows that the polynomial behind `commitment` has
/// the value y at z. Both are compressed points of G1. False too for z or y not below the modulus,
/// and for a point that is not canonically encoded, on the curve and in the group.
bool kzg_verify(std::span<const uint8_t, 48> commitment, const uint256& z, const uint256& y,
                std::span<const uint8_t, 48> proof);

} // namespace runahead
