#include "depblock/run/evaluate.hpp"

#include "depblock/run/canonical.hpp"
#include "depblock/run/operation.hpp"

#include <algorithm>

namespace runahead::depblock {
namespace {

/// One visit to a block. `frame.kept` holds the values of its instructions, then the entry slots it
/// may read, as they were at entry, then the height at entry; that word's second limb tells whether
/// a call's result is awaited.
class Visit {
public:
  Visit(const BlockView& block, Frame& frame, World& world)
      : block_(block), frame_(frame), world_(world),
        count_(static_cast<uint32_t>(block.instrs.size())) {}

  Evaluation run() {
    uint32_t from = 0;
    if (frame_.resume.step == 0)
      enter();
    else
      from = come_back();
    for (uint32_t i = from; i < count_; ++i) {
      if (i == block_.spill_at) spill();
      if (!instruction(i)) return left_;
    }
    if (block_.spill_at == count_) spill();
    end();
    return left_;
  }

private:
  void enter();
  uint32_t come_back();
  void spill();
  bool instruction(uint32_t index);
  bool bound_instruction(uint32_t index);
  void end();
  void end_with_effect();
  void jump(const uint256& target);
  void wait(uint32_t pc, uint32_t step, uint32_t unpaid);
  void call(uint32_t index);
  void halt(Status status);
  void leave(Outcome outcome) { left_ = {Left::outcome, outcome}; }
  void go_on_at(uint32_t pc) { frame_.pc = pc; }

  uint256 value(Operand operand) const {
    if (operand.is_value()) return frame_.kept[operand.id().index];
    if (operand.is_unspill()) return entry_[operand.slot()];
    return block_.literal(operand);
  }
  std::span<const uint256> values_of(std::span<const Operand> operands) {
    for (size_t i = 0; i < operands.size(); ++i) scratch_[i] = value(operands[i]);
    return std::span(scratch_).first(operands.size());
  }
  std::span<const uint256> entry_slots() const {
    return std::span(frame_.kept).subspan(count_, block_.facts.stack_required);
  }
  CanonicalStack canonical() const {
    return {block_, entry_slots(), std::span(frame_.kept).first(count_)};
  }

  const BlockView& block_;
  Frame& frame_;
  World& world_;
  uint32_t count_;
  uint256* entry_ = nullptr; ///< one behind the top at entry; slots count from here
  int64_t gas_ = 0;          ///< with the whole block paid
  std::array<uint256, 8> scratch_;
  Evaluation left_;
};

void Visit::enter() {
  const size_t required = block_.facts.stack_required;
  entry_ = frame_.sp;
  gas_ = frame_.gas - block_.facts.gas;
  frame_.kept.resize(count_ + required + 1);
  std::copy_n(entry_ - required, required, frame_.kept.begin() + count_);
  frame_.kept.back() = frame_.height();
}

/// Makes the stack what it was between two instructions, from what was kept. A call's result lies
/// on top of the canonical stack.
uint32_t Visit::come_back() {
  const uint32_t from = frame_.resume.step - 1;
  if (frame_.kept.back().w[1] != 0) frame_.kept[from - 1] = frame_.sp[-1];
  gas_ = frame_.gas - frame_.resume.rest_gas;
  frame_.resume = {};
  entry_ = frame_.bottom + frame_.kept.back().w[0];
  std::ranges::copy(entry_slots(), entry_ - block_.facts.stack_required);
  if (from > block_.spill_at) spill();
  return from;
}

void Visit::spill() {
  for (const Spill& spill : block_.spills) entry_[spill.slot] = value(spill.value);
}

bool Visit::instruction(uint32_t index) {
  const Instr& instr = block_.instrs[index];
  if (instr.bond() != Bond::pure) return bound_instruction(index);
  const auto operands = values_of(block_.operands_of(instr));
  if (instr.op == op_unspill)
    frame_.kept[index] = operands[0];
  else if (instr.paid)
    frame_.kept[index] = exp(operands[0], operands[1]);
  else
    frame_.kept[index] = run_operation(instr.op, operands, frame_, world_).result;
  return true;
}

/// False if the block is left there.
bool Visit::bound_instruction(uint32_t index) {
  const Instr& instr = block_.instrs[index];
  frame_.gas = gas_ + instr.rest_gas;
  const Done done = run_operation(instr.op, values_of(block_.operands_of(instr)), frame_, world_);
  switch (done.next) {
  case ops::Next::next: break;
  case ops::Next::halt:
    frame_.pc = instr.pc;
    leave(Outcome::done);
    return false;
  case ops::Next::want:
    wait(instr.pc, index, instr.rest_gas + static_cast<uint32_t>(world_.gas.base[instr.op]));
    return false;
  case ops::Next::call: call(index); return false;
  }
  frame_.kept[index] = done.result;
  gas_ = frame_.gas - instr.rest_gas;
  if (gas_ >= 0) return true;
  canonical().restore(frame_, world_, entry_, instr.pc, AtStop::behind_with_result);
  frame_.pc = instr.pc + 1;
  left_ = {Left::refused, Outcome::done};
  return false;
}

/// State is missing: the instruction at `pc` is to be run again, its own price not yet paid.
void Visit::wait(uint32_t pc, uint32_t step, uint32_t unpaid) {
  canonical().restore(frame_, world_, entry_, pc, AtStop::before);
  frame_.pc = pc;
  frame_.gas = gas_ + unpaid;
  frame_.resume = {.at = &block_, .pc = pc, .rest_gas = unpaid, .step = step + 1};
  frame_.kept.back().w[1] = 0;
  leave(Outcome::want);
}

/// The frame stands behind the call, whose result will be pushed onto the canonical stack.
void Visit::call(uint32_t index) {
  const Instr& instr = block_.instrs[index];
  canonical().restore(frame_, world_, entry_, instr.pc, AtStop::behind_without_result);
  frame_.pc = instr.pc + 1;
  frame_.resume = {
      .at = &block_, .pc = instr.pc + 1, .rest_gas = instr.rest_gas, .step = index + 2};
  frame_.kept.back().w[1] = 1;
  leave(Outcome::call);
}

void Visit::halt(Status status) {
  frame_.status = status;
  frame_.gas = 0;
  frame_.sp = entry_;
  leave(Outcome::done);
}

void Visit::jump(const uint256& target) {
  if (!target.fits_u64() || !frame_.code->is_jump_destination(target.w[0]))
    return halt(Status::bad_jump);
  go_on_at(static_cast<uint32_t>(target.w[0]));
}

void Visit::end_with_effect() {
  frame_.gas = gas_;
  frame_.pc = block_.end.pc;
  const auto operands = values_of(block_.end_operands());
  if (run_operation(block_.end.op, operands, frame_, world_).next == ops::Next::want)
    wait(block_.end.pc, count_, static_cast<uint32_t>(world_.gas.base[block_.end.op]));
  else
    leave(Outcome::done);
}

void Visit::end() {
  const End& last = block_.end;
  if (!goes_on(last.kind)) {
    if (last.kind == EndKind::undefined) return halt(Status::undefined_opcode);
    return end_with_effect();
  }
  const auto operands = values_of(block_.end_operands());
  frame_.sp = entry_ + block_.delta;
  frame_.gas = gas_;
  if (last.kind == EndKind::fall || (last.kind == EndKind::branch && operands[1].is_zero()))
    return go_on_at(last.next);
  jump(operands[0]);
}

} // namespace

Evaluation evaluate(const BlockView& block, Frame& frame, World& world) {
  return Visit(block, frame, world).run();
}

} // namespace runahead::depblock
