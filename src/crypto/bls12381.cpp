#include "crypto/bls12381.hpp"

#include "base/uint256.hpp"
#include "crypto/bls12381_curve.hpp"
#include "crypto/bls12381_msm.hpp"

#include <algorithm>
#include <cstring>
#include <type_traits>
#include <vector>

namespace runahead::bls12381 {
namespace {

/// A field element is the last 48 bytes of its 64.
constexpr size_t padding_bytes = 16;
constexpr std::array<uint8_t, field_bytes - padding_bytes> prime = {
    0x1a, 0x01, 0x11, 0xea, 0x39, 0x7f, 0xe6, 0x9a, 0x4b, 0x1b, 0xa7, 0xb6, 0x43, 0x4b, 0xac, 0xd7,
    0x64, 0x77, 0x4b, 0x84, 0xf3, 0x85, 0x12, 0xbf, 0x67, 0x30, 0xd2, 0xa0, 0xf6, 0xb0, 0xf6, 0x24,
    0x1e, 0xab, 0xff, 0xfe, 0xb1, 0x53, 0xff, 0xff, 0xb9, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xaa, 0xab,
};

bool read(const uint8_t* from, blst_fp& element) {
  if (std::any_of(from, from + padding_bytes, [](uint8_t byte) { return byte != 0; })) return false;
  if (std::memcmp(from + padding_bytes, prime.data(), prime.size()) >= 0) return false;
  blst_fp_from_bendian(&element, from + padding_bytes);
  return true;
}

bool read(const uint8_t* from, blst_fp2& element) {
  return read(from, element.fp[0]) && read(from + field_bytes, element.fp[1]);
}

void write(uint8_t* to, const blst_fp& element) {
  std::memset(to, 0, padding_bytes);
  blst_bendian_from_fp(to + padding_bytes, &element);
}

void write(uint8_t* to, const blst_fp2& element) {
  write(to, element.fp[0]);
  write(to + field_bytes, element.fp[1]);
}

/// Encoded sizes by curve.
template <class Curve>
constexpr size_t point_bytes = std::is_same_v<Curve, G1> ? g1_bytes : g2_bytes;
template <class Curve>
constexpr size_t term_bytes = point_bytes<Curve> + scalar_bytes;

enum class Check : uint8_t { on_curve, in_group };

/// False for bytes that are no such point.
template <class Curve>
bool read_point(const uint8_t* from, Check check, typename Curve::Affine& point) {
  if (!read(from, point.x) || !read(from + point_bytes<Curve> / 2, point.y)) return false;
  if (Curve::is_infinity(point)) return true;
  return Curve::on_curve(point) && (check == Check::on_curve || Curve::in_group(point));
}

template <class Curve>
std::array<uint8_t, point_bytes<Curve>> write_point(const typename Curve::Point& point) {
  std::array<uint8_t, point_bytes<Curve>> bytes;
  const auto affine = Curve::affine(point);
  write(bytes.data(), affine.x);
  write(bytes.data() + bytes.size() / 2, affine.y);
  return bytes;
}

template <class Curve>
std::optional<std::array<uint8_t, point_bytes<Curve>>> add(BytesView input) {
  typename Curve::Affine a, b;
  if (input.size() != 2 * point_bytes<Curve> ||
      !read_point<Curve>(input.data(), Check::on_curve, a) ||
      !read_point<Curve>(input.data() + point_bytes<Curve>, Check::on_curve, b))
    return std::nullopt;
  auto sum = Curve::projective(a);
  Curve::add(sum, b);
  return write_point<Curve>(sum);
}

/// Terms that are summed at once. More of them gain nothing to speak of: the time goes into
/// checking the points.
constexpr size_t most_terms = 1024;

template <class Curve>
std::optional<std::array<uint8_t, point_bytes<Curve>>> multi_scalar_of(BytesView terms) {
  if (terms.empty() || terms.size() % term_bytes<Curve> != 0) return std::nullopt;
  std::vector<typename Curve::Affine> points;
  std::vector<uint256> scalars;
  const size_t room = std::min(terms.size() / term_bytes<Curve>, most_terms);
  points.reserve(room);
  scalars.reserve(room);
  typename Curve::Point sum{}; // at infinity
  for (; !terms.empty(); terms = terms.subspan(term_bytes<Curve>)) {
    typename Curve::Affine point;
    if (!read_point<Curve>(terms.data(), Check::in_group, point)) return std::nullopt;
    const uint256 scalar = load_be(terms.data() + point_bytes<Curve>);
    if (Curve::is_infinity(point) || scalar.is_zero()) continue;
    if (points.size() == most_terms) {
      Curve::add(sum, multi_scalar<Curve>(points, scalars));
      points.clear();
      scalars.clear();
    }
    points.push_back(point);
    scalars.push_back(scalar);
  }
  if (!points.empty()) Curve::add(sum, multi_scalar<Curve>(points, scalars));
  return write_point<Curve>(sum);
}

} // namespace

std::optional<G1Bytes> g1_add(BytesView input) { return add<G1>(input); }
std::optional<G2Bytes> g2_add(BytesView input) { return add<G2>(input); }

std::optional<G1Bytes> g1_multi_scalar(BytesView terms) { return multi_scalar_of<G1>(terms); }
std::optional<G2Bytes> g2_multi_scalar(BytesView terms) { return multi_scalar_of<G2>(terms); }

/// A product of Miller loops. Pairs go through one loop together, as many as blst does at once.
class PairingProduct::MillerProduct {
public:
  /// REQUIRES: neither is at infinity.
  void multiply(const G1::Affine& p, const G2::Affine& q) {
    if (waiting_ == most) flush();
    p_[waiting_] = p;
    q_[waiting_] = q;
    ++waiting_;
  }

