// Inverses in the field, by the division steps of Bernstein and Yang ("Fast constant-time gcd
// computation and modular inversion", TCHES 2019), not in constant time: what is inverted here is
// public. Fermat's way costs six times as much.
//
// f = p and g = x are divided by two, and combined so that they can be, until g is 0 and f is +-1.
// What a run of 62 steps does depends on the low 62 bits of f and g only and is a matrix, which is
// then applied to the whole numbers, and to d and e, where d * x = f and e * x = g modulo p.
#include "crypto/bn254_fp.hpp"
#include "crypto/bn254_fp2.hpp"

#include <algorithm>
#include <bit>
#include <utility>

namespace runahead::bn254 {
namespace {

using i128 = __int128;

constexpr int limb_bits = 62;
constexpr int64_t limb_mask = (int64_t(1) << limb_bits) - 1;
constexpr int limb_count = 5;

/// The sum of w[i] * 2^(62 i). All limbs but the highest are in [0, 2^62), the highest has the
/// sign.
struct Signed62 {
  int64_t w[limb_count];
};

constexpr Signed62 to_signed62(const uint256& x) {
  Signed62 r{};
  for (unsigned i = 0; i < limb_count; ++i)
    r.w[i] = static_cast<int64_t>((x >> i * limb_bits).w[0] & limb_mask);
  return r;
}

constexpr Signed62 prime62 = to_signed62(prime);
/// 1 / p modulo 2^62.
constexpr uint64_t prime_inverse62 = -detail::prime_factor & limb_mask;

/// What 62 division steps make of (f, g): ((u, v), (q, r)) / 2^62 times it.
struct Matrix {
  int64_t u, v, q, r;
};

/// Runs 62 division steps on the low bits of f and g. `eta` is the negative of the paper's delta.
/// A step with an even g only halves it; so runs of them are one shift. A step with an odd g and
/// eta >= 0 adds f to it, and halves; so as long as eta allows, up to six bits of g are cleared by
/// one multiple of f.
Matrix run_division_steps(int64_t& eta, uint64_t f, uint64_t g) {
  uint64_t u = 1, v = 0, q = 0, r = 1; // modulo 2^64; the signed values fit
  int left = limb_bits;
  while (true) {
    const int zeros = std::countr_zero(g | ~uint64_t(0) << left);
    g >>= zeros;
    u <<= zeros;
    v <<= zeros;
    eta -= zeros;
    left -= zeros;
    if (left == 0) break;
    if (eta < 0) {
      eta = -eta;
      f = std::exchange(g, -f);
      u = std::exchange(q, -u);
      v = std::exchange(r, -v);
    }
    const int bits = static_cast<int>(std::min<int64_t>({eta + 1, left, 6}));
    // f (f^2 - 2) is -1 / f modulo 64.
    const uint64_t factor = (f * g * (f * f - 2)) & (63u >> (6 - bits));
    g += f * factor;
    q += u * factor;
    r += v * factor;
  }
  return {static_cast<int64_t>(u), static_cast<int64_t>(v), static_cast<int64_t>(q),
          static_cast<int64_t>(r)};
}

/// (f, g) := matrix * (f, g) / 2^62, which is exact. Only the lower `count` limbs are in use.
void apply_to_values(const Matrix& m, Signed62& f, Signed62& g, int count) {
  i128 cf = i128(m.u) * f.w[0] + i128(m.v) * g.w[0];
  i128 cg = i128(m.q) * f.w[0] + i128(m.r) * g.w[0];
  cf >>= limb_bits;
  cg >>= limb_bits;
  for (int i = 1; i < count; ++i) {
    cf += i128(m.u) * f.w[i] + i128(m.v) * g.w[i];
    cg += i128(m.q) * f.w[i] + i128(m.r) * g.w[i];
    f.w[i - 1] = static_cast<int64_t>(cf) & limb_mask;
    g.w[i - 1] = static_cast<int64_t>(cg) & limb_mask;
    cf >>= limb_bits;
    cg >>= limb_bits;
  }
  f.w[count - 1] = static_cast<int64_t>(cf);
  g.w[count - 1] = static_cast<int64_t>(cg);
}

/// (d, e) := matrix * (d, e) / 2^62 modulo p. REQUIRES and gives: d and e in (-2p, p).
void apply_to_cofactors(const Matrix& m, Signed62& d, Signed62& e) {
  const int64_t d_sign = d.w[limb_count - 1] >> 63, e_sign = e.w[limb_count - 1] >> 63;
  // Adding p to what is negative brings both to (-p, p), and so the combinations, which have
  // factors of together at most 2^62, to (-2^62 p, 2^62 p).
  int64_t md = (m.u & d_sign) + (m.v & e_sign), me = (m.q & d_sign) + (m.r & e_sign);
  i128 cd = i128(m.u) * d.w[0] + i128(m.v) * e.w[0];
  i128 ce = i128(m.q) * d.w[0] + i128(m.r) * e.w[0];
  // Less a multiple below 2^62 of p, so that the low limbs become 0.
  md -= (prime_inverse62 * static_cast<uint64_t>(cd) + md) & limb_mask;
  me -= (prime_inverse62 * static_cast<uint64_t>(ce) + me) & limb_mask;
  cd = (cd + i128(prime62.w[0]) * md) >> limb_bits;
  ce = (ce + i128(prime62.w[0]) * me) >> limb_bits;
#pragma clang loop unroll(full)
  for (int i = 1; i < limb_count; ++i) {
    cd += i128(m.u) * d.w[i] + i128(m.v) * e.w[i] + i128(prime62.w[i]) * md;
    ce += i128(m.q) * d.w[i] + i128(m.r) * e.w[i] + i128(prime62.w[i]) * me;
    d.w[i - 1] = static_cast<int64_t>(cd) & limb_mask;
    e.w[i - 1] = static_cast<int64_t>(ce) & limb_mask;
    cd >>= limb_bits;
    ce >>= limb_bits;
  }
  d.w[limb_count - 1] = static_cast<int64_t>(cd);
  e.w[limb_count - 1] = static_cast<int64_t>(ce);
}

/// d, or -d, modulo p. REQUIRES: d in (-2p, p).
uint256 normalized(const Signed62& d, bool negate) {
  uint256 value; // modulo 2^256, which holds (-2p, 2p)
  for (unsigned i = 0; i < limb_count; ++i)
    value += uint256(static_cast<uint64_t>(d.w[i])) << i * limb_bits;
  const auto negative = [](const uint256& x) { return x.w[3] >> 63 != 0; };
  if (negate) value = -value;
  for (int i = 0; i < 2; ++i) {
    if (negative(value)) value += prime;
    if (!negative(value - prime)) value -= prime;
  }
  return value;
}

/// 1 / x modulo p; 0 for 0. REQUIRES: x < p.
uint256 invert_modulo_prime(const uint256& x) {
  Signed62 d{}, e{{1, 0, 0, 0, 0}}, f = prime62, g = to_signed62(x);
  int64_t eta = -1;
  int count = limb_count;
  while (true) {
    const Matrix matrix =
        run_division_steps(eta, static_cast<uint64_t>(f.w[0]), static_cast<uint64_t>(g.w[0]));
    apply_to_cofactors(matrix, d, e);
    apply_to_values(matrix, f, g, count);
    int64_t g_bits = 0;
    for (int i = 0; i < count; ++i) g_bits |= g.w[i];
    if (g_bits == 0) break;
    // A highest limb that is only a sign moves into the one below.
    const int64_t f_top = f.w[count - 1], g_top = g.w[count - 1];
    if (count > 1 && (f_top ^ f_top >> 63) == 0 && (g_top ^ g_top >> 63) == 0) {
      f.w[count - 2] |= static_cast<int64_t>(static_cast<uint64_t>(f_top) << limb_bits);
      g.w[count - 2] |= static_cast<int64_t>(static_cast<uint64_t>(g_top) << limb_bits);
      --count;
    }
  }
  return normalized(d, f.w[count - 1] < 0);
}

/// R^3 mod p: inverting x R gives 1 / (x R), and multiplying with this R / x.
constexpr Fp radix_cubed{detail::power_of_two(768)};

} // namespace

Fp invert(const Fp& a) { return Fp{invert_modulo_prime(a.montgomery)} * radix_cubed; }

Fp2 invert(const Fp2& a) {
  const Fp factor = invert(a.c0 * a.c0 + a.c1 * a.c1);
  return {a.c0 * factor, -(a.c1 * factor)};
}

} // namespace runahead::bn254
