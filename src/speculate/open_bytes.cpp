#include "speculate/open_bytes.hpp"

#include "spec/opcodes.hpp"

namespace runahead {
namespace {

/// Bit i set where byte i of `x` is not zero.
uint32_t nonzero_bytes(const uint256& x) {
  uint32_t bits = 0;
  for (unsigned i = 0; i < 32; ++i)
    if ((x.w[i / 8] >> (i % 8 * 8) & 0xff) != 0) bits |= uint32_t{1} << i;
  return bits;
}

/// Where a shift by a known number of bits takes open bytes.
uint32_t shift_bytes(uint32_t bytes, const uint256& shift, bool left) {
  if (!shift.fits_u64() || shift.w[0] >= 256) return 0;
  const unsigned whole = static_cast<unsigned>(shift.w[0] / 8);
  const bool partial = shift.w[0] % 8 != 0;
  const uint64_t wide = bytes;
  uint64_t moved = left ? wide << whole : wide >> whole;
  if (partial) moved |= left ? moved << 1 : moved >> 1;
  return static_cast<uint32_t>(moved);
}

} // namespace

uint32_t open_bytes_of(uint8_t op, const OpenOperand& a, const OpenOperand& b) {
  switch (op) {
  case OP_AND:
    return (a.open & (b.open | nonzero_bytes(b.value))) |
           (b.open & (a.open | nonzero_bytes(a.value)));
  case OP_OR:
  case OP_XOR: return a.open | b.open;
  case OP_NOT: return a.open;
  case OP_SHL:
  case OP_SHR: return a.open == 0 ? shift_bytes(b.open, a.value, op == OP_SHL) : all_bytes_open;
  case OP_BYTE:
    if (a.open == 0) return a.value < uint256{32} ? b.open >> (31 - a.value.w[0]) & 1 : 0;
    return 1;
  case OP_LT:
  case OP_GT:
  case OP_SLT:
  case OP_SGT:
  case OP_EQ:
  case OP_ISZERO: return 1;
  default: return all_bytes_open;
  }
}

} // namespace runahead
