#include "base/uint256.hpp"

#include "base/hex.hpp"

#include <array>
#include <cassert>

namespace runahead {

namespace {

using u128 = unsigned __int128;

constexpr uint64_t low64(u128 x) { return static_cast<uint64_t>(x); }
constexpr uint64_t high64(u128 x) { return static_cast<uint64_t>(x >> 64); }
constexpr u128 join(uint64_t high, uint64_t low) { return static_cast<u128>(high) << 64 | low; }

// --- one limb ---

struct Quotient2by1 {
  uint64_t quot, rem;
};

/// (high * 2^64 + low) / d by the processor's division, which compilers do not use for it because
/// it traps if the quotient does not fit. REQUIRES: high < d.
Quotient2by1 divide_2by1(uint64_t high, uint64_t low, uint64_t d) {
  uint64_t quot, rem;
  asm("divq %[d]" : "=a"(quot), "=d"(rem) : "a"(low), "d"(high), [d] "r"(d) : "cc");
  return {quot, rem};
}

/// Divides the limbs at `a` by d; writes all limbs of the quotient and returns the remainder.
template <unsigned m>
[[gnu::always_inline]] inline uint64_t divide_by_limb(const uint64_t* a, uint64_t d, uint64_t* q) {
  uint64_t rem = 0;
#pragma unroll
  for (unsigned i = m; i-- > 0;) {
    if (rem == 0 && a[i] < d) { // a leading zero, mostly
      q[i] = 0;
      rem = a[i];
      continue;
    }
    const auto step = divide_2by1(rem, a[i], d);
    q[i] = step.quot;
    rem = step.rem;
  }
  return rem;
}

// --- two to four limbs: Knuth's algorithm D (TAOCP vol. 2, 4.3.1) with the reciprocal of the
// divisor's two top limbs in place of divisions (Moeller and Granlund, "Improved division by
// invariant integers", IEEE Transactions on Computers 60, 2011; algorithms 4 and 6 there) ---

/// floor((2^192 - 1) / d) - 2^64. REQUIRES: the top bit of d is set.
uint64_t reciprocal(u128 d) {
  const uint64_t d1 = high64(d), d0 = low64(d);
  uint64_t v = divide_2by1(~d1, ~0ull, d1).quot;
  uint64_t p = d1 * v + d0;
  if (p < d0) {
    --v;
    if (p >= d1) {
      --v;
      p -= d1;
    }
    p -= d1;
  }
  const u128 t = static_cast<u128>(v) * d0;
  p += high64(t);
  if (p < high64(t)) {
    --v;
    if (join(p, low64(t)) >= d) --v;
  }
  return v;
}

struct Quotient3by2 {
  uint64_t quot;
  u128 rem;
};

/// (high * 2^64 + low) / d where `v` is d's reciprocal. REQUIRES: high < d, the top bit of d is
/// set.
Quotient3by2 divide_3by2(u128 high, uint64_t low, u128 d, uint64_t v) {
  u128 q = static_cast<u128>(v) * high64(high) + high;
  const uint64_t r1 = low64(high) - high64(q) * high64(d);
  u128 rem = join(r1, low) - static_cast<u128>(high64(q)) * low64(d) - d;
  uint64_t quot = high64(q) + 1;
  const bool too_large = high64(rem) >= low64(q); // as often as not: no branch
  quot -= too_large;
  rem += too_large ? d : 0;
  if (rem >= d) [[unlikely]] {
    ++quot;
    rem -= d;
  }
  return {quot, rem};
}

/// u[j..j+n] - (2^64 - 1) * d in place, for the one case in which the top limbs of both are equal:
/// then 2^64 - 1, the largest digit, is the right one.
void subtract_largest_multiple(uint64_t* u, const uint64_t* d, unsigned n) {
  uint64_t carry = 0;
  unsigned long long borrow = 0;
  for (unsigned i = 0; i < n; ++i) {
    const u128 p = static_cast<u128>(~0ull) * d[i] + carry;
    carry = high64(p);
    u[i] = __builtin_subcll(u[i], low64(p), borrow, &borrow);
  }
}

/// Digit by digit from the top: q[j] becomes floor(u[j..j+n] / d), u[j..j+n] the remainder of that.
/// `u` has m + 1 limbs, `d` n with the top bit set, u[m] < d[n-1]. Writes m - n + 1 digits; leaves
/// the remainder in u[0..n). Unrolled, with the two top limbs of the remainder carried along in
/// registers.
template <unsigned m, unsigned n>
[[gnu::always_inline]] inline void divide_normalized(uint64_t* u, const uint64_t* d, uint64_t* q) {
  const u128 d_top = join(d[n - 1], d[n - 2]);
  const uint64_t v = reciprocal(d_top);
  u128 top = join(u[m], u[m - 1]);
#pragma unroll
  for (unsigned j = m - n + 1; j-- > 0;) {
    const uint64_t next = u[j + n - 2];
    if (top < d[n - 1]) { // a leading zero, mostly
      q[j] = 0;
      top = join(low64(top), next);
      continue;
    }
    if (n > 2 && top == d_top) [[unlikely]] {
      u[j + n - 1] = low64(top);
      subtract_largest_multiple(u + j, d, n);
      q[j] = ~0ull;
      top = join(u[j + n - 1], u[j + n - 2]);
      continue;
    }
    auto [digit, rem] = divide_3by2(top, next, d_top, v);
    uint64_t carry = 0;
#pragma unroll
    for (unsigned i = 0; i + 2 < n; ++i) {
      const u128 p = static_cast<u128>(digit) * d[i] + carry;
      carry = high64(p) + (u[j + i] < low64(p));
      u[j + i] -= low64(p);
    }
    const bool negative = rem < carry;
    rem -= carry;
    if (n > 2 && negative) [[unlikely]] { // the digit, guessed by two limbs, was one too large
      unsigned long long c = 0;
      for (unsigned i = 0; i + 2 < n; ++i) u[j + i] = __builtin_addcll(u[j + i], d[i], c, &c);
      rem += d_top + c;
      --digit;
    }
    q[j] = digit;
    top = rem;
  }
  u[n - 2] = low64(top);
  u[n - 1] = high64(top);
}

/// Divides the m limbs at `a` by b, which has n >= 2. Writes m - n + 1 limbs to `q`; returns the
/// remainder.
template <unsigned m, unsigned n>
[[gnu::always_inline]] inline uint256 divide_by_limbs(const uint64_t* a, const uint256& b,
                                                      uint64_t* q) {
  const auto shift = static_cast<unsigned>(std::countl_zero(b.w[n - 1]));
  // What limb i of w << shift has from the limb below.
  const auto from_below = [shift](const uint64_t* w, unsigned i) {
    return i == 0 ? 0 : w[i - 1] >> 1 >> (shift ^ 63);
  };
  uint64_t u[m + 1], d[n];
#pragma unroll
  for (unsigned i = 0; i < m; ++i) u[i] = a[i] << shift | from_below(a, i);
  u[m] = from_below(a, m);
#pragma unroll
  for (unsigned i = 0; i < n; ++i) d[i] = b.w[i] << shift | from_below(b.w, i);
  divide_normalized<m, n>(u, d, q);
  uint256 rem;
#pragma unroll
  for (unsigned i = 0; i < n; ++i) {
    rem.w[i] = u[i] >> shift | (i + 1 < n ? u[i + 1] << 1 << (shift ^ 63) : 0);
  }
  return rem;
}

/// Divides 64 * m bits by b != 0. Writes limbs of the quotient to `q`, which is zero before.
template <unsigned m>
[[gnu::always_inline]] inline uint256 divide(const uint64_t* a, const uint256& b, uint64_t* q) {
  if (b.w[3] != 0) return divide_by_limbs<m, 4>(a, b, q);
  if (b.w[2] != 0) return divide_by_limbs<m, 3>(a, b, q);
  if (b.w[1] != 0) return divide_by_limbs<m, 2>(a, b, q);
  return divide_by_limb<m>(a, b.w[0], q);
}

/// The body of the four divisions; inlined so that what a caller does not need is not computed.
[[gnu::always_inline]] inline DivMod divide_words(const uint256& a, const uint256& b) {
  if (a.fits_u64() && b.fits_u64()) return {a.w[0] / b.w[0], a.w[0] % b.w[0]};
  if (a < b) return {0, a};
  DivMod r;
  r.rem = divide<4>(a.w, b, r.quot.w);
  return r;
}

bool is_negative(const uint256& x) { return x.w[3] >> 63 != 0; }
uint256 magnitude(const uint256& x) { return is_negative(x) ? -x : x; }

/// All 512 bits of a * b. A row's low and high halves are added as two chains of carries.
[[gnu::always_inline]] inline std::array<uint64_t, 8> full_product(const uint256& a,
                                                                   const uint256& b) {
  std::array<uint64_t, 8> r{};
#pragma unroll
  for (unsigned i = 0; i < 4; ++i) {
    u128 row[4];
    unsigned long long carry = 0;
#pragma unroll
    for (unsigned j = 0; j < 4; ++j) row[j] = static_cast<u128>(a.w[i]) * b.w[j];
#pragma unroll
    for (unsigned j = 0; j < 4; ++j) {
      r[i + j] = __builtin_addcll(r[i + j], low64(row[j]), carry, &carry);
    }
    r[i + 4] = carry;
    carry = 0;
#pragma unroll
    for (unsigned j = 0; j < 4; ++j) {
      r[i + j + 1] = __builtin_addcll(r[i + j + 1], high64(row[j]), carry, &carry);
    }
  }
  return r;
}

/// (a + b) mod m. REQUIRES: a <= m, b < m.
uint256 add_reduced(const uint256& a, const uint256& b, const uint256& m) {
  const uint256 sum = a + b;
  const bool carry = sum < a;
  return carry || sum >= m ? sum - m : sum;
}

} // namespace

DivMod udivrem(const uint256& a, const uint256& b) {
  assert(!b.is_zero());
  return divide_words(a, b);
}

uint256 udiv(const uint256& a, const uint256& b) {
  return b.is_zero() ? uint256{} : divide_words(a, b).quot;
}

uint256 umod(const uint256& a, const uint256& b) {
  return b.is_zero() ? uint256{} : divide_words(a, b).rem;
}

uint256 sdiv(const uint256& a, const uint256& b) {
  if (b.is_zero()) return {};
  const uint256 quot = divide_words(magnitude(a), magnitude(b)).quot;
  return is_negative(a) != is_negative(b) ? -quot : quot;
}

uint256 smod(const uint256& a, const uint256& b) {
  if (b.is_zero()) return {};
  const uint256 rem = divide_words(magnitude(a), magnitude(b)).rem;
  return is_negative(a) ? -rem : rem;
}

uint256 addmod(const uint256& a, const uint256& b, const uint256& m) {
  if (m.is_zero()) return {};
  return add_reduced(a < m ? a : udivrem(a, m).rem, b < m ? b : udivrem(b, m).rem, m);
}

uint256 mulmod(const uint256& a, const uint256& b, const uint256& m) {
  if (m.is_zero()) return {};
  const auto product = full_product(a, b);
  const uint256 low = {product[0], product[1], product[2], product[3]};
  const uint256 high = {product[4], product[5], product[6], product[7]};
  if (high.is_zero()) return udivrem(low, m).rem;
  if (m == uint256::max()) {
    // 2^256 is 1 there. Solidity code takes high halves of products with this modulus.
    return add_reduced(low, high, m);
  }
  uint64_t quot[8];
  return divide<8>(product.data(), m, quot);
}

uint256 exp(const uint256& base, const uint256& exponent) {
  if (base == 2) return shl(exponent, 1);
  uint256 result = 1, power = base;
  for (unsigned i = 0, bits = exponent.bit_width(); i < bits; ++i) {
    if (power.is_zero()) return {}; // and the exponent's top bit is still to come
    if (exponent.w[i / 64] >> i % 64 & 1) result *= power;
    power *= power;
  }
  return result;
}

namespace {
constexpr uint64_t ten_to_19 = 10'000'000'000'000'000'000ull;
}

std::string to_decimal(const uint256& x) {
  char digits[80];
  char* first = digits + sizeof digits;
  uint256 rest = x;
  do {
    const DivMod step = udivrem(rest, ten_to_19);
    uint64_t group = step.rem.w[0];
    rest = step.quot;
    for (int i = 0; i < 19 && (group != 0 || !rest.is_zero()); ++i, group /= 10) {
      *--first = static_cast<char>('0' + group % 10);
    }
  } while (!rest.is_zero());
  if (first == digits + sizeof digits) *--first = '0';
  return {first, digits + sizeof digits};
}

Result<uint256> parse_decimal(std::string_view text) {
  if (text.empty()) return fail("not a decimal number: empty");
  uint256 x;
  for (const char c : text) {
    if (c < '0' || c > '9') return fail("not a decimal number: " + quoted_start(text));
    const auto digit = static_cast<uint64_t>(c - '0');
    // (2^256 - 1) / 10 rounded down, and its remainder 5.
    constexpr uint256 limit = {0x9999999999999999, 0x9999999999999999, 0x9999999999999999,
                               0x1999999999999999};
    if (x > limit || (x == limit && digit > 5)) {
      return fail("does not fit 256 bits: " + quoted_start(text));
    }
    x = x * 10 + digit;
  }
  return x;
}

} // namespace runahead
