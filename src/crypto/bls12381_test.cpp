// The library is compared with affine arithmetic written out here over GMP.
#include "base/hex.hpp"
#include "base/random.hpp"
#include "base/uint256.hpp"
#include "crypto/bls12381.hpp"
#include "crypto/keccak.hpp"

#include <gmpxx.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <optional>
#include <string>
#include <vector>

namespace runahead::bls12381 {
namespace {

/// A fresh generator; its seed is printed so that a failure can be run again.
Random seeded() {
  const uint64_t seed = seed_from_environment();
  std::printf("RUNAHEAD_SEED=%llu\n", static_cast<unsigned long long>(seed));
  return Random(seed);
}

// --- fields ---

const mpz_class p("0x1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f6241eabfffeb153ff"
                  "ffb9feffffffffaaab");
const mpz_class order("0x73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001");

mpz_class modulo(const mpz_class& x) {
  mpz_class r;
  mpz_mod(r.get_mpz_t(), x.get_mpz_t(), p.get_mpz_t());
  return r;
}

mpz_class power(const mpz_class& x, const mpz_class& exponent) {
  mpz_class r;
  mpz_powm(r.get_mpz_t(), x.get_mpz_t(), exponent.get_mpz_t(), p.get_mpz_t());
  return r;
}

mpz_class random_number(Random& random) {
  const Bytes bytes = random.bytes(64);
  mpz_class x;
  mpz_import(x.get_mpz_t(), bytes.size(), 1, 1, 0, 0, bytes.data());
  return modulo(x);
}

void append(Bytes& to, const mpz_class& x, size_t size) {
  Bytes bytes(size, 0);
  size_t count = (mpz_sizeinbase(x.get_mpz_t(), 2) + 7) / 8;
  if (x == 0) count = 0;
  ASSERT_LE(count, size);
  mpz_export(bytes.data() + size - count, nullptr, 1, 1, 0, 0, x.get_mpz_t());
  to.insert(to.end(), bytes.begin(), bytes.end());
}

struct Fp {
  mpz_class v;

  Fp() = default;
  Fp(const mpz_class& x) : v(modulo(x)) {}
  Fp(int x) : Fp(mpz_class(x)) {}
  bool operator==(const Fp&) const = default;
  friend Fp operator+(const Fp& a, const Fp& b) { return mpz_class(a.v + b.v); }
  friend Fp operator-(const Fp& a, const Fp& b) { return mpz_class(a.v - b.v); }
  friend Fp operator*(const Fp& a, const Fp& b) { return mpz_class(a.v * b.v); }
  Fp inverse() const { return power(v, p - 2); }
  std::optional<Fp> root() const {
    const Fp r = power(v, (p + 1) / 4); // p is 3 modulo 4
    return r * r == *this ? std::optional(r) : std::nullopt;
  }
  static Fp curve_b() { return 4; }
  static Fp random(Random& from) { return random_number(from); }
  void append_to(Bytes& to) const { append(to, v, field_bytes); }
};

/// a + b i with i^2 = -1.
struct Fp2 {
  Fp a, b;

