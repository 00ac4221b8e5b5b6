#include "depblock/run/operation.hpp"

#include "depblock/form/instruction_set.hpp"
#include "ops/effect_table.hpp"
#include "ops/pure.hpp"

#include <utility>

namespace runahead::depblock {

Done run_operation(uint8_t op, std::span<const uint256> operands, Frame& frame, World& world) {
  const ops::Effect effect = ops::effects[op];
  if (effect == nullptr) {
    const ops::PureOp& pure = ops::pure_table[op];
    if (pure.fn2 != nullptr) return {ops::Next::next, pure.fn2(operands[0], operands[1])};
    if (pure.fn1 != nullptr) return {ops::Next::next, pure.fn1(operands[0])};
    return {ops::Next::next, pure.fn3(operands[0], operands[1], operands[2])};
  }
  uint256 stack[8];
  size_t height = 0;
  for (size_t i = operands.size(); i-- > 0;) stack[height++] = operands[i];
  uint256* const sp = std::exchange(frame.sp, stack + height);
  Done done{effect(frame, world), {}};
  if (done.next == ops::Next::next && op_facts[op].has_result) done.result = frame.sp[-1];
  frame.sp = sp;
  return done;
}

} // namespace runahead::depblock
