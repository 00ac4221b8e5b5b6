// The group G2 of bn254: the points of order r of the twist y^2 = x^3 + 3 / xi over Fp2. The twist
// has r (2p - r) points, so that being on the curve is not enough. Pure functions; any thread may
// call them; a G2Walk belongs to one.
#pragma once

#include "crypto/bn254_fp12.hpp"
#include "crypto/bn254_recoding.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

namespace runahead::bn254 {

/// An affine point. The point at infinity is (0, 0), as EIP-197 writes it.
struct G2 {
  Fp2 x, y;

  bool is_infinity() const { return x.is_zero() && y.is_zero(); }
  G2 operator-() const { return {x, -y}; }
  friend bool operator==(const G2& a, const G2& b) = default;

  /// The endomorphism psi: the Frobenius map, seen from the twist. With the trace t = 6x^2 + 1 (x
  /// being `seed`) psi^2 - t psi + p = 0 on the twist; on G2 it is multiplication with p.
  G2 psi() const {
    return {x.conjugate() * frobenius_factors[2], y.conjugate() * frobenius_factors[3]};
  }
  G2 psi_squared() const { return {x * frobenius_square_factors[2], -y}; }
};

/// The generator of EIP-197.
inline constexpr G2 g2_generator{
    {Fp::from({0x46debd5cd992f6ed, 0x674322d4f75edadd, 0x426a00665e5c4479, 0x1800deef121f1e76}),
     Fp::from({0x97e485b7aef312c2, 0xf1aa493335a9e712, 0x7260bfb731fb5d25, 0x198e9393920d483a})},
    {Fp::from({0x4ce6cc0166fa7daa, 0xe3d1e7690c43d37b, 0x4aab71808dcb408f, 0x12c85ea5db8c6deb}),
     Fp::from({0x55acdadcd122975b, 0xbc4b313370b38ef3, 0xec9e99ad690c3395, 0x090689d0585ff075})}};

/// True for infinity too. Says nothing about the order.
bool is_on_curve(const G2& point);

namespace detail {

enum class WalkStep : uint8_t { doubling, plus_q, minus_q, plus_psi, minus_psi_squared };

/// From Q to (6x + 2) Q by the digits of its non-adjacent form, and the two points of the Frobenius
/// map.
inline constexpr std::array<WalkStep, 87> walk_plan = [] consteval {
  SignedDigits digits = window_naf(uint256(6) * seed + 2, 2);
  // The form begins with 1, 0, -1; the sum may as well begin with 1, 1, one doubling later.
  unsigned top = digits.count - 1;
  digits.digit[--top] = 1;
  digits.digit[top - 1] = 1;
  std::array<WalkStep, 87> plan{};
  size_t size = 0;
  while (top-- > 0) {
    plan.at(size++) = WalkStep::doubling;
    if (digits.digit[top] != 0)
      plan.at(size++) = digits.digit[top] > 0 ? WalkStep::plus_q : WalkStep::minus_q;
  }
  plan.at(size++) = WalkStep::plus_psi;
  plan.at(size++) = WalkStep::minus_psi_squared;
  return plan;
}();

} // namespace detail

/// The walk of the optimal ate pairing (Vercauteren, 2008) over the twist, from Q to
/// (6x + 2) Q + psi(Q) - psi^2(Q), with the line of each step, in the homogeneous coordinates of
/// Costello, Lange and Naehrig (PKC 2010).
///
/// It ends with a proof of membership: Q is in G2 if and only if the walk ends at -psi^3(Q).
/// - If: then g(psi) Q = 0 for g = 6x + 2 + X - X^2 + X^3, and (X^2 - tX + p)(psi) Q = 0 for every
///   point. So the resultant of the two, which is in the ideal they generate, kills Q, as r (2p -
///   r), the number of points, does; their greatest common divisor is r (a test computes it), so
///   that r Q = 0. And r does not divide 2p - r, so that G2 holds all points of order r.
/// - Only if: psi is p on G2, and r divides g(p).
/// The same idea, with other polynomials: Dai, Lin, Zhao, Zhou, "Fast subgroup membership testings
/// for G1, G2 and GT on pairing-friendly curves" (2022).
///
/// The formulas of a step are not complete. Where a sum meets infinity, the point that is to be
/// added or its inverse, Z becomes 0 and stays so to the end, which then counts as no member. That
/// is right: from a Q of order r the walk meets them nowhere (a test goes through the multiples).
class G2Walk {
public:
  /// The value of a line at P = (x, y) of G1 is c0 * y + c1 * x * w + c3 * w^3; the lines are only
  /// right up to factors in Fp2, which the final exponentiation removes.
  using Line = Fp12Line;
  static constexpr size_t step_count = detail::walk_plan.size();

  /// REQUIRES: on the curve, not infinity.
  explicit G2Walk(const G2& q);

  /// True for the steps before which the pairing's value is to be squared.
  static constexpr bool doubles(size_t step) {
    return detail::walk_plan[step] == detail::WalkStep::doubling;
  }
  /// Takes the steps 0, 1, 2 ... in turn.
  Line take_step(size_t step);

  /// True if the point the walk started from is in G2. REQUIRES: all steps are taken.
  bool proves_membership() const;

private:
  Line double_sum();
  Line add_to_sum(const G2& point);

  G2 q_;
  Fp2 x_, y_, z_; ///< the sum: (x / z, y / z)
};

/// True if the point is of order r, or infinity. REQUIRES: on the curve.
bool is_in_subgroup(const G2& point);

} // namespace runahead::bn254
