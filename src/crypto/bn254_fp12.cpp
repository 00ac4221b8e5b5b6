// Karatsuba's products of Devegili et al., "Multiplication and squaring on pairing-friendly fields"
// (2006), with one reduction per coefficient of the result. How large the unreduced values get, in
// units of p * R: an Fp2 product of reduced values 0.4 and of sums 1.6; a coefficient of an Fp6
// product, where the differences are sums of two products again, up to 10 times 0.8; of an Fp12
// product with its xi up to 10 times 3 times 8. `reduce` takes 256.
#include "crypto/bn254_fp12.hpp"

namespace runahead::bn254 {
namespace {

struct Fp6Wide {
  Fp2Wide c0, c1, c2;

  Fp6Wide times_v() const { return {c2.times_xi(), c0, c1}; }
  friend Fp6Wide operator+(const Fp6Wide& a, const Fp6Wide& b) {
    return {a.c0 + b.c0, a.c1 + b.c1, a.c2 + b.c2};
  }
  friend Fp6Wide operator-(const Fp6Wide& a, const Fp6Wide& b) {
    return {a.c0 - b.c0, a.c1 - b.c1, a.c2 - b.c2};
  }
};

Fp6 reduce(const Fp6Wide& wide) {
  return {bn254::reduce(wide.c0), bn254::reduce(wide.c1), bn254::reduce(wide.c2)};
}

[[gnu::noinline]] Fp6Wide multiply_wide(const Fp6& a, const Fp6& b) {
  const Fp2Wide p0 = bn254::multiply_wide(a.c0, b.c0);
  const Fp2Wide p1 = bn254::multiply_wide(a.c1, b.c1);
  const Fp2Wide p2 = bn254::multiply_wide(a.c2, b.c2);
  const Fp2Wide s12 = multiply_sums_wide(a.c1, a.c2, b.c1, b.c2);
  const Fp2Wide s01 = multiply_sums_wide(a.c0, a.c1, b.c0, b.c1);
  const Fp2Wide s02 = multiply_sums_wide(a.c0, a.c2, b.c0, b.c2);
  return {p0 + (s12 - p1 - p2).times_xi(), s01 - p0 - p1 + p2.times_xi(), s02 - p0 - p2 + p1};
}

/// a * (b0 + b1 v).
[[gnu::noinline]] Fp6Wide multiply_wide(const Fp6& a, const Fp2& b0, const Fp2& b1) {
  const Fp2Wide p0 = bn254::multiply_wide(a.c0, b0);
  const Fp2Wide p1 = bn254::multiply_wide(a.c1, b1);
  const Fp2Wide p20 = bn254::multiply_wide(a.c2, b0);
  const Fp2Wide p21 = bn254::multiply_wide(a.c2, b1);
  const Fp2Wide s01 = multiply_sums_wide(a.c0, a.c1, b0, b1);
  return {p0 + p21.times_xi(), s01 - p0 - p1, p1 + p20};
}

Fp6Wide multiply_wide(const Fp6& a, const Fp2& b) {
  return {bn254::multiply_wide(a.c0, b), bn254::multiply_wide(a.c1, b),
          bn254::multiply_wide(a.c2, b)};
}

/// The product by Karatsuba from the products of the lower parts, the upper parts and the sums.
Fp12 joined(const Fp6Wide& low, const Fp6Wide& high, const Fp6Wide& sums) {
  return {reduce(low + high.times_v()), reduce(sums - low - high)};
}

Fp2 times_xi(const Fp2& a) {
  const Fp2 eight = a.doubled().doubled().doubled();
  return {eight.c0 + a.c0 - a.c1, eight.c1 + a.c1 + a.c0};
}

} // namespace

Fp6 operator+(const Fp6& a, const Fp6& b) { return {a.c0 + b.c0, a.c1 + b.c1, a.c2 + b.c2}; }
Fp6 operator-(const Fp6& a, const Fp6& b) { return {a.c0 - b.c0, a.c1 - b.c1, a.c2 - b.c2}; }
Fp6 operator*(const Fp6& a, const Fp6& b) { return reduce(multiply_wide(a, b)); }
Fp6 Fp6::operator-() const { return {-c0, -c1, -c2}; }
Fp6 Fp6::times_v() const { return {times_xi(c2), c0, c1}; }

/// By the adjugate of the matrix that multiplying with `a` is.
Fp6 invert(const Fp6& a) {
  const Fp2 t0 = bn254::reduce(square_wide(a.c0) - bn254::multiply_wide(a.c1, a.c2).times_xi());
  const Fp2 t1 = bn254::reduce(square_wide(a.c2).times_xi() - bn254::multiply_wide(a.c0, a.c1));
  const Fp2 t2 = bn254::reduce(square_wide(a.c1) - bn254::multiply_wide(a.c0, a.c2));
  const Fp2Wide cross = bn254::multiply_wide(a.c2, t1) + bn254::multiply_wide(a.c1, t2);
  const Fp2 factor = invert(bn254::reduce(bn254::multiply_wide(a.c0, t0) + cross.times_xi()));
  return {t0 * factor, t1 * factor, t2 * factor};
}

Fp12 operator*(const Fp12& a, const Fp12& b) {
  return joined(multiply_wide(a.c0, b.c0), multiply_wide(a.c1, b.c1),
                multiply_wide(a.c0 + a.c1, b.c0 + b.c1));
}

/// (a + b w)^2 = (a + b)(a + b v) - ab - ab v + 2 ab w.
Fp12 Fp12::squared() const {
  const Fp6Wide cross = multiply_wide(c0, c1);
  const Fp6Wide both = multiply_wide(c0 + c1, c0 + c1.times_v());
  return {reduce(both - cross - cross.times_v()), reduce(cross + cross)};
}

Fp12 invert(const Fp12& a) {
  const Fp6 factor =
      invert(reduce(multiply_wide(a.c0, a.c0) - multiply_wide(a.c1, a.c1).times_v()));
  return {a.c0 * factor, -(a.c1 * factor)};
}

Fp12 Fp12::frobenius() const {
  const auto& factors = frobenius_factors;
  return {{c0.c0.conjugate(), c0.c1.conjugate() * factors[2], c0.c2.conjugate() * factors[4]},
          {c1.c0.conjugate() * factors[1], c1.c1.conjugate() * factors[3],
           c1.c2.conjugate() * factors[5]}};
}

Fp12 Fp12::frobenius_square() const {
  const auto& factors = frobenius_square_factors;
  return {{c0.c0, c0.c1 * factors[2], c0.c2 * factors[4]},
          {c1.c0 * factors[1], -c1.c1, c1.c2 * factors[5]}};
}

namespace {

/// (a + b y)^2 for y^2 = xi.
struct Fp4Square {
  Fp2Wide low, high;
};
Fp4Square square_fp4(const Fp2& a, const Fp2& b) {
  const Fp2Wide aa = square_wide(a), bb = square_wide(b);
  return {aa + bb.times_xi(), square_sum_wide(a, b) - aa - bb};
}

/// 3 * wide + 2 * c, reduced, where 2 c stands in the upper half as 2 c R.
Fp2 three_plus_two(const Fp2Wide& wide, const Fp2& c) {
  const auto part = [](const FpWide& t, const Fp& x) {
    const uint256 twice = x.montgomery + x.montgomery;
    const FpWide shifted{{0, 0, 0, 0, twice.w[0], twice.w[1], twice.w[2], twice.w[3], 0}};
    return bn254::reduce(t + t + t + shifted);
  };
  return {part(wide.c0, c.c0), part(wide.c1, c.c1)};
}

Fp2 three_minus_two(const Fp2Wide& wide, const Fp2& c) {
  const auto part = [](const FpWide& t, const Fp& x) {
    const uint256 twice = x.montgomery + x.montgomery;
    const FpWide shifted{{0, 0, 0, 0, twice.w[0], twice.w[1], twice.w[2], twice.w[3], 0}};
    return bn254::reduce(t + t + t - shifted);
  };
  return {part(wide.c0, c.c0), part(wide.c1, c.c1)};
}

} // namespace

Fp12 Fp12::cyclotomic_squared() const {
  const Fp4Square a = square_fp4(c0.c0, c1.c1);
  const Fp4Square b = square_fp4(c1.c0, c0.c2);
  const Fp4Square c = square_fp4(c0.c1, c1.c2);
  return {
      {three_minus_two(a.low, c0.c0), three_minus_two(b.low, c0.c1), three_minus_two(c.low, c0.c2)},
      {three_plus_two(c.high.times_xi(), c1.c0), three_plus_two(a.high, c1.c1),
       three_plus_two(b.high, c1.c2)}};
}

Fp12LinePair operator*(const Fp12Line& a, const Fp12Line& b) {
  const Fp2Wide p0 = bn254::multiply_wide(a.c0, b.c0);
  const Fp2Wide p1 = bn254::multiply_wide(a.c1, b.c1);
  const Fp2Wide p3 = bn254::multiply_wide(a.c3, b.c3);
  return {bn254::reduce(p0 + p3.times_xi()),
          bn254::reduce(multiply_sums_wide(a.c0, a.c1, b.c0, b.c1) - p0 - p1), bn254::reduce(p1),
          bn254::reduce(multiply_sums_wide(a.c0, a.c3, b.c0, b.c3) - p0 - p3),
          bn254::reduce(multiply_sums_wide(a.c1, a.c3, b.c1, b.c3) - p1 - p3)};
}

Fp12 operator*(const Fp12& a, const Fp12Line& b) {
  return joined(multiply_wide(a.c0, b.c0), multiply_wide(a.c1, b.c1, b.c3),
                multiply_wide(a.c0 + a.c1, b.c0 + b.c1, b.c3));
}

Fp12 operator*(const Fp12& a, const Fp12LinePair& b) {
  const Fp6 low{b.c0, b.c2, b.c4};
  return joined(multiply_wide(a.c0, low), multiply_wide(a.c1, b.c1, b.c3),
                multiply_wide(a.c0 + a.c1, Fp6{b.c0 + b.c1, b.c2 + b.c3, b.c4}));
}

} // namespace runahead::bn254
