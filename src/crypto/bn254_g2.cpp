#include "crypto/bn254_g2.hpp"

#include <utility>

namespace runahead::bn254 {
namespace {

/// The twist's constant, 3 / xi = 3 (9 - u) / 82, with Fermat's inverse of 82, the norm of xi.
constexpr Fp2 twist_constant = [] consteval {
  const Fp2 norm = xi * xi.conjugate();
  const Fp2 scaled = xi.conjugate() * detail::power(norm, prime - uint256(2));
  return scaled + scaled + scaled;
}();
static_assert(twist_constant * xi == Fp2{Fp::from(3), {}});

constexpr Fp2 twist_constant_tripled = twist_constant + twist_constant + twist_constant;

} // namespace

bool is_on_curve(const G2& point) {
  return point.is_infinity() || point.y.squared() == point.x.squared() * point.x + twist_constant;
}

G2Walk::G2Walk(const G2& q) : q_(q), x_(q.x), y_(q.y), z_(Fp2::one()) {}

G2Walk::Line G2Walk::take_step(size_t step) {
  using detail::WalkStep;
  switch (detail::walk_plan[step]) {
  case WalkStep::doubling: return double_sum();
  case WalkStep::plus_q: return add_to_sum(q_);
  case WalkStep::minus_q: return add_to_sum(-q_);
  case WalkStep::plus_psi: return add_to_sum(q_.psi());
  case WalkStep::minus_psi_squared: return add_to_sum(-q_.psi_squared());
  }
  std::unreachable();
}

/// Aranha, Karabina, Longa, Gebotys, Lopez, "Faster explicit formulas for computing pairings over
/// ordinary curves" (EUROCRYPT 2011), section 4, all coordinates times 4. The tangent is
/// 2yz * y_P - 3x^2 * x_P w + (y^2 - 9 / xi z^2) w^3.
G2Walk::Line G2Walk::double_sum() {
  const Fp2Wide yy_wide = square_wide(y_), zz_wide = square_wide(z_);
  const Fp2 yy = reduce(yy_wide);
  const Fp2 e = reduce(zz_wide) * twist_constant_tripled;
  const Fp2 f = e.doubled() + e;
  const Fp2 yz_doubled = reduce(square_sum_wide(y_, z_) - yy_wide - zz_wide);
  const Fp2 xx = x_.squared();
  const Fp2 xy = x_ * y_;
  const Fp2Wide ee4 = square_wide(e.doubled());

  x_ = xy.doubled() * (yy - f);
  y_ = reduce(square_sum_wide(yy, f) - ee4 - ee4 - ee4);
  z_ = (yy * yz_doubled).doubled().doubled();
  return {yz_doubled, -(xx.doubled() + xx), yy - e};
}

/// The same paper, with the chord l * y_P - o * x_P w + (o x - l y) w^3 through (x, y).
G2Walk::Line G2Walk::add_to_sum(const G2& point) {
  const Fp2 o = y_ - point.y * z_, l = x_ - point.x * z_;
  const Fp2 ll = l.squared(), lll = ll * l;
  const Fp2 g = x_ * ll;
  const Fp2 h = lll + z_ * o.squared() - g.doubled();

  x_ = l * h;
  y_ = reduce(multiply_wide(o, g - h) - multiply_wide(lll, y_));
  z_ = z_ * lll;
  return {l, -o, reduce(multiply_wide(o, point.x) - multiply_wide(l, point.y))};
}

bool G2Walk::proves_membership() const {
  if (z_.is_zero()) return false;
  const G2 end = -q_.psi_squared().psi();
  return x_ == end.x * z_ && y_ == end.y * z_;
}

bool is_in_subgroup(const G2& point) {
  if (point.is_infinity()) return true;
  G2Walk walk(point);
  for (size_t step = 0; step < G2Walk::step_count; ++step) (void)walk.take_step(step);
  return walk.proves_membership();
}

} // namespace runahead::bn254
