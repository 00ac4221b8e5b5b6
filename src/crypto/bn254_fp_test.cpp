#include "crypto/bn254_reference_for_test.hpp"

#include <gmpxx.h>
#include <gtest/gtest.h>

namespace runahead::bn254 {
namespace {

namespace slow = bn254_reference;
using slow::seeded;

mpz_class big(const uint256& n) {
  mpz_class result;
  mpz_import(result.get_mpz_t(), 4, -1, 8, 0, 0, n.w);
  return result;
}

mpz_class big(const FpWide& n) {
  mpz_class result;
  mpz_import(result.get_mpz_t(), 9, -1, 8, 0, 0, n.w);
  return n.w[8] >> 63 != 0 ? mpz_class(result - (mpz_class(1) << 576)) : result;
}

TEST(Bn254Fp, ParametersAreThoseOfTheEip) {
  EXPECT_EQ(prime, slow::prime);
  EXPECT_EQ(group_order, slow::order);
}

TEST(Bn254Fp, AgreesWithTheReference) {
  Random random = seeded();
  for (int i = 0; i < 20'000; ++i) {
    const slow::Fp a = slow::random_fp(random), b = slow::random_fp(random);
    const Fp x = fast(a), y = fast(b);
    ASSERT_EQ(x.value(), a.n);
    ASSERT_EQ((x + y).value(), (a + b).n) << to_decimal(a.n) << " " << to_decimal(b.n);
    ASSERT_EQ((x - y).value(), (a - b).n) << to_decimal(a.n) << " " << to_decimal(b.n);
    ASSERT_EQ((x * y).value(), (a * b).n) << to_decimal(a.n) << " " << to_decimal(b.n);
    ASSERT_EQ(x.squared().value(), (a * a).n);
    ASSERT_EQ((-x).value(), (slow::Fp{} - a).n);
    ASSERT_LT((x * y).montgomery, prime);
  }
}

TEST(Bn254Fp, Inverses) {
  Random random = seeded();
  EXPECT_TRUE(invert(Fp{}).is_zero());
  EXPECT_EQ(invert(Fp::one()), Fp::one());
  EXPECT_EQ(invert(-Fp::one()), -Fp::one());
  for (int i = 0; i < 20'000; ++i) {
    // Half of them such that what is inverted, the Montgomery form, is at a border.
    const slow::Fp a = slow::random_fp(random);
    const Fp x = i % 2 == 0 ? fast(a) : Fp{a.n};
    if (x.is_zero()) continue;
    ASSERT_EQ(x * invert(x), Fp::one()) << to_decimal(a.n);
    ASSERT_LT(invert(x).montgomery, prime);
    if (i % 100 == 0) ASSERT_EQ(slow::inverse(slow::slow(x)), slow::slow(invert(x)));
  }
}

// Values of all sizes that `reduce` takes, the largest included.
TEST(Bn254Fp, ReducesWideValues) {
  Random random = seeded();
  const mpz_class p = big(prime), radix = mpz_class(1) << 256, bound = 256 * p * radix;
  const mpz_class inverse = [&] {
    mpz_class result;
    mpz_invert(result.get_mpz_t(), radix.get_mpz_t(), p.get_mpz_t());
    return result;
  }();
  for (int i = 0; i < 20'000; ++i) {
    mpz_class n;
    for (int k = 0; k < 3; ++k) n = (n << 256) + big(random.edge_word());
    n %= bound;
    if (i % 3 == 0) n >>= static_cast<unsigned>(random.below(520));
    if (i % 5 == 0) n = bound - 1 - n % 1000;
    if (i % 7 == 0) n = (n / (p * radix)) * p * radix - random.below(2); // a multiple of p R
    if (random.chance(0.5)) n = -n;
    FpWide wide{};
    const mpz_class bits = n < 0 ? mpz_class(n + (mpz_class(1) << 576)) : n;
    size_t count = 0;
    mpz_export(wide.w, &count, -1, 8, 0, 0, bits.get_mpz_t());
    ASSERT_LE(count, 9u);
    ASSERT_EQ(big(wide), n);
    mpz_class expected = n * inverse % p;
    if (expected < 0) expected += p;
    ASSERT_EQ(big(reduce(wide).montgomery), expected) << n.get_str();
    if (n >= 0 && n < p * radix) ASSERT_EQ(big(reduce_product(wide).montgomery), expected);
    ASSERT_EQ(big(wide.times_8()), 8 * n);
    ASSERT_EQ(big(wide - wide.times_8()), -7 * n);
  }
}

TEST(Bn254Fp2, AgreesWithTheReference) {
  Random random = seeded();
  for (int i = 0; i < 5'000; ++i) {
    const slow::Fp2 a = slow::random_fp2(random), b = slow::random_fp2(random);
    const slow::Fp2 c = slow::random_fp2(random), d = slow::random_fp2(random);
    const Fp2 x = fast(a), y = fast(b), z = fast(c), t = fast(d);
    ASSERT_EQ(slow::slow(x + y), a + b);
    ASSERT_EQ(slow::slow(x - y), a - b);
    ASSERT_EQ(slow::slow(x * y), a * b);
    ASSERT_EQ(slow::slow(x * y.c0), (a * slow::Fp2{b.a, {}}));
    ASSERT_EQ(slow::slow(x.squared()), a * a);
    ASSERT_EQ(slow::slow(reduce(multiply_wide(x, y))), a * b);
    ASSERT_EQ(slow::slow(reduce(multiply_sums_wide(x, y, z, t))), (a + b) * (c + d));
    ASSERT_EQ(slow::slow(reduce(square_wide(x))), a * a);
    ASSERT_EQ(slow::slow(reduce(square_sum_wide(x, y))), (a + b) * (a + b));
    ASSERT_EQ(slow::slow(reduce(multiply_wide(x, y).times_xi())), a * b * slow::xi);
    if (i % 50 == 0) {
      ASSERT_EQ(slow::slow(x.conjugate()), slow::power(a, prime)); // the Frobenius map
      if (!a.is_zero()) ASSERT_EQ(x * invert(x), Fp2::one());
    }
  }
  EXPECT_TRUE(invert(Fp2{}).is_zero());
}

TEST(Bn254Fp2, FrobeniusFactorsAreThePowersTheyShouldBe) {
  const uint256 sixth = udiv(prime - uint256(1), 6);
  ASSERT_EQ(sixth * uint256(6), prime - uint256(1));
  for (unsigned k = 0; k < 6; ++k) {
    const slow::Fp2 factor = slow::power(slow::power(slow::xi, sixth), k);
    EXPECT_EQ(slow::slow(frobenius_factors[k]), factor) << k;
    // xi^(k (p^2 - 1) / 6) is the factor to the power p + 1.
    const slow::Fp2 square_factor = slow::power(factor, prime) * factor;
    EXPECT_EQ(slow::slow(frobenius_square_factors[k]), square_factor.a) << k;
    EXPECT_TRUE(square_factor.b.is_zero());
  }
}

} // namespace
} // namespace runahead::bn254
