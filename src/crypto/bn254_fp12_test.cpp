#include "crypto/bn254_reference_for_test.hpp"

#include <gtest/gtest.h>

namespace runahead::bn254 {
namespace {

namespace slow = bn254_reference;
using slow::seeded;

/// An element of the cyclotomic subgroup: x^((p^6 - 1)(p^2 + 1)).
Fp12 cyclotomic(const Fp12& x) {
  const Fp12 easy = x.conjugate() * invert(x);
  return easy.frobenius_square() * easy;
}

TEST(Bn254Fp12, AgreesWithTheReference) {
  Random random = seeded();
  for (int i = 0; i < 300; ++i) {
    const slow::Fp12 a = slow::random_fp12(random), b = slow::random_fp12(random);
    const Fp12 x = fast(a), y = fast(b);
    ASSERT_EQ(slow::slow(x), a);
    ASSERT_EQ(slow::slow(x * y), a * b);
    ASSERT_EQ(slow::slow(x.squared()), a * a);
    slow::Fp12 even = a, other = b; // Fp6 is what has only even powers of w
    for (size_t k = 1; k < 6; k += 2) even.c[k] = other.c[k] = {};
    ASSERT_EQ(slow::slow(Fp12{x.c0 * y.c0, {}}), even * other);
    slow::Fp12 v;
    v.c[2] = slow::Fp2::one();
    ASSERT_EQ(slow::slow(Fp12{x.c0.times_v(), {}}), even * v);
  }
}

// Where all coefficients are p - 1, the unreduced values are largest.
TEST(Bn254Fp12, LargestCoefficients) {
  const slow::Fp most{prime - uint256(1)};
  for (unsigned pattern = 0; pattern < 4096; ++pattern) {
    slow::Fp12 a, b;
    for (unsigned k = 0; k < 6; ++k) {
      // Montgomery forms, so as to have the largest limbs where it counts.
      a.c[k] = slow::slow(Fp2{Fp{pattern >> 2 * k & 1 ? most.n : uint256{}},
                              Fp{pattern >> 2 * k & 2 ? most.n : uint256{}}});
      b.c[k] = slow::slow(Fp2{Fp{most.n}, Fp{k % 2 == 0 ? most.n : uint256{}}});
    }
    ASSERT_EQ(slow::slow(fast(a) * fast(b)), a * b) << pattern;
    ASSERT_EQ(slow::slow(fast(a).squared()), a * a) << pattern;
  }
}

TEST(Bn254Fp12, Lines) {
  Random random = seeded();
  const auto line = [&random] {
    return Fp12Line{fast(slow::random_fp2(random)), fast(slow::random_fp2(random)),
                    fast(slow::random_fp2(random))};
  };
  const auto whole = [](const Fp12Line& l) { return Fp12{{l.c0, {}, {}}, {l.c1, l.c3, {}}}; };
  for (int i = 0; i < 300; ++i) {
    const Fp12 x = fast(slow::random_fp12(random));
    const Fp12Line a = line(), b = line();
    ASSERT_EQ(x * a, x * whole(a));
    const Fp12LinePair both = a * b;
    const Fp12 product{{both.c0, both.c2, both.c4}, {both.c1, both.c3, {}}};
    ASSERT_EQ(product, whole(a) * whole(b));
    ASSERT_EQ(x * both, x * product);
  }
}

TEST(Bn254Fp12, Inverses) {
  Random random = seeded();
  EXPECT_EQ(invert(Fp12{}), Fp12{});
  for (int i = 0; i < 200; ++i) {
    slow::Fp12 a = slow::random_fp12(random);
    for (slow::Fp2& c : a.c)
      if (random.chance(0.3)) c = {};
    if (a == slow::Fp12{}) continue;
    const Fp12 x = fast(a);
    ASSERT_EQ(x * invert(x), Fp12::one());
    if (!(x.c0 == Fp6{})) ASSERT_EQ((Fp12{x.c0 * invert(x.c0), {}}), Fp12::one());
  }
}

TEST(Bn254Fp12, FrobeniusMapsArePowers) {
  Random random = seeded();
  for (int i = 0; i < 5; ++i) {
    const slow::Fp12 a = slow::random_fp12(random);
    const slow::Fp12 first = slow::power(a, prime), second = slow::power(first, prime);
    const Fp12 x = fast(a);
    ASSERT_EQ(slow::slow(x.frobenius()), first);
    ASSERT_EQ(slow::slow(x.frobenius_square()), second);
    const auto cube = [](const Fp12& y) { return y.frobenius().frobenius_square(); };
    ASSERT_EQ(cube(cube(x)), x.conjugate()); // p^6
  }
}

TEST(Bn254Fp12, CyclotomicSquares) {
  Random random = seeded();
  EXPECT_EQ(Fp12::one().cyclotomic_squared(), Fp12::one());
  for (int i = 0; i < 300; ++i) {
    const Fp12 x = fast(slow::random_fp12(random)), y = cyclotomic(x);
    ASSERT_EQ(y.cyclotomic_squared(), y.squared());
    ASSERT_EQ(y * y.conjugate(), Fp12::one());
    ASSERT_FALSE(x.cyclotomic_squared() == x.squared()); // outside the subgroup
  }
}

} // namespace
} // namespace runahead::bn254