  /// Whether the product of the pairings is one.
  bool is_one() {
    if (waiting_ != 0) flush();
    if (empty_) return true;
    blst_fp12 power;
    blst_final_exp(&power, &product_);
    return blst_fp12_is_one(&power);
  }

private:
  void flush() {
    const G1::Affine* const first_p[] = {p_.data(), nullptr};
    const G2::Affine* const first_q[] = {q_.data(), nullptr};
    blst_fp12 loop;
    blst_miller_loop_n(&loop, first_q, first_p, waiting_);
    if (empty_)
      product_ = loop;
    else
      blst_fp12_mul(&product_, &product_, &loop);
    empty_ = false;
    waiting_ = 0;
  }

  static constexpr size_t most = 16;
  std::array<G1::Affine, most> p_;
  std::array<G2::Affine, most> q_;
  size_t waiting_ = 0;
  blst_fp12 product_;
  bool empty_ = true;
};

PairingProduct::PairingProduct() : miller_(std::make_unique<MillerProduct>()) {}
PairingProduct::~PairingProduct() = default;

bool PairingProduct::multiply(BytesView pairs) {
  for (; !pairs.empty(); pairs = pairs.subspan(pair_bytes)) {
    G1::Affine p;
    G2::Affine q;
    if (!read_point<G1>(pairs.data(), Check::in_group, p) ||
        !read_point<G2>(pairs.data() + g1_bytes, Check::in_group, q))
      return false;
    // A pairing with infinity is one.
    if (!G1::is_infinity(p) && !G2::is_infinity(q)) miller_->multiply(p, q);
  }
  return true;
}

bool PairingProduct::is_one() { return miller_->is_one(); }

std::optional<bool> pairing_check(BytesView pairs) {
  if (pairs.empty() || pairs.size() % pair_bytes != 0) return std::nullopt;
  PairingProduct product;
  if (!product.multiply(pairs)) return std::nullopt;
  return product.is_one();
}

std::optional<G1Bytes> map_to_g1(BytesView element) {
  blst_fp u;
  if (element.size() != field_bytes || !read(element.data(), u)) return std::nullopt;
  G1::Point point;
  blst_map_to_g1(&point, &u, nullptr);
  return write_point<G1>(point);
}

std::optional<G2Bytes> map_to_g2(BytesView element) {
  blst_fp2 u;
  if (element.size() != 2 * field_bytes || !read(element.data(), u)) return std::nullopt;
  G2::Point point;
  blst_map_to_g2(&point, &u, nullptr);
  return write_point<G2>(point);
}

} // namespace runahead::bls12381
