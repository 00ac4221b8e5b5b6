// Scalars and exponents of bn254 as signed digits, for double-and-add where a negative costs
// nothing.
#pragma once

#include "base/uint256.hpp"

#include <array>
#include <cstdint>

namespace runahead::bn254 {

/// Digits d[i] with the sum of d[i] * 2^i, so many of them in use; the last is not zero.
struct SignedDigits {
  std::array<int8_t, 132> digit{};
  unsigned count = 0;
};

/// The non-adjacent form of the given width: digits are 0 or odd and below 2^(width - 1) in
/// absolute value, and of any `width` in a row at most one is not 0. REQUIRES: n < 2^130, 2 <=
/// width <= 7.
constexpr SignedDigits window_naf(uint256 n, unsigned width) {
  SignedDigits result;
  const uint64_t mask = (uint64_t(1) << width) - 1, half = uint64_t(1) << (width - 1);
  for (unsigned i = 0; !n.is_zero(); ++i, n >>= 1) {
    if ((n.w[0] & 1) == 0) continue;
    const uint64_t window = n.w[0] & mask;
    if (window < half) {
      result.digit[i] = static_cast<int8_t>(window);
      n -= window;
    } else {
      result.digit[i] = static_cast<int8_t>(static_cast<int64_t>(window) - (int64_t(1) << width));
      n += mask + 1 - window;
    }
    result.count = i + 1;
  }
  return result;
}

} // namespace runahead::bn254
