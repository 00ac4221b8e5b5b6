#include "spec/blob_fee.hpp"

namespace runahead {

// EIP-4844's Taylor series of e^(excess / fraction), scaled by the fraction. The sum is below
// fraction * e^(excess / fraction), so the ratio is bounded to what keeps that inside 256 bits:
// log2(e) is a little less than 1.443.
uint256 blob_base_fee(uint64_t excess_blob_gas, const BlobSchedule& blobs) {
  const uint256 fraction = blobs.base_fee_update_fraction, excess = excess_blob_gas;
  const uint64_t largest_ratio = (253 - fraction.bit_width()) * 1000 / 1443;
  if (udiv(excess, fraction) >= uint256(largest_ratio)) return uint256::max();
  uint256 sum, term = fraction;
  for (uint64_t i = 1; !term.is_zero(); ++i) {
    sum += term;
    // floor(term * excess / divisor), whose product alone may take 320 bits.
    const uint256 divisor = fraction * i;
    const DivMod part = udivrem(term, divisor);
    term = part.quot * excess + udiv(part.rem * excess, divisor);
  }
  return udiv(sum, fraction);
}

} // namespace runahead
