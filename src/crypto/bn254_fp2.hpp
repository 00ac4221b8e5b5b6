// The quadratic extension Fp2 = Fp[u] / (u^2 + 1) of bn254, over which G2 lives and from which the
// pairing's target field is built. Plain values; any thread may use them.
#pragma once

#include "crypto/bn254_fp.hpp"

#include <array>

namespace runahead::bn254 {

/// c0 + c1 * u.
struct Fp2 {
  Fp c0, c1;

  static constexpr Fp2 one() { return {Fp::one(), {}}; }
  constexpr bool is_zero() const { return c0.is_zero() && c1.is_zero(); }
  /// c0 - c1 u, which is also the Frobenius map x -> x^p.
  constexpr Fp2 conjugate() const { return {c0, -c1}; }

  friend constexpr bool operator==(const Fp2& a, const Fp2& b) = default;

  [[gnu::always_inline]] friend constexpr Fp2 operator+(const Fp2& a, const Fp2& b) {
    return {a.c0 + b.c0, a.c1 + b.c1};
  }
  [[gnu::always_inline]] friend constexpr Fp2 operator-(const Fp2& a, const Fp2& b) {
    return {a.c0 - b.c0, a.c1 - b.c1};
  }
  [[gnu::always_inline]] constexpr Fp2 operator-() const { return Fp2{} - *this; }
  [[gnu::always_inline]] constexpr Fp2 doubled() const { return *this + *this; }
  [[gnu::always_inline]] friend constexpr Fp2 operator*(const Fp2& a, const Fp& b) {
    return {a.c0 * b, a.c1 * b};
  }
  friend constexpr Fp2 operator*(const Fp2& a, const Fp2& b);
  constexpr Fp2 squared() const;
};

/// Fp2 of values that are not reduced yet; see FpWide for the rules.
struct Fp2Wide {
  FpWide c0, c1;

