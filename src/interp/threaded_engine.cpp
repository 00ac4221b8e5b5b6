#include "interp/threaded.hpp"
#include "interp/threaded_machine.hpp"

#include <algorithm>

namespace runahead {
namespace {

using threaded::Exit;
using threaded::Machine;

/// Where threaded code takes over a frame: at an instruction, with the base gas that is still to be
/// taken for its block; or in front of a jump destination.
struct Start {
  const ThreadedInstr* instr = nullptr;
  int64_t rest_gas = 0;
};

/// No instruction where there is no such place.
Start start_of(const Frame& frame, const ThreadedCode& code) {
  const ResumePoint& resume = frame.resume;
  if (resume.at != nullptr && resume.pc == frame.pc)
    return {static_cast<const ThreadedInstr*>(resume.at), resume.rest_gas};
  if (frame.pc == 0) return {code.begin(), 0};
  const JumpTarget* target = code.destination(frame.pc);
  if (target == nullptr) return {};
  if (!target->is_ready()) code.make_ready(*target);
  if (frame.height() < target->facts.stack_required ||
      frame.height() + target->facts.stack_growth > limits::stack_height)
    return {};
  return {target->body, target->facts.gas};
}

void dispatch(const ThreadedInstr* ip, uint256* sp, int64_t gas, Machine& machine) {
#if RUNAHEAD_TAIL_DISPATCH
  ip->run(ip, sp, gas, machine);
#else
  machine.ip = ip;
  machine.sp = sp;
  machine.gas = gas;
  while (machine.ip != nullptr) machine.ip->run(machine.ip, machine.sp, machine.gas, machine);
#endif
}

} // namespace

Outcome ThreadedEngine::run(Frame& frame, World& world, int64_t budget) const {
  const ThreadedCode& code = frame.code->translated<ThreadedCode>(world.rules.fork);
  const Start start = start_of(frame, code);
  frame.resume = {};
  const int64_t gas = frame.gas - start.rest_gas, gas_before = frame.gas;
  if (start.instr == nullptr || gas < 0) return stepping_.run(frame, world, budget);
  const uint64_t pc_before = frame.pc;
  const int64_t slice = std::min(gas, budget);
  Machine machine{
      .frame = frame, .world = world, .code = code, .bottom = frame.bottom, .reserve = gas - slice};
  dispatch(start.instr, frame.sp, slice, machine);
  const bool stuck = machine.exit == Exit::outcome && machine.outcome == Outcome::slice_over &&
                     frame.pc == pc_before && frame.gas == gas_before;
  if (machine.exit == Exit::step || stuck)
    return stepping_.run(frame, world, std::max<int64_t>(budget - (gas_before - frame.gas), 1));
  return machine.outcome;
}

} // namespace runahead
