// What block analysis must know of an opcode, in 8 bytes: one table per fork, so that analysing an
// instruction looks at one place.
#pragma once

#include "spec/gas.hpp"
#include "spec/opcodes.hpp"

#include <array>
#include <cstdint>

namespace runahead {

/// Of an opcode that the fork does not define: nothing but the end of its block.
struct alignas(8) OpcodeRow {
  uint16_t gas = 0;     ///< base price
  uint8_t stack_in = 0; ///< items that must be there
  int8_t stack_change = 0;
  uint8_t immediate_bytes = 0;
  bool defined = false;
  bool ends_block = true;
};
static_assert(sizeof(OpcodeRow) == 8);

using OpcodeRows = std::array<OpcodeRow, 256>;

/// The fork's table; it lives as long as the program.
const OpcodeRows& opcode_rows(Fork fork);

} // namespace runahead
