// The two groups of BLS12-381 in one form each, so that what holds for both is written once. Only
// for what is built on blst; other folders take crypto/bls12381.hpp and crypto/kzg.hpp. May be
// called from any thread.
#pragma once

#include "base/uint256.hpp"

#include <blst.h>

#include <array>
#include <cstddef>
#include <cstdint>

namespace runahead::bls12381 {

/// The order of both groups, r = z^4 - z^2 + 1, where z is the curve's parameter.
inline constexpr uint256 group_order{0xffffffff00000001, 0x53bda402fffe5bfe, 0x3339d80809a1d805,
                                     0x73eda753299d7d48};

/// An affine point of all zeros is the point at infinity; field elements are in Montgomery form, as
/// blst has them.
struct G1 {
  using Affine = blst_p1_affine;
  using Point = blst_p1; ///< Jacobian

  /// A scalar below the order has so many digits to the base `base`, each below 2^digit_bits.
  /// `times_base` multiplies a point of the group by the base for the price of field products,
  /// because the curve has an endomorphism that does the same (Gallant, Lambert and Vanstone 2001).
  static constexpr size_t digits = 2;
  static constexpr size_t digit_bits = 128;
  static constexpr uint256 base{0x0000000100000000, 0xac45a4010001a402, 0, 0}; ///< z^2
  static Affine times_base(const Affine& point);
  /// Of the non-adjacent form of digits (measured).
  static constexpr unsigned naf_width = 5;
  /// From so many points on, buckets are faster than a joint double-and-add (measured).
  static constexpr size_t pippenger_from = 40;

  static bool on_curve(const Affine& p) { return blst_p1_affine_on_curve(&p); }
  static bool in_group(const Affine& p) { return blst_p1_affine_in_g1(&p); }
  static bool is_infinity(const Affine& p) { return blst_p1_affine_is_inf(&p); }
  static void negate(Affine& p) { blst_fp_cneg(&p.y, &p.y, true); }

  static Point projective(const Affine& p) {
    Point point;
    blst_p1_from_affine(&point, &p);
    return point;
  }
  static Affine affine(const Point& p) {
    Affine point;
    blst_p1_to_affine(&point, &p);
    return point;
  }
  /// With one inversion for all. REQUIRES: none is at infinity.
  static void affine(const Point* points, size_t count, Affine* result) {
    const Point* const first[] = {points, nullptr};
    blst_p1s_to_affine(result, first, count);
  }
  static void add(Point& sum, const Point& p) { blst_p1_add_or_double(&sum, &sum, &p); }
  static void add(Point& sum, const Affine& p) { blst_p1_add_or_double_affine(&sum, &sum, &p); }
  static void twice(Point& p) { blst_p1_double(&p, &p); }

  static size_t pippenger_bytes(size_t count) {
    return blst_p1s_mult_pippenger_scratch_sizeof(count);
  }
  static Point pippenger(const Affine* points, size_t count, const uint8_t* scalars,
                         limb_t* scratch) {
    Point sum;
    const Affine* const first[] = {points, nullptr};
    const uint8_t* const first_scalar[] = {scalars, nullptr};
    blst_p1s_mult_pippenger(&sum, first, count, first_scalar, digit_bits, scratch);
    return sum;
  }
};

/// As G1.
struct G2 {
  using Affine = blst_p2_affine;
  using Point = blst_p2;

  static constexpr size_t digits = 4;
  static constexpr size_t digit_bits = 64;
  static constexpr uint256 base{0xd201000000010000}; ///< |z|; z itself is negative
  static Affine times_base(const Affine& point);
  static constexpr unsigned naf_width = 4; // 5 is no faster
  static constexpr size_t pippenger_from = 20;

  static bool on_curve(const Affine& p) { return blst_p2_affine_on_curve(&p); }
  static bool in_group(const Affine& p) { return blst_p2_affine_in_g2(&p); }
  static bool is_infinity(const Affine& p) { return blst_p2_affine_is_inf(&p); }
  static void negate(Affine& p) { blst_fp2_cneg(&p.y, &p.y, true); }

  static Point projective(const Affine& p) {
    Point point;
    blst_p2_from_affine(&point, &p);
    return point;
  }
  static Affine affine(const Point& p) {
    Affine point;
    blst_p2_to_affine(&point, &p);
    return point;
  }
  static void affine(const Point* points, size_t count, Affine* result) {
    const Point* const first[] = {points, nullptr};
    blst_p2s_to_affine(result, first, count);
  }
  static void add(Point& sum, const Point& p) { blst_p2_add_or_double(&sum, &sum, &p); }
  static void add(Point& sum, const Affine& p) { blst_p2_add_or_double_affine(&sum, &sum, &p); }
  static void twice(Point& p) { blst_p2_double(&p, &p); }

  static size_t pippenger_bytes(size_t count) {
    return blst_p2s_mult_pippenger_scratch_sizeof(count);
  }
  static Point pippenger(const Affine* points, size_t count, const uint8_t* scalars,
                         limb_t* scratch) {
    Point sum;
    const Affine* const first[] = {points, nullptr};
    const uint8_t* const first_scalar[] = {scalars, nullptr};
    blst_p2s_mult_pippenger(&sum, first, count, first_scalar, digit_bits, scratch);
    return sum;
  }
};

} // namespace runahead::bls12381
