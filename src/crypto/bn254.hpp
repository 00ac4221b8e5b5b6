// The precompiles over bn254 (alt_bn128): addition and multiplication in G1 (EIP-196) and the
// product of pairings (EIP-197), from bytes to bytes. Pure functions; any thread may call them.
//
// Numbers are 32 bytes, big-endian. A coordinate must be below the prime, a point on its curve;
// infinity is all zeros. An element a + b u of Fp2 is written b first.
#pragma once

#include "base/bytes.hpp"
#include "crypto/bn254_fp12.hpp"

#include <array>
#include <optional>

namespace runahead {

using Bn254Point = std::array<uint8_t, 64>; ///< x, y

/// The sum of two points: x1, y1, x2, y2. Missing bytes are zeros, bytes behind are ignored. Empty
/// if a point is none.
std::optional<Bn254Point> bn254_add(BytesView input);

/// A point times a scalar, which may be anything: x, y, scalar. Missing bytes are zeros, bytes
/// behind are ignored. Empty if the point is none.
std::optional<Bn254Point> bn254_multiply(BytesView input);

/// The bytes of a pair of points: one of G1 (x, y), one of G2 (x, y).
inline constexpr size_t bn254_pair_size = 192;

/// A product of pairings whose pairs come in parts.
class Bn254PairingProduct {
public:
  /// False if a point is not in its group: then there is no product. REQUIRES: whole pairs.
  bool multiply(BytesView pairs);
  bool is_one() const;

private:
  bn254::Fp12 miller_ = bn254::Fp12::one();
};

/// True if the product of the pairings of all pairs is 1, as it is for no pairs at all. Empty if
/// the size is no multiple of `bn254_pair_size`, or a point is not in its group.
std::optional<bool> bn254_pairing_check(BytesView input);

} // namespace runahead
