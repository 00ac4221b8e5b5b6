#include "crypto/bn254_recoding.hpp"
#include "crypto/bn254_reference_for_test.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

namespace runahead::bn254 {
namespace {

namespace slow = bn254_reference;
using slow::seeded;
using Point = slow::Point<slow::Fp>;

const G1 infinity{};

TEST(Bn254G1, OnTheCurve) {
  EXPECT_TRUE(is_on_curve(g1_generator));
  EXPECT_TRUE(is_on_curve(infinity));
  EXPECT_FALSE(is_on_curve(G1{Fp::one(), Fp::one()}));
  EXPECT_FALSE(is_on_curve(G1{Fp{}, Fp::one()}));
  EXPECT_FALSE(is_on_curve(G1{Fp::one(), Fp{}}));
}

TEST(Bn254G1, SumsAgreeWithTheReference) {
  Random random = seeded();
  for (int i = 0; i < 100; ++i) {
    const Point a = slow::random_g1(random), b = slow::random_g1(random);
    ASSERT_EQ(slow::slow(add(fast(a), fast(b))), a + b);
    ASSERT_EQ(slow::slow(add(fast(a), fast(a))), a + a);
    ASSERT_EQ(add(fast(a), -fast(a)), infinity);
    ASSERT_EQ(add(fast(a), infinity), fast(a));
    ASSERT_EQ(add(infinity, fast(a)), fast(a));
    // The same x coordinate is had by three points and their inverses of one y coordinate.
    const G1 turned{fast(a).x * detail::beta, fast(a).y};
    ASSERT_EQ(slow::slow(add(fast(a), turned)), a + slow::slow(turned));
  }
  EXPECT_EQ(add(infinity, infinity), infinity);
}

TEST(Bn254G1, MultiplesAgreeWithTheReference) {
  Random random = seeded();
  for (int i = 0; i < 30; ++i) {
    const Point a = slow::random_g1(random);
    const uint256 scalar = i % 2 == 0 ? random.word() : random.edge_word();
    ASSERT_EQ(slow::slow(multiply(fast(a), scalar)), slow::multiply(a, scalar))
        << to_decimal(scalar);
  }
}

TEST(Bn254G1, SmallMultiples) {
  G1 sum{};
  for (uint64_t n = 0; n < 2000; ++n) {
    ASSERT_EQ(multiply(g1_generator, n), sum) << n;
    ASSERT_EQ(multiply(g1_generator, group_order - uint256(n)), -sum) << n;
    // lambda * n, whose other half is 0, and sums of both.
    const uint256 turned = mulmod(detail::lambda, n, group_order);
    ASSERT_EQ(multiply(g1_generator, turned), (G1{sum.x * detail::beta, sum.y})) << n;
    ASSERT_EQ(multiply(g1_generator, addmod(turned, n, group_order)),
              add(sum, {sum.x * detail::beta, sum.y}))
        << n;
    sum = add(sum, g1_generator);
  }
}

TEST(Bn254G1, ScalarsAboveTheOrder) {
  EXPECT_EQ(multiply(g1_generator, group_order), infinity);
  EXPECT_EQ(multiply(g1_generator, group_order + uint256(1)), g1_generator);
  const uint256 most = uint256::max();
  EXPECT_EQ(slow::slow(multiply(g1_generator, most)),
            slow::multiply(slow::slow(g1_generator), umod(most, slow::order)));
  for (uint64_t k = 1; k <= 5; ++k) { // 5 r < 2^256
    EXPECT_EQ(multiply(g1_generator, group_order * uint256(k)), infinity);
    EXPECT_EQ(multiply(g1_generator, group_order * uint256(k) - uint256(1)), -g1_generator);
  }
  EXPECT_EQ(multiply(infinity, most), infinity);
}

/// The second half is hardly ever negative: only where scalar * (2x + 1) / r is just above an
/// integer.
uint256 scalar_with_negative_half(Random& random) {
  while (true) {
    const uint256 multiple = group_order * uint256(random.between(1, 3));
    const uint256 scalar = udiv(multiple, uint256(2) * seed + uint256(1)) + (random.word() >> 129);
    if (detail::split(scalar).second_is_negative) return scalar;
  }
}

TEST(Bn254G1, MultipliesWithANegativeHalf) {
  Random random = seeded();
  for (int i = 0; i < 10; ++i) {
    const uint256 scalar = scalar_with_negative_half(random);
    EXPECT_EQ(slow::slow(multiply(g1_generator, scalar)),
              slow::multiply(slow::slow(g1_generator), scalar));
  }
}

TEST(Bn254G1, SplitScalars) {
  Random random = seeded();
  for (int i = 0; i < 100'000; ++i) {
    const uint256 x = seed;
    uint256 scalar = i % 2 == 0 ? random.word() : random.edge_word();
    if (i % 3 == 0) { // near multiples of the lattice's vectors, where roundings decide
      scalar = mulmod(random.word(), uint256(6) * x * x + uint256(4) * x + uint256(1), group_order);
      scalar += uint256(random.below(5)) - uint256(2);
    }
    if (i % 50 == 0) scalar = scalar_with_negative_half(random);
    const detail::SplitScalar halves = detail::split(scalar);
    ASSERT_LE(halves.first.bit_width(), 128u) << to_decimal(scalar);
    ASSERT_LE(halves.second.bit_width(), 128u) << to_decimal(scalar);
    const uint256 second = mulmod(halves.second, detail::lambda, group_order);
    ASSERT_EQ(addmod(halves.first, halves.second_is_negative ? group_order - second : second,
                     group_order),
              umod(scalar, group_order))
        << to_decimal(scalar);
  }
}

TEST(Bn254G1, SignedDigits) {
  Random random = seeded();
  for (int i = 0; i < 10'000; ++i) {
    const unsigned width = 2 + static_cast<unsigned>(random.below(6));
    const uint256 n = random.edge_word() >> static_cast<unsigned>(random.between(127, 256));
    const SignedDigits digits = window_naf(n, width);
    uint256 sum;
    unsigned last = 1000;
    for (unsigned k = digits.count; k-- > 0;) {
      const int digit = digits.digit[k];
      sum = (sum << 1) + (digit < 0 ? -uint256(static_cast<uint64_t>(-digit))
                                    : uint256(static_cast<uint64_t>(digit)));
      if (digit == 0) continue;
      ASSERT_TRUE(digit % 2 != 0 && std::abs(digit) < 1 << (width - 1));
      ASSERT_GE(last - k, width);
      last = k;
    }
    ASSERT_EQ(sum, n);
    ASSERT_TRUE(n.is_zero() ? digits.count == 0 : digits.digit[digits.count - 1] != 0);
  }
}

} // namespace
} // namespace runahead::bn254