  [[gnu::always_inline]] friend constexpr Fp2Wide operator+(const Fp2Wide& a, const Fp2Wide& b) {
    return {a.c0 + b.c0, a.c1 + b.c1};
  }
  [[gnu::always_inline]] friend constexpr Fp2Wide operator-(const Fp2Wide& a, const Fp2Wide& b) {
    return {a.c0 - b.c0, a.c1 - b.c1};
  }
  /// Times xi = 9 + u, out of which the tower takes its roots.
  [[gnu::always_inline]] constexpr Fp2Wide times_xi() const {
    return {c0.times_8() + c0 - c1, c1.times_8() + c1 + c0};
  }
};

namespace detail {

/// (a0 + a1 u)(b0 + b1 u) by Karatsuba's three products. REQUIRES: all below 2p. The results are
/// below 4 p^2 < p * R and, the second, 8 p^2 in absolute value.
[[gnu::always_inline]] constexpr Fp2Wide multiply_parts(const uint256& a0, const uint256& a1,
                                                        const uint256& b0, const uint256& b1) {
  const FpWide both = multiply_unreduced(a0 + a1, b0 + b1);
  const FpWide low = multiply_unreduced(a0, b0), high = multiply_unreduced(a1, b1);
  return {low - high, both - low - high};
}

/// `wide` if that is not negative, else the same plus p * R.
[[gnu::always_inline]] constexpr FpWide made_positive(const FpWide& wide) {
  FpWide r = wide;
  unsigned long long carry = 0;
  for (int i = 0; i < 4; ++i) r.w[i + 4] = add_carry(wide.w[i + 4], prime.w[i] & wide.w[8], carry);
  return r;
}

} // namespace detail

// The functions below are a few hundred instructions each; calls keep the towers in the cache.

[[gnu::noinline]] constexpr Fp2Wide multiply_wide(const Fp2& a, const Fp2& b) {
  return detail::multiply_parts(a.c0.montgomery, a.c1.montgomery, b.c0.montgomery, b.c1.montgomery);
}

/// (a + b)(c + d), the sums not reduced.
[[gnu::noinline]] constexpr Fp2Wide multiply_sums_wide(const Fp2& a, const Fp2& b, const Fp2& c,
                                                       const Fp2& d) {
  return detail::multiply_parts(
      a.c0.montgomery + b.c0.montgomery, a.c1.montgomery + b.c1.montgomery,
      c.c0.montgomery + d.c0.montgomery, c.c1.montgomery + d.c1.montgomery);
}

namespace detail {
/// (a0 + a1)(a0 - a1) + 2 a0 a1 u. REQUIRES: all below 2p. Both at least 0, below 16 p^2; for
/// values below p, below 4 p^2 < p * R.
[[gnu::always_inline]] constexpr Fp2Wide square_parts(const uint256& a0, const uint256& a1,
                                                      const uint256& multiple_of_prime) {
  return {multiply_unreduced(a0 + a1, a0 + (multiple_of_prime - a1)),
          multiply_unreduced(a0 + a0, a1)};
}
inline constexpr uint256 twice_prime = prime + prime;
} // namespace detail

[[gnu::noinline]] constexpr Fp2Wide square_wide(const Fp2& a) {
  return detail::square_parts(a.c0.montgomery, a.c1.montgomery, prime);
}

/// (a + b)^2, the sum not reduced.
[[gnu::noinline]] constexpr Fp2Wide square_sum_wide(const Fp2& a, const Fp2& b) {
  return detail::square_parts(a.c0.montgomery + b.c0.montgomery, a.c1.montgomery + b.c1.montgomery,
                              detail::twice_prime);
}

[[gnu::noinline]] constexpr Fp2 reduce(const Fp2Wide& wide) {
  return {reduce(wide.c0), reduce(wide.c1)};
}

[[gnu::noinline]] constexpr Fp2 operator*(const Fp2& a, const Fp2& b) {
  const Fp2Wide wide =
      detail::multiply_parts(a.c0.montgomery, a.c1.montgomery, b.c0.montgomery, b.c1.montgomery);
  return {reduce_product(detail::made_positive(wide.c0)), reduce_product(wide.c1)};
}

[[gnu::noinline]] constexpr Fp2 Fp2::squared() const {
  const Fp2Wide wide = detail::square_parts(c0.montgomery, c1.montgomery, prime);
  return {reduce_product(wide.c0), reduce_product(wide.c1)};
}

/// 1 / a; 0 for 0.
Fp2 invert(const Fp2& a);

namespace detail {

consteval Fp2 power(const Fp2& base, const uint256& exponent) {
  Fp2 result = Fp2::one();
  for (unsigned i = exponent.bit_width(); i-- > 0;) {
    result = result.squared();
    if (exponent.w[i / 64] >> i % 64 & 1) result = result * base;
  }
  return result;
}

/// n / 6, for an n that 6 divides: a product with 1/3 modulo 2^256 is the quotient, if it is whole.
consteval uint256 sixth(const uint256& n) {
  const uint256 third_inverse(0xaaaaaaaaaaaaaaab, 0xaaaaaaaaaaaaaaaa, 0xaaaaaaaaaaaaaaaa,
                              0xaaaaaaaaaaaaaaaa);
  return (n * third_inverse) >> 1;
}

} // namespace detail

/// xi = 9 + u, neither a square nor a cube.
inline constexpr Fp2 xi{Fp::from(9), Fp::one()};

/// What the Frobenius map multiplies the k-th power of w = xi^(1/6) with: xi^(k (p - 1) / 6).
inline constexpr std::array<Fp2, 6> frobenius_factors = [] consteval {
  std::array<Fp2, 6> factors{Fp2::one(), detail::power(xi, detail::sixth(prime - uint256(1)))};
  for (size_t k = 2; k < 6; ++k) factors[k] = factors[k - 1] * factors[1];
  return factors;
}();

/// The same for the map's square, xi^(k (p^2 - 1) / 6): factor times conjugate, which is in Fp.
inline constexpr std::array<Fp, 6> frobenius_square_factors = [] consteval {
  std::array<Fp, 6> factors;
  for (size_t k = 0; k < 6; ++k)
    factors[k] = (frobenius_factors[k] * frobenius_factors[k].conjugate()).c0;
  return factors;
}();

// xi^((p^2 - 1) / 2) = 1 would make xi a square, xi^((p^2 - 1) / 3) = 1 a cube.
static_assert(frobenius_square_factors[3] == -Fp::one());
static_assert(!(frobenius_square_factors[2] == Fp::one()));

} // namespace runahead::bn254