  bool operator==(const Fp2&) const = default;
  friend Fp2 operator+(const Fp2& x, const Fp2& y) { return {x.a + y.a, x.b + y.b}; }
  friend Fp2 operator-(const Fp2& x, const Fp2& y) { return {x.a - y.a, x.b - y.b}; }
  friend Fp2 operator*(const Fp2& x, const Fp2& y) {
    return {x.a * y.a - x.b * y.b, x.a * y.b + x.b * y.a};
  }
  Fp2 inverse() const {
    const Fp n = (a * a + b * b).inverse();
    return {a * n, Fp(0) - b * n};
  }
  /// From the norm: if (c + d i)^2 = a + b i, then c^2 = (a +- |a + b i|) / 2 and d = b / 2c.
  std::optional<Fp2> root() const {
    const auto norm = (a * a + b * b).root();
    if (!norm) return std::nullopt;
    for (const Fp& length : {*norm, Fp(0) - *norm}) {
      const auto c = ((a + length) * Fp(2).inverse()).root();
      if (!c || *c == Fp(0)) continue;
      const Fp2 r{*c, b * (Fp(2) * *c).inverse()};
      if (r * r == *this) return r;
    }
    return std::nullopt;
  }
  static Fp2 curve_b() { return {4, 4}; }
  static Fp2 random(Random& from) { return {Fp::random(from), Fp::random(from)}; }
  void append_to(Bytes& to) const {
    a.append_to(to);
    b.append_to(to);
  }
};

// --- curves ---

/// Nothing is the point at infinity.
template <class F>
struct Coordinates {
  F x, y;
};
template <class F>
using Point = std::optional<Coordinates<F>>;

template <class F>
Point<F> negated(const Point<F>& a) {
  if (!a) return a;
  return Coordinates<F>{a->x, F{} - a->y};
}

template <class F>
Point<F> sum(const Point<F>& a, const Point<F>& b) {
  if (!a) return b;
  if (!b) return a;
  if (a->x == b->x && !(a->y == b->y)) return std::nullopt;
  if (a->x == b->x && a->y == F{}) return std::nullopt;
  const F square = a->x * a->x;
  const F slope = a->x == b->x ? (square + square + square) * (a->y + a->y).inverse()
                               : (b->y - a->y) * (b->x - a->x).inverse();
  const F x = slope * slope - a->x - b->x;
  return Coordinates<F>{x, slope * (a->x - x) - a->y};
}

template <class F>
Point<F> multiple(const Point<F>& a, const mpz_class& scalar) {
  Point<F> result;
  for (size_t bit = mpz_sizeinbase(scalar.get_mpz_t(), 2); bit-- > 0;) {
    result = sum(result, result);
    if (mpz_tstbit(scalar.get_mpz_t(), bit) != 0) result = sum(result, a);
  }
  return result;
}

/// On the curve; in the group with a chance of one in more than 2^125.
template <class F>
Point<F> random_point(Random& random) {
  for (;;) {
    const F x = F::random(random);
    if (const auto y = (x * x * x + F::curve_b()).root()) return Coordinates<F>{x, *y};
  }
}

template <class F>
Point<F> generator();
template <>
Point<Fp> generator() {
  return Coordinates<Fp>{
      mpz_class("0x17f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905a14e3a3f171bac586c55e83ff97a1aef"
                "fb3af00adb22c6bb"),
      mpz_class("0x08b3f481e3aaa0f1a09e30ed741d8ae4fcf5e095d5d00af600db18cb2c04b3edd03cc744a2888ae4"
                "0caa232946c5e7e1")};
}
template <>
Point<Fp2> generator() {
  return Coordinates<Fp2>{
      {mpz_class("0x024aa2b2f08f0a91260805272dc51051c6e47ad4fa403b02b4510b647ae3d1770bac0326a805bbe"
                 "fd48056c8c121bdb8"),
       mpz_class("0x13e02b6052719f607dacd3a088274f65596bd0d09920b61ab5da61bbdc7f5049334cf11213945d5"
                 "7e5ac7d055d042b7e")},
      {mpz_class("0x0ce5d527727d6e118cc9cdc6da2e351aadfd9baa8cbdd3a76d429a695160d12c923ac9cc3baca28"
                 "9e193548608b82801"),
       mpz_class("0x0606c4a02ea734cc32acd2b02bc28b99cb3e287e85a763af267492ab572e99ab3f370d275cec1da"
                 "1aaa9075ff05f79be")}};
}

template <class F>
Bytes encoded(const Point<F>& a) {
  if (!a) return Bytes(std::is_same_v<F, Fp> ? g1_bytes : g2_bytes, 0);
  Bytes bytes;
  a->x.append_to(bytes);
  a->y.append_to(bytes);
  return bytes;
}

Bytes joined(const Bytes& a, const Bytes& b) {
  Bytes both = a;
  both.insert(both.end(), b.begin(), b.end());
  return both;
}

/// "refused", or hex.
template <class Result>
std::string text(const std::optional<Result>& result) {
  return result ? to_hex(*result) : "refused";
}

// --- the functions by group ---

template <class F>
std::string added(const Bytes& input) {
  if constexpr (std::is_same_v<F, Fp>)
    return text(g1_add(input));
  else
    return text(g2_add(input));
}

template <class F>
std::string summed(const Bytes& terms) {
  if constexpr (std::is_same_v<F, Fp>)
    return text(g1_multi_scalar(terms));
  else
    return text(g2_multi_scalar(terms));
}

template <class F>
Bytes term(const Point<F>& point, const mpz_class& scalar) {
  Bytes bytes = encoded(point);
  append(bytes, scalar, scalar_bytes);
  return bytes;
}

std::string answer(const std::optional<bool>& result) {
  return !result ? "refused" : *result ? "one" : "not one";
}

template <class F>
class Bls12381Group : public testing::Test {};
struct GroupNames {
  template <class F>
  static std::string GetName(int) {
    return std::is_same_v<F, Fp> ? "G1" : "G2";
  }
};
using Groups = testing::Types<Fp, Fp2>;
TYPED_TEST_SUITE(Bls12381Group, Groups, GroupNames);

TYPED_TEST(Bls12381Group, AddsAnyPointsOfTheCurve) {
  Random random = seeded();
  const Point<TypeParam> infinity;
  for (int i = 0; i < 20; ++i) {
    const auto a = random_point<TypeParam>(random), b = random_point<TypeParam>(random);
    for (const auto& [left, right] : {std::pair(a, b),
                                      {a, a},
                                      {a, negated(a)},
                                      {a, infinity},
                                      {infinity, b},
                                      {infinity, infinity},
                                      {a, multiple(generator<TypeParam>(), mpz_class(i))}})
      ASSERT_EQ(added<TypeParam>(joined(encoded(left), encoded(right))),
                to_hex(encoded(sum(left, right))));
  }
}

/// Scalars around what the code splits at: the order, z^2, |z| and its powers.
std::vector<mpz_class> edge_scalars() {
  const mpz_class z("0xd201000000010000");
  std::vector<mpz_class> scalars = {0, 1, 2, 7, 8, 9, 15, 16, 17, (mpz_class(1) << 256) - 1};
  for (const mpz_class& centre :
       {z, mpz_class(z * z), mpz_class(z * z * z), order, mpz_class(2 * order),
        mpz_class(mpz_class(1) << 64), mpz_class(mpz_class(1) << 128), mpz_class(order / 2)})
    for (int offset = -1; offset <= 1; ++offset) scalars.push_back(centre + offset);
  return scalars;
}

TYPED_TEST(Bls12381Group, MultipliesByScalars) {
  Random random = seeded();
  const auto base = multiple(generator<TypeParam>(), random_number(random) % order);
  std::vector<mpz_class> scalars = edge_scalars();
  for (int i = 0; i < 6; ++i) scalars.push_back(random_number(random) % (mpz_class(1) << 256));
  for (const mpz_class& scalar : scalars)
    ASSERT_EQ(summed<TypeParam>(term(base, scalar)), to_hex(encoded(multiple(base, scalar))))
        << scalar.get_str(16);
}

/// Points are small multiples of one, so that the expected sum is a single multiplication. Some
/// are the same, some each other's negatives, some at infinity, some times nothing.
TYPED_TEST(Bls12381Group, SumsManyTerms) {
  Random random = seeded();
  const mpz_class factor = random_number(random) % order;
  const auto base = multiple(generator<TypeParam>(), factor);
  std::vector<Point<TypeParam>> multiples(1);
  for (int i = 1; i < 30; ++i) multiples.push_back(sum(multiples.back(), base));
  const std::vector<mpz_class> edges = edge_scalars();
  // Around where the method changes (20, 40), and where terms are summed in parts (1024).
  for (const size_t count : {2, 3, 5, 19, 20, 21, 39, 40, 41, 100, 1023, 1024, 1025, 1100}) {
    Bytes terms;
    mpz_class total;
    for (size_t i = 0; i < count; ++i) {
      const uint64_t index = random.below(multiples.size());
      const bool negative = random.chance(0.5);
      const mpz_class scalar = random.chance(0.3) ? edges[random.below(edges.size())]
                                                  : random_number(random) % (mpz_class(1) << 256);
      const auto point = negative ? negated(multiples[index]) : multiples[index];
      terms = joined(terms, term(point, scalar));
      total += (negative ? -1 : 1) * mpz_class(static_cast<unsigned long>(index)) * scalar;
    }
    mpz_mod(total.get_mpz_t(), total.get_mpz_t(), order.get_mpz_t());
    ASSERT_EQ(summed<TypeParam>(terms), to_hex(encoded(multiple(base, total)))) << count;
  }
}

TYPED_TEST(Bls12381Group, MultipliesOnlyPointsOfTheGroup) {
  Random random = seeded();
  const Bytes good = term(generator<TypeParam>(), 5);
  for (int i = 0; i < 5; ++i) {
    const auto stray = random_point<TypeParam>(random);
    ASSERT_TRUE(multiple(stray, order).has_value());
    for (const mpz_class scalar : {0, 1, 2}) {
      EXPECT_EQ(summed<TypeParam>(term(stray, scalar)), "refused");
      EXPECT_EQ(summed<TypeParam>(joined(good, term(stray, scalar))), "refused");
    }
  }
}

/// Any encoding but the one of the field's elements, at each place of a point.
TYPED_TEST(Bls12381Group, RefusesWhatIsNoPoint) {
  Random random = seeded();
  const auto point = multiple(generator<TypeParam>(), mpz_class(random.word().w[0]));
  const Bytes good = encoded(point), infinity(good.size(), 0);
  const auto refused_everywhere = [&](const Bytes& bad) {
    EXPECT_EQ(added<TypeParam>(joined(bad, good)), "refused") << to_hex(bad);
    EXPECT_EQ(added<TypeParam>(joined(good, bad)), "refused") << to_hex(bad);
    Bytes one(scalar_bytes, 0);
    one.back() = 1;
    EXPECT_EQ(summed<TypeParam>(joined(bad, one)), "refused") << to_hex(bad);
    const Bytes pair = std::is_same_v<TypeParam, Fp> ? joined(bad, Bytes(g2_bytes, 0))
                                                     : joined(Bytes(g1_bytes, 0), bad);
    EXPECT_EQ(answer(pairing_check(pair)), "refused") << to_hex(bad);
  };
  for (size_t at = 0; at < good.size(); at += field_bytes) {
    for (size_t byte = 0; byte < field_bytes; ++byte) {
      Bytes bad = good; // in the padding, above the prime, or off the curve
      bad[at + byte] ^= static_cast<uint8_t>(1 << random.below(8));
      refused_everywhere(bad);
    }
    // The same residue, but not below the prime; for infinity it is the prime itself.
    for (const Bytes& valid : {good, infinity}) {
      mpz_class residue;
      mpz_import(residue.get_mpz_t(), field_bytes, 1, 1, 0, 0, &valid[at]);
      Bytes larger;
      append(larger, residue + p, field_bytes);
      Bytes bad = valid;
      std::ranges::copy(larger, bad.begin() + static_cast<ptrdiff_t>(at));
      refused_everywhere(bad);
    }
    Bytes bad = infinity;
    bad[at + field_bytes - 1] = 1; // x or y zero and the other not: off the curve
    refused_everywhere(bad);
  }
}

TYPED_TEST(Bls12381Group, RefusesOtherLengths) {
  const Bytes two = joined(encoded(generator<TypeParam>()), encoded(generator<TypeParam>()));
  const Bytes one_term = term(generator<TypeParam>(), 3);
  EXPECT_NE(added<TypeParam>(two), "refused");
  EXPECT_NE(summed<TypeParam>(one_term), "refused");
  for (const Bytes& input : {two, one_term}) {
    for (const size_t size : {size_t(0), size_t(1), input.size() / 2, input.size() - 1}) {
      const Bytes cut(input.begin(), input.begin() + static_cast<ptrdiff_t>(size));
      EXPECT_EQ(added<TypeParam>(cut), "refused") << size;
      EXPECT_EQ(summed<TypeParam>(cut), "refused") << size;
    }
    EXPECT_EQ(added<TypeParam>(joined(input, {0})), "refused");
    EXPECT_EQ(summed<TypeParam>(joined(input, {0})), "refused");
  }
}

/// (0, 2) is on the curve and of order 3.
TEST(Bls12381, KnowsThePointOfOrderThree) {
  const Point<Fp> three = Coordinates<Fp>{0, 2};
  EXPECT_EQ(added<Fp>(joined(encoded(three), encoded(three))), to_hex(encoded(negated(three))));
  EXPECT_EQ(summed<Fp>(term(three, 1)), "refused");
}

TEST(Bls12381, ChecksPairings) {
  Random random = seeded();
  const auto pair = [](const Point<Fp>& a, const Point<Fp2>& b) {
    return joined(encoded(a), encoded(b));
  };
  const auto g = generator<Fp>();
  const auto h = generator<Fp2>();
  EXPECT_EQ(answer(pairing_check(pair(g, h))), "not one");
  EXPECT_EQ(answer(pairing_check(pair(g, {}))), "one");
  EXPECT_EQ(answer(pairing_check(pair({}, h))), "one");
  EXPECT_EQ(answer(pairing_check(pair({}, {}))), "one");
  // Pairs e(a_i G, b_i H), then e(-(sum of a_i b_i) G, H); 16 go through one loop.
  for (const size_t count : {2, 3, 16, 17, 18, 34}) {
    Bytes pairs;
    mpz_class total;
    for (size_t i = 0; i + 1 < count; ++i) {
      if (random.chance(0.1)) {
        pairs = joined(pairs, random.chance(0.5) ? pair({}, h) : pair(g, {}));
        continue;
      }
      const mpz_class a = static_cast<unsigned long>(random.below(1000)) + 1;
      const mpz_class b = random_number(random) % 100000 + 1;
      pairs = joined(pairs, pair(multiple(g, a), multiple(h, b)));
      total += a * b;
    }
    EXPECT_EQ(answer(pairing_check(joined(pairs, pair(negated(multiple(g, total)), h)))), "one");
    EXPECT_EQ(answer(pairing_check(joined(pairs, pair(negated(multiple(g, total + 1)), h)))),
              "not one");
    EXPECT_EQ(answer(pairing_check(joined(pairs, pair(random_point<Fp>(random), {})))), "refused");
    EXPECT_EQ(answer(pairing_check(joined(pairs, pair({}, random_point<Fp2>(random))))), "refused");
    pairs.pop_back();
    EXPECT_EQ(answer(pairing_check(pairs)), "refused");
  }
  EXPECT_EQ(answer(pairing_check({})), "refused");
}

/// Inputs of EIP-2537's tests, which give the Keccak hash of the output; and the outputs are points
/// of the group.
TEST(Bls12381, MapsFieldElements) {
  const auto hash = [](BytesView bytes) { return to_hex(keccak256(bytes)); };
  const Bytes u = parse_hex_bytes("0x0000000000000000000000000000000004090815ad598a06897dd89bcda860"
                                  "f25837d54e897298ce31e6947378134d3761dc59a572154963e8c954919ecfa8"
                                  "2d")
                      .value();
  ASSERT_TRUE(map_to_g1(u).has_value());
  EXPECT_EQ(hash(*map_to_g1(u)),
            "0x56c20699725cf9d158779aa25a375bc966c06b1fedaf75de72adc1e71ea333b4");
  const Bytes v = parse_hex_bytes("0x0000000000000000000000000000000018c16fe362b7dbdfa102e42bdfd3e2"
                                  "f4e6191d479437a59db4eb716986bf08ee1f42634db66bde97d6c16bbfd342b3"
                                  "b8000000000000000000000000000000000e37812ce1b146d998d5f92bdd5ada"
                                  "2a31bfd63dfe18311aa91637b5f279dd045763166aa1615e46a50d8d8f475f18"
                                  "4e")
                      .value();
  ASSERT_TRUE(map_to_g2(v).has_value());
  EXPECT_EQ(hash(*map_to_g2(v)),
            "0x0a4db2b810a051198cfcab06505c064a292a2d83815d2e4dcd395c336f743361");

  Random random = seeded();
  Bytes one(scalar_bytes, 0);
  one.back() = 1;
  for (int i = 0; i < 10; ++i) {
    Bytes element, pair;
    Fp::random(random).append_to(element);
    Fp2::random(random).append_to(pair);
    const Bytes a = to_bytes(map_to_g1(element).value()), b = to_bytes(map_to_g2(pair).value());
    EXPECT_EQ(summed<Fp>(joined(a, one)), to_hex(a));
    EXPECT_EQ(summed<Fp2>(joined(b, one)), to_hex(b));
  }
}

TEST(Bls12381, MapsNothingElse) {
  for (const size_t elements : {1, 2}) {
    const auto mapped = [elements](const Bytes& input) {
      return elements == 1 ? text(map_to_g1(input)) : text(map_to_g2(input));
    };
    const Bytes zeros(elements * field_bytes, 0);
    EXPECT_NE(mapped(zeros), "refused");
    EXPECT_EQ(mapped({}), "refused");
    EXPECT_EQ(mapped(joined(zeros, {0})), "refused");
    EXPECT_EQ(mapped(Bytes(zeros.begin() + 1, zeros.end())), "refused");
    for (size_t element = 0; element < elements; ++element) {
      Bytes largest, prime;
      append(largest, p - 1, field_bytes);
      append(prime, p, field_bytes);
      const auto at = static_cast<ptrdiff_t>(element * field_bytes);
      Bytes input = zeros;
      std::ranges::copy(largest, input.begin() + at);
      EXPECT_NE(mapped(input), "refused");
      std::ranges::copy(prime, input.begin() + at);
      EXPECT_EQ(mapped(input), "refused");
      for (ptrdiff_t byte = 0; byte < 16; ++byte) {
        input = zeros;
        input[static_cast<size_t>(at + byte)] = 0x80;
        EXPECT_EQ(mapped(input), "refused");
      }
    }
  }
}

} // namespace
} // namespace runahead::bls12381
