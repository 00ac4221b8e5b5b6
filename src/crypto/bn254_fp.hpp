// The base field of bn254 (alt_bn128 in EIP-196): integers modulo the prime p. Hot code, all
// inline: every multiplication of the pairing ends here. Plain values; any thread may use them.
//
// Reduction is Montgomery's (1985) with R = 2^256: what stands in an Fp is x * R mod p, always
// below p. p is below 2^254, so that sums of up to five elements fit 256 bits and a product of two
// such sums fits 512; the towers use that to add before they reduce ("lazy reduction", Aranha et
// al., EUROCRYPT 2011).
#pragma once

#include "base/uint256.hpp"

#include <cstdint>

namespace runahead::bn254 {

/// The parameter of the Barreto-Naehrig family from which everything else follows.
inline constexpr uint64_t seed = 4965661367192848881;

namespace detail {
/// 36x^4 + 36x^3 + c x^2 + 6x + 1 for x = `seed`.
consteval uint256 family_polynomial(uint64_t square_coefficient) {
  const uint256 x = seed;
  return (((uint256(36) * x + uint256(36)) * x + square_coefficient) * x + 6) * x + 1;
}
} // namespace detail

/// p, the order of the field.
inline constexpr uint256 prime = detail::family_polynomial(24);
/// r, the order of G1, G2 and the pairing's image.
inline constexpr uint256 group_order = detail::family_polynomial(18);

namespace detail {

/// -1 / p modulo 2^64, by Newton's iteration: each step doubles the bits that are right.
consteval uint64_t negated_inverse_of_prime() {
  uint64_t inverse = 1;
  for (int i = 0; i < 6; ++i) inverse *= 2 - prime.w[0] * inverse;
  return -inverse;
}

/// 2^exponent mod p.
consteval uint256 power_of_two(unsigned exponent) {
  uint256 power = 1;
  for (unsigned i = 0; i < exponent; ++i) {
    power <<= 1; // below 2^255
    if (power >= prime) power -= prime;
  }
  return power;
}

inline constexpr uint64_t prime_factor = negated_inverse_of_prime();

[[gnu::always_inline]] constexpr uint64_t add_carry(uint64_t a, uint64_t b,
                                                    unsigned long long& carry) {
  return __builtin_addcll(a, b, carry, &carry);
}
[[gnu::always_inline]] constexpr uint64_t subtract_borrow(uint64_t a, uint64_t b,
                                                          unsigned long long& borrow) {
  return __builtin_subcll(a, b, borrow, &borrow);
}

/// a * b, five limbs, the lowest first.
struct Row {
  uint64_t w[5];
};
[[gnu::always_inline]] constexpr Row multiply_row(const uint256& a, uint64_t b) {
  using u128 = unsigned __int128;
  const u128 p0 = u128(a.w[0]) * b, p1 = u128(a.w[1]) * b;
  const u128 p2 = u128(a.w[2]) * b, p3 = u128(a.w[3]) * b;
  unsigned long long carry = 0;
  Row row;
  row.w[0] = static_cast<uint64_t>(p0);
  row.w[1] = add_carry(static_cast<uint64_t>(p0 >> 64), static_cast<uint64_t>(p1), carry);
  row.w[2] = add_carry(static_cast<uint64_t>(p1 >> 64), static_cast<uint64_t>(p2), carry);
  row.w[3] = add_carry(static_cast<uint64_t>(p2 >> 64), static_cast<uint64_t>(p3), carry);
  row.w[4] = static_cast<uint64_t>(p3 >> 64) + carry;
  return row;
}

/// a - p if that is not negative, else a.
[[gnu::always_inline]] constexpr uint256 subtract_prime_once(const uint256& a) {
  unsigned long long borrow = 0;
  uint256 less;
  for (int i = 0; i < 4; ++i) less.w[i] = subtract_borrow(a.w[i], prime.w[i], borrow);
  for (int i = 0; i < 4; ++i) less.w[i] = borrow ? a.w[i] : less.w[i];
  return less;
}

} // namespace detail

/// An element of the field.
struct Fp {
  uint256 montgomery; ///< x * R mod p

  /// The element of an integer. REQUIRES: x < p.
  static constexpr Fp from(const uint256& x);
  static constexpr Fp one() { return {detail::power_of_two(256)}; }

  /// The integer, below p.
  constexpr uint256 value() const;
  constexpr bool is_zero() const { return montgomery.is_zero(); }

  friend constexpr bool operator==(const Fp& a, const Fp& b) = default;

  [[gnu::always_inline]] friend constexpr Fp operator+(const Fp& a, const Fp& b) {
    return {detail::subtract_prime_once(a.montgomery + b.montgomery)};
  }
  [[gnu::always_inline]] friend constexpr Fp operator-(const Fp& a, const Fp& b) {
    unsigned long long borrow = 0, carry = 0;
    Fp r;
    for (int i = 0; i < 4; ++i)
      r.montgomery.w[i] = detail::subtract_borrow(a.montgomery.w[i], b.montgomery.w[i], borrow);
    const uint64_t mask = -static_cast<uint64_t>(borrow);
    for (int i = 0; i < 4; ++i)
      r.montgomery.w[i] = detail::add_carry(r.montgomery.w[i], prime.w[i] & mask, carry);
    return r;
  }
  [[gnu::always_inline]] constexpr Fp operator-() const { return Fp{} - *this; }
  [[gnu::always_inline]] constexpr Fp doubled() const { return *this + *this; }
  friend constexpr Fp operator*(const Fp& a, const Fp& b);
  constexpr Fp squared() const;
};

/// A sum of products that is not reduced yet: a signed integer of nine limbs in two's complement
/// that stands for itself divided by R. Adding needs no reduction, since no sum of the towers comes
/// near the bound of `reduce`.
struct FpWide {
  uint64_t w[9];

