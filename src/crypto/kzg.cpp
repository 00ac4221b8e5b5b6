// The proof holds if e(P - yG, H) = e(proof, tau H - zH), with P the commitment and G and H the
// generators. Moved to one side, with what is multiplied by z too, this is
//   e(P - yG + z proof, -H) * e(proof, tau H) = 1,
// where both points of G2 are constants: no multiplication in G2 is left, and the lines of their
// Miller loops are computed once.
#include "crypto/kzg.hpp"

#include "crypto/bls12381_curve.hpp"
#include "crypto/bls12381_msm.hpp"
#include "crypto/sha256.hpp"

#include <array>
#include <cstdlib>

namespace runahead {
namespace {

using bls12381::G1;
using bls12381::G2;
static_assert(kzg_modulus == bls12381::group_order);

/// The lines of a Miller loop, which depend on the point of G2 only.
struct Lines {
  std::array<blst_fp6, 68> at;

  explicit Lines(const G2::Affine& point) { blst_precompute_lines(at.data(), &point); }
};

struct FixedLines {
  Lines negative_h, tau_h;
};

/// Made at the first call and constant from then on.
const FixedLines& fixed_lines() {
  static const FixedLines lines = [] {
    G2::Affine negative_h = *blst_p2_affine_generator(), tau;
    G2::negate(negative_h);
    if (blst_p2_uncompress(&tau, kzg_tau_g2.data()) != BLST_SUCCESS) std::abort();
    return FixedLines{Lines(negative_h), Lines(tau)};
  }();
  return lines;
}

/// The part of a Miller loop that belongs to one pair: its lines, evaluated at P in turn.
class LinesAt {
public:
  LinesAt(const Lines& lines, const G1::Affine& p) : next_(lines.at.data()) {
    // blst's lines are scaled so that -2x and 2y go into them.
    blst_fp_add(&x_, &p.x, &p.x);
    blst_fp_cneg(&x_, &x_, true);
    blst_fp_add(&y_, &p.y, &p.y);
  }

  void multiply_next_into(blst_fp12& product) {
    blst_fp6 line = *next_++;
    for (blst_fp& part : line.fp2[1].fp) blst_fp_mul(&part, &part, &x_);
    for (blst_fp& part : line.fp2[2].fp) blst_fp_mul(&part, &part, &y_);
    blst_fp12_mul_by_xy00z0(&product, &product, &line);
  }

private:
  const blst_fp6* next_;
  blst_fp x_, y_;
};

/// Both Miller loops as one, which shares the squarings.
blst_fp12 miller_loop(LinesAt a, LinesAt b) {
  blst_fp12 product = *blst_fp12_one();
  const auto multiply = [&] {
    a.multiply_next_into(product);
    b.multiply_next_into(product);
  };
  // |z| = 0xd201000000010000 from its second bit on: a doubling for each, an addition for a one.
  constexpr uint64_t parameter = bls12381::G2::base.w[0];
  for (unsigned bit = 63; bit-- > 0;) {
    if (bit != 62) blst_fp12_sqr(&product, &product);
    multiply();
    if ((parameter >> bit & 1) != 0) multiply();
  }
  blst_fp12_conjugate(&product); // z is negative
  return product;
}

bool read_point(std::span<const uint8_t, 48> compressed, G1::Affine& point) {
  return blst_p1_uncompress(&point, compressed.data()) == BLST_SUCCESS &&
         (G1::is_infinity(point) || G1::in_group(point));
}

} // namespace

Hash256 kzg_versioned_hash(std::span<const uint8_t, 48> commitment) {
  Hash256 hash = sha256(commitment);
  hash.bytes[0] = 0x01;
  return hash;
}

bool kzg_verify(std::span<const uint8_t, 48> commitment, const uint256& z, const uint256& y,
                std::span<const uint8_t, 48> proof) {
  G1::Affine p, q;
  if (!(z < kzg_modulus) || !(y < kzg_modulus) || !read_point(commitment, p) ||
      !read_point(proof, q))
    return false;
  const bool q_at_infinity = G1::is_infinity(q);

  // P - yG + z proof
  const std::array<G1::Affine, 2> points = {*blst_p1_affine_generator(), q};
  const std::array<uint256, 2> scalars = {kzg_modulus - y, z};
  const size_t terms = q_at_infinity ? 1 : 2;
  G1::Point left_point =
      bls12381::multi_scalar<G1>(std::span(points).first(terms), std::span(scalars).first(terms));
  G1::add(left_point, p);
  const G1::Affine left = G1::affine(left_point);

  // A pairing with infinity is one, so both or none must be; tau is not zero.
  if (G1::is_infinity(left) || q_at_infinity) return G1::is_infinity(left) && q_at_infinity;
  const FixedLines& lines = fixed_lines();
  const blst_fp12 product = miller_loop(LinesAt(lines.negative_h, left), LinesAt(lines.tau_h, q));
  blst_fp12 power;
  blst_final_exp(&power, &product);
  return blst_fp12_is_one(&power);
}

} // namespace runahead
