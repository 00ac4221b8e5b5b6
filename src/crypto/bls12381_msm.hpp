// Sums of multiples of points of BLS12-381. Times depend on the scalars: not for secrets. May be
// called from any thread.
#pragma once

#include "base/uint256.hpp"
#include "crypto/bls12381_curve.hpp"

#include <span>

namespace runahead::bls12381 {

/// scalars[0] * points[0] + scalars[1] * points[1] + ... for Curve G1 or G2. Scalars are any
/// numbers. Allocates in proportion to the number of points (up to 5 KB each), so whoever has many
/// hands them over in parts.
/// REQUIRES: as many scalars as points, all points in the group, none at infinity.
template <class Curve>
typename Curve::Point multi_scalar(std::span<const typename Curve::Affine> points,
                                   std::span<const uint256> scalars);

extern template G1::Point multi_scalar<G1>(std::span<const G1::Affine>, std::span<const uint256>);
extern template G2::Point multi_scalar<G2>(std::span<const G2::Affine>, std::span<const uint256>);

} // namespace runahead::bls12381
