#include "crypto/bn254.hpp"

#include "crypto/bn254_pairing.hpp"

#include <algorithm>
#include <vector>

namespace runahead {
namespace {

using namespace bn254;

template <size_t size>
std::array<uint8_t, size> padded_head(BytesView input) {
  std::array<uint8_t, size> bytes{};
  std::copy_n(input.begin(), std::min(size, input.size()), bytes.begin());
  return bytes;
}

std::optional<Fp> read_fp(const uint8_t* bytes) {
  const uint256 value = load_be(bytes);
  if (value >= prime) return std::nullopt;
  return Fp::from(value);
}

std::optional<Fp2> read_fp2(const uint8_t* bytes) {
  const auto c1 = read_fp(bytes), c0 = read_fp(bytes + 32);
  if (!c0 || !c1) return std::nullopt;
  return Fp2{*c0, *c1};
}

std::optional<G1> read_g1(const uint8_t* bytes) {
  const auto x = read_fp(bytes), y = read_fp(bytes + 32);
  if (!x || !y) return std::nullopt;
  const G1 point{*x, *y};
  return is_on_curve(point) ? std::optional(point) : std::nullopt;
}

/// Only on the curve; whether it is in the group the pairing finds out.
std::optional<G2> read_g2(const uint8_t* bytes) {
  const auto x = read_fp2(bytes), y = read_fp2(bytes + 64);
  if (!x || !y) return std::nullopt;
  const G2 point{*x, *y};
  return is_on_curve(point) ? std::optional(point) : std::nullopt;
}

Bn254Point written(const G1& point) {
  Bn254Point bytes;
  store_be(bytes.data(), point.x.value());
  store_be(bytes.data() + 32, point.y.value());
  return bytes;
}

} // namespace

std::optional<Bn254Point> bn254_add(BytesView input) {
  const auto bytes = padded_head<128>(input);
  const auto a = read_g1(&bytes[0]), b = read_g1(&bytes[64]);
  if (!a || !b) return std::nullopt;
  return written(add(*a, *b));
}

std::optional<Bn254Point> bn254_multiply(BytesView input) {
  const auto bytes = padded_head<96>(input);
  const auto point = read_g1(&bytes[0]);
  if (!point) return std::nullopt;
  return written(multiply(*point, load_be(&bytes[64])));
}

bool Bn254PairingProduct::multiply(BytesView pairs) {
  std::vector<PairingTerm> terms;
  terms.reserve(pairs.size() / bn254_pair_size);
  for (; !pairs.empty(); pairs = pairs.subspan(bn254_pair_size)) {
    const auto p = read_g1(&pairs[0]);
    const auto q = read_g2(&pairs[64]);
    if (!p || !q) return false;
    terms.push_back({*p, *q});
  }
  const std::optional<Fp12> f = miller_loop(terms);
  if (f) miller_ = miller_ * *f;
  return f.has_value();
}

bool Bn254PairingProduct::is_one() const { return final_exponentiation(miller_) == Fp12::one(); }

std::optional<bool> bn254_pairing_check(BytesView input) {
  if (input.size() % bn254_pair_size != 0) return std::nullopt;
  Bn254PairingProduct product;
  if (!product.multiply(input)) return std::nullopt;
  return product.is_one();
}

} // namespace runahead
