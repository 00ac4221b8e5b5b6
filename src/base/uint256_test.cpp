// Every operation against GMP on values biased to where arithmetic breaks. RUNAHEAD_FULL=1 raises
// about two million operations to a hundred million; RUNAHEAD_SEED replays a run.
#include "base/hex.hpp"
#include "base/random.hpp"
#include "base/uint256.hpp"

#include <gmpxx.h>
#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <unordered_set>

namespace runahead {
namespace {

mpz_class big(const uint256& x) {
  mpz_class r;
  mpz_import(r.get_mpz_t(), 4, -1, 8, 0, 0, x.w);
  return r;
}

const mpz_class& modulus() {
  static const mpz_class m = mpz_class(1) << 256;
  return m;
}

/// x modulo 2^256, never negative.
mpz_class wrapped(const mpz_class& x) {
  mpz_class r;
  mpz_fdiv_r_2exp(r.get_mpz_t(), x.get_mpz_t(), 256);
  return r;
}

/// As two's complement.
mpz_class as_signed(const mpz_class& x) {
  return mpz_tstbit(x.get_mpz_t(), 255) ? x - modulus() : x;
}

mpz_class truth(bool b) { return b ? 1 : 0; }

unsigned long bits(const mpz_class& x) { return x == 0 ? 0 : mpz_sizeinbase(x.get_mpz_t(), 2); }

mpz_class power_mod(const mpz_class& base, const mpz_class& exponent) {
  mpz_class r;
  mpz_powm(r.get_mpz_t(), base.get_mpz_t(), exponent.get_mpz_t(), modulus().get_mpz_t());
  return r;
}

mpz_class extend_sign(const mpz_class& index, const mpz_class& x) {
  if (index > 30) return x;
  const mpz_class unit = mpz_class(1) << (8 * index.get_ui() + 8);
  const mpz_class low = x % unit;
  return wrapped(2 * low >= unit ? mpz_class(low - unit) : low);
}

mpz_class byte_of(const mpz_class& index, const mpz_class& x) {
  if (index > 31) return 0;
  return (x >> (8 * (31 - index.get_ui()))) & 0xff;
}

mpz_class shift_right(const mpz_class& x, const mpz_class& shift) {
  return x >> (shift > 256 ? 256 : shift.get_ui()); // rounds down, negative numbers too
}

struct Operands {
  uint256 a, b, c;
  mpz_class A, B, C;
};

/// One operation on both sides. Truths and counts are compared as numbers.
struct Operation {
  const char* name;
  uint256 (*ours)(const Operands&);
  mpz_class (*reference)(const Operands&);
  unsigned every = 1; ///< run in one of so many rounds; more than 1 where GMP is slow
};

using In = const Operands&;

const Operation operations[] = {
    {"add", [](In o) -> uint256 { return o.a + o.b; },
     [](In o) -> mpz_class { return wrapped(o.A + o.B); }},
    {"sub", [](In o) -> uint256 { return o.a - o.b; },
     [](In o) -> mpz_class { return wrapped(o.A - o.B); }},
    {"mul", [](In o) -> uint256 { return o.a * o.b; },
     [](In o) -> mpz_class { return wrapped(o.A * o.B); }},
    {"square", [](In o) -> uint256 { return o.a * o.a; },
     [](In o) -> mpz_class { return wrapped(o.A * o.A); }},
    {"negate", [](In o) -> uint256 { return -o.a; },
     [](In o) -> mpz_class { return wrapped(-o.A); }},
    {"and", [](In o) -> uint256 { return o.a & o.b; }, [](In o) -> mpz_class { return o.A & o.B; }},
    {"or", [](In o) -> uint256 { return o.a | o.b; }, [](In o) -> mpz_class { return o.A | o.B; }},
    {"xor", [](In o) -> uint256 { return o.a ^ o.b; }, [](In o) -> mpz_class { return o.A ^ o.B; }},
    {"not", [](In o) -> uint256 { return ~o.a; },
     [](In o) -> mpz_class { return modulus() - 1 - o.A; }},
    {"left shift", [](In o) -> uint256 { return o.a << static_cast<unsigned>(o.b.w[0] % 300); },
     [](In o) -> mpz_class { return wrapped(o.A << static_cast<unsigned>(o.b.w[0] % 300)); }},
    {"right shift", [](In o) -> uint256 { return o.a >> static_cast<unsigned>(o.b.w[0] % 300); },
     [](In o) -> mpz_class { return o.A >> static_cast<unsigned>(o.b.w[0] % 300); }},
    {"equal", [](In o) -> uint256 { return o.a == o.b; },
     [](In o) -> mpz_class { return truth(o.A == o.B); }},
    {"not equal", [](In o) -> uint256 { return o.a != o.b; },
     [](In o) -> mpz_class { return truth(o.A != o.B); }},
    {"less", [](In o) -> uint256 { return o.a < o.b; },
     [](In o) -> mpz_class { return truth(o.A < o.B); }},
    {"greater", [](In o) -> uint256 { return o.a > o.b; },
     [](In o) -> mpz_class { return truth(o.A > o.B); }},
    {"at most", [](In o) -> uint256 { return o.a <= o.b; },
     [](In o) -> mpz_class { return truth(o.A <= o.B); }},
    {"at least", [](In o) -> uint256 { return o.a >= o.b; },
     [](In o) -> mpz_class { return truth(o.A >= o.B); }},
    {"three-way",
     [](In o) -> uint256 { return (o.a <=> o.b) == 0  ? 0
                                  : (o.a <=> o.b) < 0 ? 1
                                                      : 2; },
     [](In o) -> mpz_class { return o.A == o.B  ? 0
                                    : o.A < o.B ? 1
                                                : 2; }},
    {"slt", [](In o) -> uint256 { return slt(o.a, o.b); },
     [](In o) -> mpz_class { return truth(as_signed(o.A) < as_signed(o.B)); }},
    {"bool", [](In o) -> uint256 { return static_cast<bool>(o.a); },
     [](In o) -> mpz_class { return truth(o.A != 0); }},
    {"is_zero", [](In o) -> uint256 { return o.a.is_zero(); },
     [](In o) -> mpz_class { return truth(o.A == 0); }},
    {"fits_u64", [](In o) -> uint256 { return o.a.fits_u64(); },
     [](In o) -> mpz_class { return truth((o.A >> 64) == 0); }},
    {"low limb", [](In o) -> uint256 { return static_cast<uint64_t>(o.a); },
     [](In o) -> mpz_class { return o.A & mpz_class(~0ul); }},
    {"bit_width", [](In o) -> uint256 { return o.a.bit_width(); },
     [](In o) -> mpz_class { return bits(o.A); }},
    {"byte_width", [](In o) -> uint256 { return o.a.byte_width(); },
     [](In o) -> mpz_class { return (bits(o.A) + 7) / 8; }},
    {"clz", [](In o) -> uint256 { return clz(o.a); },
     [](In o) -> mpz_class { return 256 - bits(o.A); }},
    {"udiv", [](In o) -> uint256 { return udiv(o.a, o.b); },
     [](In o) -> mpz_class { return o.B == 0 ? mpz_class(0) : mpz_class(o.A / o.B); }},
    {"umod", [](In o) -> uint256 { return umod(o.a, o.b); },
     [](In o) -> mpz_class { return o.B == 0 ? mpz_class(0) : mpz_class(o.A % o.B); }},
    {"udivrem quotient", [](In o) -> uint256 { return o.b ? udivrem(o.a, o.b).quot : 0; },
     [](In o) -> mpz_class { return o.B == 0 ? mpz_class(0) : mpz_class(o.A / o.B); }},
    {"udivrem remainder", [](In o) -> uint256 { return o.b ? udivrem(o.a, o.b).rem : 0; },
     [](In o) -> mpz_class { return o.B == 0 ? mpz_class(0) : mpz_class(o.A % o.B); }},
    {"sdiv", [](In o) -> uint256 { return sdiv(o.a, o.b); },
     [](In o) -> mpz_class {
       return o.B == 0 ? mpz_class(0) : wrapped(as_signed(o.A) / as_signed(o.B));
     }},
    {"smod", [](In o) -> uint256 { return smod(o.a, o.b); },
     [](In o) -> mpz_class {
       return o.B == 0 ? mpz_class(0) : wrapped(as_signed(o.A) % as_signed(o.B));
     }},
    {"addmod", [](In o) -> uint256 { return addmod(o.a, o.b, o.c); },
     [](In o) -> mpz_class { return o.C == 0 ? mpz_class(0) : mpz_class((o.A + o.B) % o.C); }},
    {"mulmod", [](In o) -> uint256 { return mulmod(o.a, o.b, o.c); },
     [](In o) -> mpz_class { return o.C == 0 ? mpz_class(0) : mpz_class(o.A * o.B % o.C); }},
    {"exp", [](In o) -> uint256 { return exp(o.a, o.b); },
     [](In o) -> mpz_class { return power_mod(o.A, o.B); }, 16},
    {"exp of small numbers", [](In o) -> uint256 { return exp(o.a.w[0] % 16, o.b.w[0] % 300); },
     [](In o) -> mpz_class { return power_mod(o.a.w[0] % 16, o.b.w[0] % 300); }, 4},
    {"signextend", [](In o) -> uint256 { return signextend(o.b, o.a); },
     [](In o) -> mpz_class { return extend_sign(o.B, o.A); }},
    {"signextend by a valid index", [](In o) -> uint256 { return signextend(o.b & 31, o.a); },
     [](In o) -> mpz_class { return extend_sign(o.B & 31, o.A); }},
    {"byte", [](In o) -> uint256 { return byte(o.b, o.a); },
     [](In o) -> mpz_class { return byte_of(o.B, o.A); }},
    {"byte of a valid index", [](In o) -> uint256 { return byte(o.b & 31, o.a); },
     [](In o) -> mpz_class { return byte_of(o.B & 31, o.A); }},
    {"shl", [](In o) -> uint256 { return shl(o.b, o.a); },
     [](In o) -> mpz_class { return o.B > 255 ? mpz_class(0) : wrapped(o.A << o.B.get_ui()); }},
    {"shr", [](In o) -> uint256 { return shr(o.b, o.a); },
     [](In o) -> mpz_class { return shift_right(o.A, o.B); }},
    {"sar", [](In o) -> uint256 { return sar(o.b, o.a); },
     [](In o) -> mpz_class { return wrapped(shift_right(as_signed(o.A), o.B)); }},
    {"shl below 256", [](In o) -> uint256 { return shl(o.b & 255, o.a); },
     [](In o) -> mpz_class { return wrapped(o.A << (o.b.w[0] & 255)); }},
    {"sar below 256", [](In o) -> uint256 { return sar(o.b & 255, o.a); },
     [](In o) -> mpz_class { return wrapped(shift_right(as_signed(o.A), o.B & 255)); }},
};

/// Draws operands; half of them related to each other, so that equal values, exact divisions, and
/// quotients just above and below a limb's border are common.
Operands draw(Random& random) {
  Operands o;
  o.a = random.edge_word();
  o.b = random.edge_word();
  o.c = random.edge_word();
  switch (random.below(8)) {
  case 0: o.b = o.a + random.below(3) - 1; break;
  case 1: o.a = o.b * random.edge_word() + random.below(3) - 1; break;
  case 2: o.a = o.b * random.next() + (o.b - 1); break;
  case 3: o.b = random.below(300); break;
  case 4: // a modulus whose product or sum limit is near
    o.a = o.c - random.below(3);
    o.b = o.c - 1 - random.below(3);
    break;
  default: break;
  }
  o.A = big(o.a);
  o.B = big(o.b);
  o.C = big(o.c);
  return o;
}

std::string describe(const Operands& o) {
  return "a = " + to_hex(o.a) + ", b = " + to_hex(o.b) + ", c = " + to_hex(o.c);
}

bool full_run() {
  const char* text = std::getenv("RUNAHEAD_FULL");
  return text != nullptr && std::string_view(text) == "1";
}

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

TEST(Uint256, AgreesWithGmpOnEveryOperation) {
  const uint64_t seed = seed_from_environment();
  const uint64_t wanted = full_run() ? 100'000'000 : 2'000'000;
  std::printf("RUNAHEAD_SEED=%llu, %llu operations\n", static_cast<unsigned long long>(seed),
              static_cast<unsigned long long>(wanted));
  Random random(seed);
  const auto start = std::chrono::steady_clock::now();
  uint64_t done = 0, next_line = wanted / 10;
  for (uint64_t round = 0; done < wanted; ++round) {
    const Operands o = draw(random);
    for (const Operation& op : operations) {
      if (round % op.every != 0) continue;
      const mpz_class result = big(op.ours(o)), expected = op.reference(o);
      ASSERT_TRUE(result == expected) << op.name << " of " << describe(o) << "\n  ours "
                                      << result.get_str(16) << "\n  GMP  " << expected.get_str(16);
      ++done;
    }
    if (full_run() && done >= next_line) {
      std::printf("%llu operations, %.0f s\n", static_cast<unsigned long long>(done),
                  seconds_since(start));
      std::fflush(stdout);
      next_line += wanted / 10;
    }
  }
  std::printf("%.1f million operations a second, GMP's side included\n",
              static_cast<double>(done) / seconds_since(start) / 1e6);
}

TEST(Uint256, CompoundFormsAgreeWithTheOperators) {
  const uint64_t seed = seed_from_environment();
  SCOPED_TRACE("RUNAHEAD_SEED=" + std::to_string(seed));
  Random random(seed);
  for (int round = 0; round < 2000; ++round) {
    const uint256 a = random.edge_word(), b = random.edge_word();
    const auto n = static_cast<unsigned>(random.below(300));
    const auto after = [&a](auto change) {
      uint256 x = a;
      change(x);
      return x;
    };
    ASSERT_EQ(after([&](uint256& x) { x += b; }), a + b);
    ASSERT_EQ(after([&](uint256& x) { x -= b; }), a - b);
    ASSERT_EQ(after([&](uint256& x) { x *= b; }), a * b);
    ASSERT_EQ(after([&](uint256& x) { x &= b; }), a & b);
    ASSERT_EQ(after([&](uint256& x) { x |= b; }), a | b);
    ASSERT_EQ(after([&](uint256& x) { x ^= b; }), a ^ b);
    ASSERT_EQ(after([&](uint256& x) { x <<= n; }), a << n);
    ASSERT_EQ(after([&](uint256& x) { x >>= n; }), a >> n);
    ASSERT_EQ(after([&](uint256& x) { x += x; }), a + a); // aliased
    ASSERT_EQ(after([&](uint256& x) { x *= x; }), a * a);
  }
}

TEST(Uint256, IsUsableInConstantExpressions) {
  constexpr uint256 a = uint256(1) << 200, b = uint256::max() - 4;
  static_assert(a + b == a - 5 && a - a == 0 && -uint256(1) == uint256::max());
  static_assert(uint256(7) * 6 == 42 && a * 2 == uint256(1) << 201 && (a * a).is_zero());
  static_assert(a < b && b > a && a <= a && (a <=> b) < 0 && a != b);
  static_assert((a >> 200) == 1 && a.bit_width() == 201 && a.byte_width() == 26 && !a.fits_u64());
  static_assert((a | 1) == (a ^ 1) && (b & 0xff) == 0xfb && ~uint256{} == uint256::max());
  static_assert(slt(b, a) && byte(31, b) == 0xfb && signextend(0, 0x80) == -uint256(0x80));
  static_assert(shl(4, 1) == 16 && shr(256, b) == 0 && sar(256, b) == uint256::max());
  static_assert(clz(0) == 256 && clz(a) == 55);
  // The run-time path, where the compiler cannot fold it.
  volatile uint64_t two = 2;
  EXPECT_EQ(a * two, uint256(1) << 201);
  EXPECT_TRUE(a < a + two);
}

TEST(Uint256, DividesWhereTheQuotientGuessIsTooLarge) {
  // Dividends and divisors for which algorithm D has to correct or add back (TAOCP 4.3.1, and the
  // 64-bit forms of the cases in Hacker's Delight).
  const uint64_t top = 1ull << 63, ones = ~0ull;
  const uint256 cases[][2] = {
      {{0, 0, top, ones >> 1}, {1, 0, top, 0}},
      {{3, 0, top, 0}, {1, 0, 1ull << 61, 0}},
      {{0, ones - 1, top, 0}, {ones, top, 0, 0}},
      {{0, 0, top, ones >> 1}, {1, 0, 0, top}},
      {{0, 0, 0, ones}, {ones, ones, 0, 0}},
      {{ones, ones, ones - 1, ones}, {ones, ones, 0, 0}},
      {{ones, ones, ones, ones - 1}, {ones, ones, ones, 0}},
      {{0, 0, ones - 1, ones}, {ones, 0, ones, 0}},
      {{ones, ones, ones, ones}, {1, 0, 0, 0}},
      {{0, 0, 0, top}, {0, top, 0, 0}},
  };
  for (const auto& [a, b] : cases) {
    const DivMod r = udivrem(a, b);
    EXPECT_TRUE(big(r.quot) == big(a) / big(b)) << to_hex(a) << " / " << to_hex(b);
    EXPECT_TRUE(big(r.rem) == big(a) % big(b)) << to_hex(a) << " / " << to_hex(b);
  }
}

TEST(Uint256, FollowsTheYellowPaperAtTheBorders) {
  const uint256 lowest = uint256(1) << 255, minus_one = uint256::max();
  EXPECT_EQ(udiv(5, 0), 0);
  EXPECT_EQ(umod(5, 0), 0);
  EXPECT_EQ(sdiv(5, 0), 0);
  EXPECT_EQ(smod(5, 0), 0);
  EXPECT_EQ(addmod(5, 6, 0), 0);
  EXPECT_EQ(mulmod(5, 6, 0), 0);
  EXPECT_EQ(sdiv(lowest, minus_one), lowest);
  EXPECT_EQ(smod(lowest, minus_one), 0);
  EXPECT_EQ(smod(-uint256(8), 3), -uint256(2));
  EXPECT_EQ(smod(8, -uint256(3)), 2);
  EXPECT_EQ(exp(0, 0), 1);
  EXPECT_EQ(exp(2, 256), 0);
  EXPECT_EQ(addmod(minus_one, minus_one, minus_one), 0);
  EXPECT_EQ(mulmod(minus_one, minus_one, 12), 9); // EIP-198's kind of surprise: no wrap in between
  EXPECT_EQ(signextend(31, lowest), lowest);
  EXPECT_EQ(signextend(uint256(1) << 64, 0xff), 0xff);
  EXPECT_EQ(byte(uint256(1) << 64, minus_one), 0);
}

TEST(Uint256, ReadsAndWritesBigEndian) {
  const uint64_t seed = seed_from_environment();
  SCOPED_TRACE("RUNAHEAD_SEED=" + std::to_string(seed));
  Random random(seed);
  for (int round = 0; round < 2000; ++round) {
    const Bytes bytes = random.bytes(random.below(33));
    mpz_class expected;
    mpz_import(expected.get_mpz_t(), bytes.size(), 1, 1, 0, 0, bytes.data());
    const uint256 x = from_be(bytes);
    ASSERT_TRUE(big(x) == expected) << to_hex(bytes);
    uint8_t written[32] = {};
    store_be(written, x);
    Bytes padded(32 - bytes.size());
    padded.insert(padded.end(), bytes.begin(), bytes.end());
    ASSERT_TRUE(equal(written, padded)) << to_hex(bytes);
    ASSERT_EQ(load_be(written), x);
    ASSERT_EQ(from(to_hash(x)), x);
    ASSERT_TRUE(equal(to_hash(x), padded));
    ASSERT_TRUE(equal(to_address(x), BytesView(padded).last(20)));
    ASSERT_TRUE(big(from(to_address(x))) == expected % (mpz_class(1) << 160));
  }
}

TEST(Uint256, ConvertsToAndFromDecimal) {
  const uint64_t seed = seed_from_environment();
  SCOPED_TRACE("RUNAHEAD_SEED=" + std::to_string(seed));
  Random random(seed);
  for (int round = 0; round < 5000; ++round) {
    const uint256 x = random.edge_word();
    ASSERT_EQ(to_decimal(x), big(x).get_str()) << to_hex(x);
    ASSERT_EQ(parse_decimal(to_decimal(x)).value(), x);
  }
  EXPECT_EQ(to_decimal(uint256(10'000'000'000'000'000'000ull) * 10'000'000'000),
            "1" + std::string(29, '0'));
  EXPECT_EQ(parse_decimal("007").value(), 7);
}

TEST(Uint256, RefusesWhatIsNotADecimalOf256Bits) {
  EXPECT_FALSE(parse_decimal(""));
  EXPECT_FALSE(parse_decimal("-1"));
  EXPECT_FALSE(parse_decimal("+1"));
  EXPECT_FALSE(parse_decimal(" 1"));
  EXPECT_FALSE(parse_decimal("1e3"));
  EXPECT_FALSE(parse_decimal("0x10"));
  EXPECT_TRUE(parse_decimal(modulus().get_str().replace(77, 1, "5"))); // 2^256 - 1
  EXPECT_FALSE(parse_decimal(modulus().get_str()));
  EXPECT_FALSE(parse_decimal(modulus().get_str() + "0"));
  EXPECT_FALSE(parse_decimal("1" + std::string(200, '0')));
  EXPECT_EQ(parse_decimal("12a").error().message, "not a decimal number: '12a'");
}

TEST(Uint256, HashesDifferForNeighboursAndSwappedLimbs) {
  std::unordered_set<size_t> hashes;
  const std::hash<uint256> hash;
  size_t values = 0;
  for (unsigned k = 0; k < 256; ++k, ++values) hashes.insert(hash(uint256(1) << k));
  for (unsigned k = 1; k < 256; ++k, ++values) hashes.insert(hash(~(uint256(1) << k)));
  for (uint64_t n = 3; n < 4000; n += 2, ++values) hashes.insert(hash(n));
  EXPECT_EQ(hashes.size(), values);
}

} // namespace
} // namespace runahead
