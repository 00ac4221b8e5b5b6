// Every scalar is first split into short digits by the curve's endomorphism, so that only 128 (G1)
// or 64 (G2) doublings are left. Few points go through one joint double-and-add ("Straus") with the
// digits in non-adjacent form, many through blst's buckets ("Pippenger").
#include "crypto/bls12381_msm.hpp"

#include "base/bytes.hpp"

#include <algorithm>
#include <cassert>
#include <cstdlib>
#include <cstring>
#include <vector>

namespace runahead::bls12381 {
namespace {

using u128 = unsigned __int128;

/// A non-adjacent form of width w: odd digits below 2^(w - 1) of either sign, any two at least w
/// places apart. The table of a point holds its odd multiples of as many sizes.
template <class Curve>
constexpr size_t table_size = size_t(1) << (Curve::naf_width - 2);

template <class Curve>
using Naf = std::array<int8_t, Curve::digit_bits + 1>;

/// Writes the form of `value`; returns the number of places up to the highest digit.
template <class Curve>
size_t recode(u128 value, Naf<Curve>& naf) {
  constexpr unsigned width = Curve::naf_width;
  naf.fill(0);
  size_t length = 0;
  for (size_t place = 0; value != 0; place += width) {
    for (; (value & 1) == 0; value >>= 1) ++place;
    int digit = static_cast<int>(value & ((1 << width) - 1));
    if (digit >= 1 << (width - 1)) digit -= 1 << width;
    naf[place] = static_cast<int8_t>(digit);
    length = place + 1;
    value = (value >> width) + (digit < 0); // (value - digit) / 2^width without its overflow
  }
  return length;
}

template <class Curve>
std::array<u128, Curve::digits> split(uint256 scalar) {
  if (!(scalar < group_order)) scalar = umod(scalar, group_order);
  std::array<u128, Curve::digits> digits;
  for (size_t i = 0; i + 1 < Curve::digits; ++i) {
    const DivMod parts = udivrem(scalar, Curve::base);
    digits[i] = u128(parts.rem.w[1]) << 64 | parts.rem.w[0];
    scalar = parts.quot;
  }
  digits.back() = u128(scalar.w[1]) << 64 | scalar.w[0];
  return digits;
}

/// Odd multiples of a point, and of its products with the powers of the base.
template <class Curve>
using Table = std::array<std::array<typename Curve::Affine, table_size<Curve>>, Curve::digits>;

template <class Curve>
std::vector<Table<Curve>> make_tables(std::span<const typename Curve::Affine> points) {
  using Point = typename Curve::Point;
  using Affine = typename Curve::Affine;
  // The group's order is a large prime, so none of these multiples is at infinity.
  std::vector<Point> multiples;
  multiples.reserve(points.size() * (table_size<Curve> - 1));
  for (const Affine& point : points) {
    Point twice = Curve::projective(point);
    Curve::twice(twice);
    Point odd = twice;
    Curve::add(odd, point);
    multiples.push_back(odd);
    for (size_t i = 2; i < table_size<Curve>; ++i) {
      Curve::add(odd, twice);
      multiples.push_back(odd);
    }
  }
  std::vector<Affine> affine(multiples.size());
  Curve::affine(multiples.data(), multiples.size(), affine.data());

  std::vector<Table<Curve>> tables(points.size());
  for (size_t i = 0; i < points.size(); ++i) {
    auto& table = tables[i];
    table[0][0] = points[i];
    std::copy_n(&affine[i * (table_size<Curve> - 1)], table_size<Curve> - 1, &table[0][1]);
    for (size_t digit = 1; digit < Curve::digits; ++digit)
      std::ranges::transform(table[digit - 1], table[digit].begin(), Curve::times_base);
  }
  return tables;
}

template <class Curve>
typename Curve::Point straus(std::span<const typename Curve::Affine> points,
                             std::span<const uint256> scalars) {
  const std::vector<Table<Curve>> tables = make_tables<Curve>(points);
  std::vector<std::array<Naf<Curve>, Curve::digits>> nafs(points.size());
  size_t length = 0;
  for (size_t i = 0; i < points.size(); ++i) {
    const auto digits = split<Curve>(scalars[i]);
    for (size_t d = 0; d < Curve::digits; ++d)
      length = std::max(length, recode<Curve>(digits[d], nafs[i][d]));
  }

  typename Curve::Point sum{}; // at infinity
  for (size_t place = length; place-- > 0;) {
    Curve::twice(sum);
    for (size_t i = 0; i < points.size(); ++i) {
      for (size_t d = 0; d < Curve::digits; ++d) {
        const int digit = nafs[i][d][place];
        if (digit == 0) continue;
        auto multiple = tables[i][d][static_cast<size_t>(std::abs(digit) / 2)];
        if (digit < 0) Curve::negate(multiple);
        Curve::add(sum, multiple);
      }
    }
  }
  return sum;
}

template <class Curve>
typename Curve::Point pippenger(std::span<const typename Curve::Affine> points,
                                std::span<const uint256> scalars) {
  constexpr size_t digit_bytes = Curve::digit_bits / 8;
  const size_t count = points.size() * Curve::digits;
  std::vector<typename Curve::Affine> all;
  all.reserve(count);
  // blst may load a word from the end of the last scalar.
  Bytes digits(count * digit_bytes + sizeof(limb_t), 0);
  uint8_t* next = digits.data();
  for (size_t i = 0; i < points.size(); ++i) {
    auto point = points[i];
    for (const u128 digit : split<Curve>(scalars[i])) {
      all.push_back(point);
      std::memcpy(next, &digit, digit_bytes);
      next += digit_bytes;
      point = Curve::times_base(point);
    }
  }
  std::vector<limb_t> scratch(Curve::pippenger_bytes(count) / sizeof(limb_t));
  return Curve::pippenger(all.data(), count, digits.data(), scratch.data());
}

} // namespace

G1::Affine G1::times_base(const Affine& point) {
  // z^2 (x, y) = (beta x, -y) with beta a cube root of one: 0x5f19672fdf76ce51ba69c6076a0f77ead
  // db3a93be6f89688de17d813620a00022e01fffffffefffe (Scott, "A note on group membership tests for
  // G1, G2 and GT on BLS pairing-friendly curves", 2021).
  static constexpr blst_fp beta = {{0x30f1361b798a64e8, 0xf3b8ddab7ece5a2a, 0x16a8ca3ac61577f7,
                                    0xc26a2ff874fd029b, 0x3636b76660701c6e, 0x051ba4ab241b6160}};
  Affine result;
  blst_fp_mul(&result.x, &point.x, &beta);
  blst_fp_cneg(&result.y, &point.y, true);
  return result;
}

G2::Affine G2::times_base(const Affine& point) {
  // z (x, y) is the twisted Frobenius map, (x^p / (1 + i)^((p - 1) / 3), y^p / (1 + i)^((p - 1) /
  // 2)), where raising to the p-th power is conjugation; the base is -z.
  static constexpr blst_fp2 x_factor = {
      {{{0, 0, 0, 0, 0, 0}},
       {{0x890dc9e4867545c3, 0x2af322533285a5d5, 0x50880866309b7e2c, 0xa20d1b8c7e881024,
         0x14e4f04fe2db9068, 0x14e56d3f1564853a}}}};
  static constexpr blst_fp2 negative_y_factor = {
      {{{0x7bcfa7a25aa30fda, 0xdc17dec12a927e7c, 0x2f088dd86b4ebef1, 0xd1ca2087da74d4a7,
         0x2da2596696cebc1d, 0x0e2b7eedbbfd87d2}},
       {{0x3e2f585da55c9ad1, 0x4294213d86c18183, 0x382844c88b623732, 0x92ad2afd19103e18,
         0x1d794e4fac7cf0b9, 0x0bd592fc7d825ec8}}}};
  Affine result = point;
  blst_fp_cneg(&result.x.fp[1], &result.x.fp[1], true);
  blst_fp_cneg(&result.y.fp[1], &result.y.fp[1], true);
  blst_fp2_mul(&result.x, &result.x, &x_factor);
  blst_fp2_mul(&result.y, &result.y, &negative_y_factor);
  return result;
}

template <class Curve>
typename Curve::Point multi_scalar(std::span<const typename Curve::Affine> points,
                                   std::span<const uint256> scalars) {
  assert(points.size() == scalars.size());
  return points.size() < Curve::pippenger_from ? straus<Curve>(points, scalars)
                                               : pippenger<Curve>(points, scalars);
}

template G1::Point multi_scalar<G1>(std::span<const G1::Affine>, std::span<const uint256>);
template G2::Point multi_scalar<G2>(std::span<const G2::Affine>, std::span<const uint256>);

} // namespace runahead::bls12381
