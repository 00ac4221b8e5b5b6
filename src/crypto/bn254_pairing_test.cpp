#include "crypto/bn254_reference_for_test.hpp"

#include <gmpxx.h>
#include <gtest/gtest.h>

#include <vector>

namespace runahead::bn254 {
namespace {

namespace slow = bn254_reference;
using slow::seeded;
using Point = slow::Point<slow::Fp2>;

mpz_class big(const uint256& n) {
  mpz_class result;
  mpz_import(result.get_mpz_t(), 4, -1, 8, 0, 0, n.w);
  return result;
}
uint256 word(const mpz_class& n) {
  uint256 result;
  mpz_export(result.w, nullptr, -1, 8, 0, 0, n.get_mpz_t());
  return result;
}

const mpz_class p = big(prime), r = big(group_order), x = mpz_class(std::to_string(seed));
const mpz_class trace = 6 * x * x + 1;
/// Points of the twist over Fp2 for each one of G2.
const mpz_class cofactor = 2 * p - r;

Point multiply(const Point& point, const mpz_class& scalar) {
  Point sum{};
  for (size_t i = mpz_sizeinbase(scalar.get_mpz_t(), 2); i-- > 0;) {
    sum = sum + sum;
    if (mpz_tstbit(scalar.get_mpz_t(), i)) sum = sum + point;
  }
  return sum;
}

Fp12 power(const Fp12& base, const mpz_class& exponent) {
  Fp12 result = Fp12::one();
  for (size_t i = mpz_sizeinbase(exponent.get_mpz_t(), 2); i-- > 0;) {
    result = result.squared();
    if (mpz_tstbit(exponent.get_mpz_t(), i)) result = result * base;
  }
  return result;
}

Fp12 pairing(const G1& point, const G2& q) {
  const PairingTerm term{point, q};
  return final_exponentiation(miller_loop({&term, 1}).value());
}

TEST(Bn254G2, PsiIsAsClaimed) {
  Random random = seeded();
  for (int i = 0; i < 5; ++i) {
    const Point q = slow::random_twist_point(random);
    const G2 fast_q = fast(q);
    ASSERT_TRUE(is_on_curve(fast_q));
    ASSERT_TRUE(is_on_curve(fast_q.psi()));
    ASSERT_EQ(fast_q.psi().psi(), fast_q.psi_squared());
    // psi^2 + p = t psi
    ASSERT_EQ(slow::slow(fast_q.psi_squared()) + multiply(q, p),
              multiply(slow::slow(fast_q.psi()), trace));
    ASSERT_TRUE(multiply(q, r * cofactor).is_infinity());
    const Point member = multiply(q, cofactor);
    ASSERT_EQ(slow::slow(fast(member).psi()), multiply(member, p));
  }
}

// The number theory that G2Walk's comment relies on.
TEST(Bn254G2, TheWalkProvesMembership) {
  // g = (6x + 2) + X - X^2 + X^3 modulo X^2 - tX + p is a + b X.
  const mpz_class b = 1 - trace + (trace * trace - p);
  const mpz_class a = 6 * x + 2 + p - trace * p;
  const mpz_class resultant = a * a + a * b * trace + b * b * p;
  EXPECT_EQ(mpz_class(gcd(resultant, r * cofactor)), r);
  EXPECT_NE(mpz_class(cofactor % r), 0);
  EXPECT_EQ(mpz_class((6 * x + 2 + p - p * p + p * p * p) % r), 0);
  // A walk that meets Q or -Q on the way would have a multiple of Q by one of these be infinity.
  mpz_class multiple = 1;
  for (const detail::WalkStep step : detail::walk_plan) {
    if (step == detail::WalkStep::doubling) multiple *= 2;
    if (step == detail::WalkStep::plus_q) EXPECT_NE(mpz_class((multiple - 1) % r), 0);
    if (step == detail::WalkStep::plus_q) multiple += 1;
    if (step == detail::WalkStep::minus_q) multiple -= 1;
    if (step == detail::WalkStep::plus_psi) {
      EXPECT_EQ(multiple, 6 * x + 2);
      EXPECT_NE(mpz_class((multiple - p) % r), 0);
      EXPECT_NE(mpz_class((multiple + p) % r), 0);
      EXPECT_NE(mpz_class((multiple + p + p * p) % r), 0);
      EXPECT_NE(mpz_class((multiple + p - p * p) % r), 0);
    }
    EXPECT_GT(multiple, 1);
    EXPECT_LT(multiple, mpz_class(r - 1));
  }
}

TEST(Bn254G2, MembershipAgreesWithTheOrder) {
  Random random = seeded();
  EXPECT_TRUE(is_on_curve(g2_generator));
  EXPECT_TRUE(is_in_subgroup(g2_generator));
  EXPECT_TRUE(is_in_subgroup({}));
  const mpz_class small_order = 10069; // a factor of the cofactor
  ASSERT_EQ(mpz_class(cofactor % small_order), 0);
  for (int i = 0; i < 4; ++i) {
    const Point q = slow::random_twist_point(random);
    const Point member = multiply(q, cofactor), other = multiply(q, r);
    const Point small = multiply(q, r * cofactor / small_order);
    ASSERT_TRUE(multiply(small, small_order).is_infinity());
    ASSERT_TRUE(is_in_subgroup(fast(member)));
    for (const Point& point : {q, other, small, member + other, member + small}) {
      const bool expected = multiply(point, r).is_infinity();
      ASSERT_EQ(is_in_subgroup(fast(point)), expected);
      const PairingTerm terms[] = {{g1_generator, g2_generator}, {g1_generator, fast(point)}};
      ASSERT_EQ(miller_loop(terms).has_value(), expected);
      ASSERT_EQ(miller_loop({{{{}, fast(point)}}}).has_value(), expected); // P at infinity
    }
    if (!small.is_infinity()) EXPECT_FALSE(is_in_subgroup(fast(small)));
    EXPECT_FALSE(is_in_subgroup(fast(other)));
  }
}

// No known point of the twist makes a sum meet Q, -Q or infinity; one with y = 0, which the twist
// has none of, does at the first doubling, and ends as (0 : 0 : 0), where any comparison succeeds.
TEST(Bn254G2, AWalkThroughInfinityProvesNothing) {
  Random random = seeded();
  for (int i = 0; i < 10; ++i) EXPECT_FALSE(is_in_subgroup({fast(slow::random_fp2(random)), {}}));
}

TEST(Bn254Pairing, FinalExponentIsWhatItClaims) {
  Random random = seeded();
  const mpz_class p12 = [&] {
    mpz_class result;
    mpz_pow_ui(result.get_mpz_t(), p.get_mpz_t(), 12);
    return result;
  }();
  ASSERT_EQ(mpz_class((p12 - 1) % r), 0);
  const mpz_class factor = 2 * x * (6 * x * x + 3 * x + 1);
  ASSERT_NE(mpz_class(factor % r), 0);
  for (int i = 0; i < 3; ++i) {
    const Fp12 f = fast(slow::random_fp12(random));
    ASSERT_EQ(final_exponentiation(f), power(power(f, (p12 - 1) / r), factor));
  }
}

TEST(Bn254Pairing, IsBilinearAndNotDegenerate) {
  Random random = seeded();
  const Fp12 base = pairing(g1_generator, g2_generator);
  EXPECT_FALSE(base == Fp12::one());
  EXPECT_EQ(power(base, r), Fp12::one());
  for (int i = 0; i < 5; ++i) {
    const G1 u = fast(slow::random_g1(random)), v = fast(slow::random_g1(random));
    const Point s = multiply(slow::random_twist_point(random), cofactor);
    const Point t = multiply(slow::random_twist_point(random), cofactor);
    ASSERT_EQ(pairing(add(u, v), fast(s)), pairing(u, fast(s)) * pairing(v, fast(s)));
    ASSERT_EQ(pairing(u, fast(s + t)), pairing(u, fast(s)) * pairing(u, fast(t)));
    const uint256 a = random.word(), b = random.edge_word();
    const G1 left = bn254::multiply(g1_generator, a);
    const G2 right = fast(multiply(slow::slow(g2_generator), big(b)));
    ASSERT_EQ(pairing(left, right), power(base, big(a) * big(b) % r)) << to_decimal(a);
  }
  EXPECT_EQ(pairing({}, g2_generator), Fp12::one());
  EXPECT_EQ(pairing(g1_generator, {}), Fp12::one());
}

// Any number of terms, of which some have points at infinity: exponents that sum to 0, or do not.
TEST(Bn254Pairing, Products) {
  Random random = seeded();
  for (size_t count = 0; count <= 7; ++count) {
    std::vector<PairingTerm> terms;
    mpz_class sum = 0;
    for (size_t i = 0; i < count; ++i) {
      const mpz_class a = random.chance(0.2) ? 0 : big(random.word()), b = random.next() % 1000;
      sum += a * b;
      terms.push_back(
          {bn254::multiply(g1_generator, word(a)), fast(multiply(slow::slow(g2_generator), b))});
    }
    Fp12 product = Fp12::one();
    for (const PairingTerm& term : terms) product = product * pairing(term.p, term.q);
    EXPECT_EQ(final_exponentiation(miller_loop(terms).value()), product) << count;
    EXPECT_EQ(pairing_product_is_one(terms), sum % r == 0) << count;

    mpz_class rest = -sum % r;
    if (rest < 0) rest += r;
    terms.insert(terms.begin() + static_cast<std::ptrdiff_t>(random.below(count + 1)),
                 {bn254::multiply(g1_generator, word(rest)), g2_generator});
    EXPECT_EQ(pairing_product_is_one(terms), true) << count;
    terms.push_back({g1_generator, g2_generator});
    EXPECT_EQ(pairing_product_is_one(terms), false) << count;
  }
}

} // namespace
} // namespace runahead::bn254
