// One instruction on given operands, as the form's judge does it: by the functions of ops/.
#pragma once

#include "ops/effects.hpp"

#include <span>

namespace runahead::depblock {

struct Done {
  ops::Next next = ops::Next::next;
  uint256 result; ///< where the instruction has one and `next` says so
};

/// Runs `op`, which computes or has an effect, on `operands`, the top of the stack first. Of the
/// frame's stack nothing is touched and `frame.sp` is left alone; dynamic gas is taken from
/// `frame.gas`.
Done run_operation(uint8_t op, std::span<const uint256> operands, Frame& frame, World& world);

} // namespace runahead::depblock
