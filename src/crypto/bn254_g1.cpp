#include "crypto/bn254_g1.hpp"

#include "crypto/bn254_recoding.hpp"

#include <algorithm>

namespace runahead::bn254 {
namespace {

/// x = X / Z^2, y = Y / Z^3; Z = 0 is infinity.
struct Jacobian {
  Fp x, y, z;
};

/// No point of the curve has order two, so that y is never 0 and infinity stays infinity.
[[gnu::noinline]] Jacobian doubled(const Jacobian& p) {
  const Fp xx = p.x.squared(), yy = p.y.squared();
  const Fp slope = xx.doubled() + xx;
  const Fp product = (p.x * yy).doubled().doubled();
  const Fp x = slope.squared() - product.doubled();
  const FpWide fourth_power = multiply_wide(yy.doubled(), yy.doubled());
  const Fp y = reduce(multiply_wide(slope, product - x) - fourth_power - fourth_power);
  return {x, y, (p.y * p.z).doubled()};
}

/// The sum of a point and an affine one that is not infinity. `z_ratio` becomes the factor between
/// the Z of `p` and of the sum, if they are neither equal, inverse nor infinity.
[[gnu::noinline]] Jacobian add_affine(const Jacobian& p, const G1& q, Fp* z_ratio = nullptr) {
  if (p.z.is_zero()) return {q.x, q.y, Fp::one()};
  const Fp zz = p.z.squared();
  const Fp h = q.x * zz - p.x;
  const Fp s = q.y * (zz * p.z) - p.y;
  if (h.is_zero()) return s.is_zero() ? doubled(p) : Jacobian{};
  const Fp hh = h.squared(), hhh = hh * h, v = p.x * hh;
  const Fp x = s.squared() - hhh - v.doubled();
  const Fp y = reduce(multiply_wide(s, v - x) - multiply_wide(p.y, hhh));
  if (z_ratio != nullptr) *z_ratio = h;
  return {x, y, p.z * h};
}

G1 to_affine(const Jacobian& p) {
  if (p.z.is_zero()) return {};
  const Fp inverse = invert(p.z), square = inverse.squared();
  return {p.x * square, p.y * (square * inverse)};
}

constexpr unsigned window_width = 5;
constexpr size_t table_size = 1 << (window_width - 2);

/// Odd multiples P, 3P .. 15P, all over one Z: x = points[i].x / z^2, y = points[i].y / z^3. Since
/// the curve's constant does not enter its formulas, they may be added as affine points, of another
/// curve, and the Z be put right in the end; no inversion is needed.
struct OddMultiples {
  G1 points[table_size];
  Fp z;
};

OddMultiples odd_multiples(const G1& p) {
  // Over the Z of 2P, 2P is affine, and P is (x Z^2, y Z^3) there.
  const Jacobian twice = doubled({p.x, p.y, Fp::one()});
  const G1 step{twice.x, twice.y};
  const Fp zz = twice.z.squared();
  Jacobian sums[table_size];
  Fp ratios[table_size];
  sums[0] = {p.x * zz, p.y * (zz * twice.z), Fp::one()};
  for (size_t i = 1; i < table_size; ++i) sums[i] = add_affine(sums[i - 1], step, &ratios[i]);

  OddMultiples table;
  table.z = sums[table_size - 1].z * twice.z;
  Fp scale = Fp::one(); // from the Z of a sum to that of the last
  for (size_t i = table_size; i-- > 0;) {
    const Fp square = scale.squared();
    table.points[i] = {sums[i].x * square, sums[i].y * (square * scale)};
    if (i > 0) scale = scale * ratios[i];
  }
  return table;
}

constexpr uint256 t = seed;
// (6t^2 + 2t) - (2t + 1) lambda and (2t + 1) + (6t^2 + 4t + 1) lambda are multiples of r, and a
// basis of all such pairs, since their determinant is r.
constexpr uint256 long_even = (uint256(6) * t + 2) * t;
constexpr uint256 long_odd = (uint256(6) * t + 4) * t + 1;
constexpr uint256 short_odd = uint256(2) * t + 1;
static_assert(long_even.bit_width() + long_odd.bit_width() <= 256);
static_assert(long_even * long_odd + short_odd * short_odd == group_order);

/// 2^256 * n / r, rounded down, for n < r, by long division.
consteval uint256 scaled_quotient(const uint256& n) {
  uint256 quotient, rest = n;
  for (int i = 0; i < 256; ++i) {
    rest <<= 1; // below 2^255
    quotient <<= 1;
    if (rest >= group_order) {
      rest -= group_order;
      quotient += 1;
    }
  }
  return quotient;
}

uint256 upper_half(const FpWide& n) { return {n.w[4], n.w[5], n.w[6], n.w[7]}; }

} // namespace

namespace detail {

/// Gallant, Lambert, Vanstone, "Faster point multiplication on elliptic curves with efficient
/// endomorphisms" (CRYPTO 2001): the scalar less a vector of the basis's lattice that is near it.
/// As both factors are rounded down, by less than 1.25 together with the error of the scaled
/// quotients, `first` is a sum of parts of long_even and short_odd and not negative.
SplitScalar split(const uint256& scalar) {
  constexpr uint256 by_long = scaled_quotient(long_odd), by_short = scaled_quotient(short_odd);
  const uint256 k = scalar < group_order ? scalar : umod(scalar, group_order);
  const uint256 f = upper_half(multiply_unreduced(k, by_long));
  const uint256 g = upper_half(multiply_unreduced(k, by_short));
  const uint256 first = k - f * long_even - g * short_odd;
  const uint256 second = f * short_odd - g * long_odd;
  const bool negative = second.w[3] >> 63 != 0;
  return {first, negative ? -second : second, negative};
}

} // namespace detail

bool is_on_curve(const G1& point) {
  return point.is_infinity() ||
         point.y.squared() == point.x.squared() * point.x + Fp::from(uint256(3));
}

G1 add(const G1& a, const G1& b) {
  if (a.is_infinity()) return b;
  if (b.is_infinity()) return a;
  Fp rise = b.y - a.y, run = b.x - a.x;
  if (run.is_zero()) {
    if (!rise.is_zero()) return {};
    const Fp xx = a.x.squared();
    rise = xx.doubled() + xx;
    run = a.y.doubled();
  }
  const Fp slope = rise * invert(run);
  const Fp x = slope.squared() - a.x - b.x;
  return {x, slope * (a.x - x) - a.y};
}

G1 multiply(const G1& point, const uint256& scalar) {
  if (point.is_infinity()) return {};
  const detail::SplitScalar halves = detail::split(scalar);
  const SignedDigits first = window_naf(halves.first, window_width);
  const SignedDigits second = window_naf(halves.second, window_width);
  const OddMultiples table = odd_multiples(point);
  const auto add_digit = [&table](Jacobian& sum, int digit, bool by_lambda, bool negate) {
    if (digit == 0) return;
    G1 term = table.points[static_cast<size_t>(digit < 0 ? -digit : digit) / 2];
    if (by_lambda) term.x = term.x * detail::beta;
    sum = add_affine(sum, (digit < 0) != negate ? -term : term);
  };
  Jacobian sum{};
  for (unsigned i = std::max(first.count, second.count); i-- > 0;) {
    sum = doubled(sum);
    add_digit(sum, first.digit[i], false, false);
    add_digit(sum, second.digit[i], true, halves.second_is_negative);
  }
  sum.z = sum.z * table.z;
  return to_affine(sum);
}

} // namespace runahead::bn254
