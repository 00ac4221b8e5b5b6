// Which bytes of a result may come out different when some bytes of its operands may: what masks
// and shifts cut off is known. Bit 0 stands for the lowest byte.
#pragma once

#include "base/uint256.hpp"

#include <cstdint>

namespace runahead {

inline constexpr uint32_t all_bytes_open = ~uint32_t{0};

/// An operand as far as it is told which of its bytes are open.
struct OpenOperand {
  const uint256& value;
  uint32_t open;
};

/// Of the result of a pure opcode; `b` is not looked at where there is one operand.
uint32_t open_bytes_of(uint8_t op, const OpenOperand& a, const OpenOperand& b);

} // namespace runahead
