// The inputs of those precompiles that are more than a list of points, taken apart.
#pragma once

#include "base/bytes.hpp"
#include "base/limits.hpp"
#include "crypto/blake2f.hpp"

#include <algorithm>

namespace runahead {

using u128 = unsigned __int128;

/// Input is taken as followed by endless zeros (Yellow Paper appendix E): `size` bytes of it from
/// `offset`.
Bytes padded(BytesView input, u128 offset, size_t size);

// 0x05 MODEXP (EIP-198): three lengths of 32 bytes, base, exponent, modulus.

/// Stands for every length of 2^100 and more. No gas pays for one, except where it is multiplied by
/// zero; big enough that no int64 of gas reaches the price, small enough that sums do not overflow.
inline constexpr u128 unpayable_length = u128(1) << 100;

struct ModexpLengths {
  u128 base, exponent, modulus;
  u128 longest() const { return std::max({base, exponent, modulus}); }
  bool beyond_limits() const { return longest() > limits::modexp_operand_bytes; }
};
ModexpLengths modexp_lengths(BytesView input);

struct ModexpOperands {
  Bytes base, exponent, modulus;
};
/// REQUIRES: lengths not beyond limits.
ModexpOperands modexp_operands(BytesView input, const ModexpLengths& lengths);

// 0x09 BLAKE2F (EIP-152): rounds (4 bytes, big-endian), h, m, t (little-endian words), final flag.

inline constexpr size_t blake2f_input_size = 213;
inline bool is_blake2f_input(BytesView input) {
  return input.size() == blake2f_input_size && input[212] <= 1;
}
/// REQUIRES: input of that size.
uint32_t blake2f_rounds(BytesView input);
/// REQUIRES: it is one.
Blake2fInput blake2f_input(BytesView input);
void write_blake2f(const std::array<uint64_t, 8>& h, Bytes& output);

} // namespace runahead
