// The group G1 of bn254: the points of y^2 = x^3 + 3 over Fp. Their number is the prime r, so that
// every point of the curve is in the group. Pure functions; any thread may call them.
#pragma once

#include "crypto/bn254_fp.hpp"

namespace runahead::bn254 {

/// An affine point. The point at infinity is (0, 0), as EIP-196 writes it.
struct G1 {
  Fp x, y;

  bool is_infinity() const { return x.is_zero() && y.is_zero(); }
  G1 operator-() const { return {x, -y}; }
  friend bool operator==(const G1& a, const G1& b) = default;
};

/// The generator of EIP-197.
inline constexpr G1 g1_generator{Fp::one(), Fp::from(2)};

/// True for infinity too.
bool is_on_curve(const G1& point);

/// The sum, in affine coordinates by one inversion. REQUIRES: both on the curve.
G1 add(const G1& a, const G1& b);

/// `scalar` times the point, for any scalar below 2^256. REQUIRES: the point is on the curve.
G1 multiply(const G1& point, const uint256& scalar);

namespace detail {

/// What is left of a scalar in two halves: first + second * lambda = scalar modulo r.
struct SplitScalar {
  uint256 first;  ///< below 2^128
  uint256 second; ///< absolute value, below 2^128
  bool second_is_negative;
};
SplitScalar split(const uint256& scalar);

/// (x, y) -> (beta x, y) is multiplication with lambda; beta and lambda are cube roots of 1, modulo
/// p and modulo r.
inline constexpr uint256 lambda = [] consteval {
  const uint256 t = seed;
  return group_order - (((uint256(36) * t + 18) * t + 6) * t + 2);
}();
inline constexpr Fp beta = [] consteval {
  const uint256 t = seed;
  return Fp::from(prime - (((uint256(18) * t + 18) * t + 9) * t + 2));
}();
static_assert(beta * beta + beta + Fp::one() == Fp{});

} // namespace detail
} // namespace runahead::bn254
