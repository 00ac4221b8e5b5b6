// Keccak-f[1600] sponges with a 1088-bit rate: Ethereum's Keccak-256 and, by the padding byte,
// SHA3-256. Functions may be called from any thread; a Keccak256 object belongs to one.
#pragma once

#include "base/bytes.hpp"

#include <cstdint>

namespace runahead {

/// Keccak-256 as Ethereum uses it (the submission of 2011, padding byte 0x01).
Hash256 keccak256(BytesView data);

/// The sponge behind it with any padding byte: 0x01 is Keccak-256, 0x06 SHA3-256 (FIPS 202).
Hash256 sponge256(BytesView data, uint8_t padding);

/// Keccak-256 of data that comes in pieces.
class Keccak256 {
public:
  void update(BytesView data);
  /// The hash of everything given so far. Call once, last.
  Hash256 finish();

private:
  uint64_t state_[25] = {};
  unsigned position_ = 0; ///< bytes of the current block already absorbed
};

} // namespace runahead
