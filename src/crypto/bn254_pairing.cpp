#include "crypto/bn254_pairing.hpp"

#include <vector>

namespace runahead::bn254 {
namespace {

/// A term on its way through the loop.
struct Track {
  G2Walk walk;
  Fp x, y;

  Fp12Line next_line(size_t step) {
    const G2Walk::Line line = walk.take_step(step);
    return {line.c0 * y, line.c1 * x, line.c3};
  }
};

/// f times the lines of one step, which are multiplied in pairs first: that is 23 products in Fp2
/// for two lines, instead of 26.
void multiply_by_lines(Fp12& f, std::span<Track> tracks, size_t step) {
  size_t i = 0;
  for (; i + 1 < tracks.size(); i += 2)
    f = f * (tracks[i].next_line(step) * tracks[i + 1].next_line(step));
  if (i < tracks.size()) f = f * tracks[i].next_line(step);
}

/// To the power of `seed`, in the cyclotomic subgroup, where a conjugate is an inverse.
Fp12 power_of_seed(const Fp12& base) {
  static constexpr SignedDigits digits = window_naf(seed, 4);
  static_assert(digits.digit[digits.count - 1] == 1);
  const Fp12 square = base.cyclotomic_squared();
  Fp12 odd_powers[4] = {base};
  for (int i = 1; i < 4; ++i) odd_powers[i] = odd_powers[i - 1] * square;
  Fp12 result = base;
  for (unsigned i = digits.count - 1; i-- > 0;) {
    result = result.cyclotomic_squared();
    const int digit = digits.digit[i];
    if (digit > 0) result = result * odd_powers[digit / 2];
    if (digit < 0) result = result * odd_powers[-digit / 2].conjugate();
  }
  return result;
}

} // namespace

std::optional<Fp12> miller_loop(std::span<const PairingTerm> terms) {
  std::vector<Track> tracks;
  tracks.reserve(terms.size());
  for (const PairingTerm& term : terms) {
    if (term.q.is_infinity()) continue;
    if (!term.p.is_infinity())
      tracks.push_back({G2Walk(term.q), term.p.x, term.p.y});
    else if (!is_in_subgroup(term.q))
      return std::nullopt;
  }
  Fp12 f = Fp12::one();
  if (tracks.empty()) return f;
  for (size_t step = 0; step < G2Walk::step_count; ++step) {
    if (step > 0 && G2Walk::doubles(step)) f = f.squared();
    multiply_by_lines(f, tracks, step);
  }
  for (const Track& track : tracks)
    if (!track.walk.proves_membership()) return std::nullopt;
  return f;
}

/// The exponent is (p^6 - 1)(p^2 + 1) and, by Fuentes-Castaneda, Knapp, Rodriguez-Henriquez
/// ("Faster hashing to G2", SAC 2011), the following polynomial in p: (12x^3 + 12x^2 + 6x + 1) +
/// (12x^3 + 6x^2 + 4x) p + (12x^3 + 6x^2 + 6x) p^2
/// + (12x^3 + 6x^2 + 4x - 1) p^3.
Fp12 final_exponentiation(const Fp12& f) {
  const Fp12 easy = f.conjugate() * invert(f);
  const Fp12 m = easy.frobenius_square() * easy;

  const Fp12 m_2x = power_of_seed(m).cyclotomic_squared();
  const Fp12 m_6x = m_2x.cyclotomic_squared() * m_2x;
  const Fp12 m_6xx = power_of_seed(m_6x);
  const Fp12 m_12xxx = power_of_seed(m_6xx.cyclotomic_squared());

  const Fp12 a = m_12xxx * m_6xx * m_6x; // the factor of p^2
  const Fp12 b = a * m_2x.conjugate();   // the factor of p
  const Fp12 c = b * m.conjugate();      // the factor of p^3
  const Fp12 d = a * m_6xx * m;
  return d * b.frobenius() * (a * c.frobenius()).frobenius_square();
}

std::optional<bool> pairing_product_is_one(std::span<const PairingTerm> terms) {
  const std::optional<Fp12> f = miller_loop(terms);
  if (!f) return std::nullopt;
  return final_exponentiation(*f) == Fp12::one();
}

} // namespace runahead::bn254
