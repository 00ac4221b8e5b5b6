// BLS12-381 in the encodings of EIP-2537, for precompiles 0x0b to 0x11, on blst. May be called from
// any thread.
//
// A field element is 64 bytes, big-endian, below the prime; a point of G1 is two of them (x, y), an
// element of the quadratic extension two (c0, c1), a point of G2 two of those; the point at
// infinity is all zeros; a scalar is 32 bytes, big-endian, of any value. What breaks these rules,
// is not on its curve, or has not exactly the length named is refused: the answer is empty.
#pragma once

#include "base/bytes.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

namespace runahead::bls12381 {

inline constexpr size_t field_bytes = 64, g1_bytes = 2 * field_bytes, g2_bytes = 4 * field_bytes,
                        scalar_bytes = 32;
/// One term of a multi-scalar multiplication, and one pair of a pairing check.
inline constexpr size_t g1_term_bytes = g1_bytes + scalar_bytes,
                        g2_term_bytes = g2_bytes + scalar_bytes, pair_bytes = g1_bytes + g2_bytes;

using G1Bytes = std::array<uint8_t, g1_bytes>;
using G2Bytes = std::array<uint8_t, g2_bytes>;

/// The sum of two points, which need only be on the curve, not in the group.
std::optional<G1Bytes> g1_add(BytesView input);
std::optional<G2Bytes> g2_add(BytesView input);

/// The sum of terms, each a point of the group (checked) and its scalar; one term at least. Memory
/// is bounded, however many there are.
std::optional<G1Bytes> g1_multi_scalar(BytesView terms);
std::optional<G2Bytes> g2_multi_scalar(BytesView terms);

/// A product of pairings whose pairs come in parts.
class PairingProduct {
public:
  PairingProduct();
  ~PairingProduct();
  PairingProduct(const PairingProduct&) = delete;
  PairingProduct& operator=(const PairingProduct&) = delete;

  /// False if a pair is refused: then there is no product. REQUIRES: whole pairs.
  bool multiply(BytesView pairs);
  bool is_one();

private:
  class MillerProduct;
  std::unique_ptr<MillerProduct> miller_;
};

/// Whether the product of the pairings e(P, Q) is one. Each pair is P in G1 and Q in G2, both of
/// the group (checked); one pair at least.
std::optional<bool> pairing_check(BytesView pairs);

/// The point that a field element is mapped to: the simplified SWU map, the isogeny and the
/// clearing of the cofactor of RFC 9380.
std::optional<G1Bytes> map_to_g1(BytesView element);
std::optional<G2Bytes> map_to_g2(BytesView element);

} // namespace runahead::bls12381