  [[gnu::always_inline]] friend constexpr FpWide operator+(const FpWide& a, const FpWide& b) {
    unsigned long long carry = 0;
    FpWide r;
    for (int i = 0; i < 9; ++i) r.w[i] = detail::add_carry(a.w[i], b.w[i], carry);
    return r;
  }
  [[gnu::always_inline]] friend constexpr FpWide operator-(const FpWide& a, const FpWide& b) {
    unsigned long long borrow = 0;
    FpWide r;
    for (int i = 0; i < 9; ++i) r.w[i] = detail::subtract_borrow(a.w[i], b.w[i], borrow);
    return r;
  }
  [[gnu::always_inline]] constexpr FpWide times_8() const {
    FpWide r;
    r.w[0] = w[0] << 3;
    for (int i = 1; i < 9; ++i) r.w[i] = w[i] << 3 | w[i - 1] >> 61;
    return r;
  }
};

/// The integer a * b, by rows.
[[gnu::always_inline]] constexpr FpWide multiply_unreduced(const uint256& a, const uint256& b) {
  FpWide t;
  const detail::Row first = detail::multiply_row(a, b.w[0]);
  for (int i = 0; i < 5; ++i) t.w[i] = first.w[i];
#pragma clang loop unroll(full)
  for (int i = 1; i < 4; ++i) {
    const detail::Row row = detail::multiply_row(a, b.w[i]);
    unsigned long long carry = 0;
    for (int j = 0; j < 4; ++j) t.w[i + j] = detail::add_carry(t.w[i + j], row.w[j], carry);
    t.w[i + 4] = row.w[4] + carry;
  }
  t.w[8] = 0;
  return t;
}

namespace detail {

/// What Montgomery's reduction makes of the lower four limbs: they are made divisible by R, a limb
/// at a time, by adding multiples of p; the quotient is at most p.
[[gnu::always_inline]] constexpr uint256 reduce_low_half(const FpWide& wide) {
  uint64_t t[4] = {wide.w[0], wide.w[1], wide.w[2], wide.w[3]};
#pragma clang loop unroll(full)
  for (int i = 0; i < 4; ++i) {
    const Row row = multiply_row(prime, t[0] * prime_factor);
    unsigned long long carry = 0;
    (void)add_carry(t[0], row.w[0], carry);
    for (int j = 1; j < 4; ++j) t[j - 1] = add_carry(t[j], row.w[j], carry);
    t[3] = row.w[4] + carry;
  }
  return {t[0], t[1], t[2], t[3]};
}

/// Multiples of p * R that make every FpWide positive.
inline constexpr uint64_t reduce_bound = 256;
inline constexpr Row reduce_offset = multiply_row(prime, reduce_bound);
/// 2^280 / p, rounded down: with the bits from 240 on of a number below 2^10 * p it gives the
/// quotient by p, or one less.
inline constexpr uint64_t quotient_factor =
    static_cast<uint64_t>(((unsigned __int128)1 << 88) / ((unsigned __int128)prime.w[3] + 1));

} // namespace detail

/// wide / R mod p, below p. REQUIRES: 0 <= wide < p * R.
[[gnu::always_inline]] constexpr Fp reduce_product(const FpWide& wide) {
  const uint256 low = detail::reduce_low_half(wide);
  const uint256 high(wide.w[4], wide.w[5], wide.w[6], wide.w[7]);
  return {detail::subtract_prime_once(low + high)};
}

/// wide / R mod p, below p. REQUIRES: |wide| < 256 * p * R.
[[gnu::always_inline]] constexpr Fp reduce(const FpWide& wide) {
  const uint256 low = detail::reduce_low_half(wide);
  unsigned long long carry = 0, carry_low = 0, borrow = 0;
  uint64_t v[5];
  for (int i = 0; i < 5; ++i)
    v[i] = detail::add_carry(wide.w[i + 4], detail::reduce_offset.w[i], carry);
  for (int i = 0; i < 4; ++i) v[i] = detail::add_carry(v[i], low.w[i], carry_low);
  v[4] += carry_low;
  const uint64_t quotient = (v[4] << 16 | v[3] >> 48) * detail::quotient_factor >> 40;
  const detail::Row multiple = detail::multiply_row(prime, quotient);
  uint256 rest; // below 2p
  for (int i = 0; i < 4; ++i) rest.w[i] = detail::subtract_borrow(v[i], multiple.w[i], borrow);
  return {detail::subtract_prime_once(rest)};
}

[[gnu::always_inline]] constexpr FpWide multiply_wide(const Fp& a, const Fp& b) {
  return multiply_unreduced(a.montgomery, b.montgomery);
}
[[gnu::always_inline]] constexpr Fp operator*(const Fp& a, const Fp& b) {
  return reduce_product(multiply_wide(a, b));
}
[[gnu::always_inline]] constexpr Fp Fp::squared() const { return *this * *this; }

constexpr Fp Fp::from(const uint256& x) {
  return reduce_product(multiply_unreduced(x, detail::power_of_two(512)));
}
constexpr uint256 Fp::value() const {
  return detail::subtract_prime_once(detail::reduce_low_half(
      {montgomery.w[0], montgomery.w[1], montgomery.w[2], montgomery.w[3]}));
}

/// 1 / a; 0 for 0. Not in constant time.
Fp invert(const Fp& a);

} // namespace runahead::bn254
