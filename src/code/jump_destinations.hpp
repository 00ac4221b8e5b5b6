// Where jumps may arrive: every JUMPDEST that is not part of an immediate (Yellow Paper 9.4.3).
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace runahead {

/// One bit per byte of the code, `size / 64 + 1` words. `padded` holds `size` bytes of code and at
/// least 64 more. Linear time; a step for each PUSH rather than for each instruction.
std::vector<uint64_t> mark_jump_destinations(const uint8_t* padded, size_t size);

} // namespace runahead
