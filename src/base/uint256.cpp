#include "base/uint256.hpp"

#include "base/hex.hpp"

#include <cassert>

namespace runahead {

namespace {

using u128 = unsigned __int128;

constexpr uint64_t low64(u128 x) { return static_cast<uint64_t>(x); }
constexpr uint64_t high64(u128 x) { return static_cast<uint64_t>(x >> 64); }

/// Limbs up to and including the highest that is not zero.
unsigned significant_limbs(const uint64_t* w, unsigned count) {
  while (count > 0 && w[count - 1] == 0) --count;
  return count;
}

struct Quotient2by1 {
  uint64_t quot, rem;
};

/// (high * 2^64 + low) / d. REQUIRES: high < d.
Quotient2by1 divide_2by1(uint64_t high, uint64_t low, uint64_t d) {
  uint64_t quot, rem;
  asm("divq %[d]" : "=a"(quot), "=d"(rem) : "a"(low), "d"(high), [d] "rm"(d) : "cc");
  return {quot, rem};
}

/// Subtracts q * d from the n + 1 limbs at u, in place; true if the result is negative.
bool subtract_product(uint64_t* u, const uint64_t* d, unsigned n, uint64_t q) {
  uint64_t carry = 0;
  unsigned long long borrow = 0;
  for (unsigned i = 0; i < n; ++i) {
    const u128 p = static_cast<u128>(q) * d[i] + carry;
    carry = high64(p);
    u[i] = __builtin_subcll(u[i], low64(p), borrow, &borrow);
  }
  u[n] = __builtin_subcll(u[n], carry, borrow, &borrow);
  return borrow != 0;
}

void add_back(uint64_t* u, const uint64_t* d, unsigned n) {
  unsigned long long carry = 0;
  for (unsigned i = 0; i < n; ++i) u[i] = __builtin_addcll(u[i], d[i], carry, &carry);
  u[n] += carry;
}

/// Knuth, TAOCP vol. 2, 4.3.1, algorithm D. `u` has m + 1 limbs, `d` n >= 2 with the top bit set;
/// leaves the remainder in u[0..n), the quotient's limbs in q[0..m - n].
void divide_normalized(uint64_t* u, unsigned m, const uint64_t* d, unsigned n, uint64_t* q) {
  for (unsigned j = m - n + 1; j-- > 0;) {
    uint64_t guess = ~0ull;
    if (u[j + n] < d[n - 1]) {
      auto [quot, rem] = divide_2by1(u[j + n], u[j + n - 1], d[n - 1]);
      guess = quot;
      u128 r = rem;
      while (high64(r) == 0 && static_cast<u128>(guess) * d[n - 2] > (r << 64 | u[j + n - 2])) {
        --guess;
        r += d[n - 1];
      }
    }
    if (subtract_product(u + j, d, n, guess)) {
      --guess;
      add_back(u + j, d, n);
    }
    while (u[j + n] != 0) { // only where the guess was cut to 2^64 - 1
      ++guess;
      (void)subtract_product(u + j, d, n, 1);
    }
    q[j] = guess;
  }
}

/// Divides `count` <= 8 limbs at `a` by b; quotient limbs into q (count of them), remainder
/// returned.
uint256 divide(const uint64_t* a, unsigned count, const uint256& b, uint64_t* q) {
  for (unsigned i = 0; i < count; ++i) q[i] = 0;
  const unsigned m = significant_limbs(a, count), n = significant_limbs(b.w, 4);
  assert(n > 0);
  if (n == 1) {
    uint64_t rem = 0;
    for (unsigned i = m; i-- > 0;) {
      const auto step = divide_2by1(rem, a[i], b.w[0]);
      q[i] = step.quot;
      rem = step.rem;
    }
    return rem;
  }
  uint256 rem;
  if (m < n) {
    for (unsigned i = 0; i < m; ++i) rem.w[i] = a[i];
    return rem;
  }
  const auto shift = static_cast<unsigned>(std::countl_zero(b.w[n - 1]));
  const uint256 d = b << shift;
  uint64_t u[9] = {};
  for (unsigned i = 0; i < m; ++i) {
    u[i] |= a[i] << shift;
    u[i + 1] = shift == 0 ? 0 : a[i] >> (64 - shift);
  }
  divide_normalized(u, m, d.w, n, q);
  for (unsigned i = 0; i < n; ++i) rem.w[i] = u[i];
  return rem >> shift;
}

bool is_negative(const uint256& x) { return x.w[3] >> 63 != 0; }
uint256 magnitude(const uint256& x) { return is_negative(x) ? -x : x; }

} // namespace

DivMod udivrem(const uint256& a, const uint256& b) {
  DivMod r;
  r.rem = divide(a.w, 4, b, r.quot.w);
  return r;
}

uint256 udiv(const uint256& a, const uint256& b) {
  return b.is_zero() ? uint256{} : udivrem(a, b).quot;
}

uint256 umod(const uint256& a, const uint256& b) {
  return b.is_zero() ? uint256{} : udivrem(a, b).rem;
}

uint256 sdiv(const uint256& a, const uint256& b) {
  if (b.is_zero()) return {};
  const uint256 quot = udivrem(magnitude(a), magnitude(b)).quot;
  return is_negative(a) != is_negative(b) ? -quot : quot;
}

uint256 smod(const uint256& a, const uint256& b) {
  if (b.is_zero()) return {};
  const uint256 rem = udivrem(magnitude(a), magnitude(b)).rem;
  return is_negative(a) ? -rem : rem;
}

uint256 addmod(const uint256& a, const uint256& b, const uint256& m) {
  if (m.is_zero()) return {};
  const uint256 sum = a + b;
  const uint64_t limbs[5] = {sum.w[0], sum.w[1], sum.w[2], sum.w[3], sum < a};
  uint64_t quot[5];
  return divide(limbs, 5, m, quot);
}

uint256 mulmod(const uint256& a, const uint256& b, const uint256& m) {
  if (m.is_zero()) return {};
  uint64_t product[8] = {};
  for (unsigned i = 0; i < 4; ++i) {
    uint64_t carry = 0;
    for (unsigned j = 0; j < 4; ++j) {
      const u128 t = static_cast<u128>(a.w[i]) * b.w[j] + product[i + j] + carry;
      product[i + j] = low64(t);
      carry = high64(t);
    }
    product[i + 4] = carry;
  }
  uint64_t quot[8];
  return divide(product, 8, m, quot);
}

uint256 exp(const uint256& base, const uint256& exponent) {
  uint256 result = 1, power = base;
  for (unsigned i = 0, bits = exponent.bit_width(); i < bits; ++i) {
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
