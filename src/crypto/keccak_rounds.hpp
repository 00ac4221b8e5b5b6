// What every form of Keccak-f[1600] shares: the sponge's rate and the constants of its rounds. For
// the implementations in this folder.
#pragma once

#include <cstddef>
#include <cstdint>

namespace runahead::keccak {

/// Bytes of one block of a sponge with 256-bit output (FIPS 202, 5.2: 1600 - 2 * 256 bits).
inline constexpr size_t rate_bytes = 136;
inline constexpr size_t rate_words = rate_bytes / 8;

/// Iota's constants (FIPS 202, 3.2.5).
inline constexpr uint64_t round_constants[24] = {
    0x0000000000000001, 0x0000000000008082, 0x800000000000808a, 0x8000000080008000,
    0x000000000000808b, 0x0000000080000001, 0x8000000080008081, 0x8000000000008009,
    0x000000000000008a, 0x0000000000000088, 0x0000000080008009, 0x000000008000000a,
    0x000000008000808b, 0x800000000000008b, 0x8000000000008089, 0x8000000000008003,
    0x8000000000008002, 0x8000000000000080, 0x000000000000800a, 0x800000008000000a,
    0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008,
};

/// Rotation of lane (x, y), which stands at index x + 5 y (FIPS 202, 3.2.2, table 2).
inline constexpr int rotation[25] = {0,  1,  62, 28, 27, 36, 44, 6,  55, 20, 3,  10, 43,
                                     25, 39, 41, 45, 15, 21, 8,  18, 2,  61, 56, 14};

} // namespace runahead::keccak
