#include "depblock/run/canonical.hpp"

#include "depblock/run/operation.hpp"
#include "ops/pure.hpp"

#include <algorithm>

namespace runahead::depblock {
namespace {

/// Runs bytecode straight on, on a stack of its own.
class Replay {
public:
  Replay(const BlockView& block, std::span<const uint256> values, Frame& frame, World& world)
      : block_(block), values_(values), frame_(frame), world_(world) {}

  void start(std::span<const uint256> entry_slots) {
    stack_.assign(entry_slots.begin(), entry_slots.end());
  }
  void run_to(uint32_t stop_pc) {
    for (uint32_t pc = block_.pc; pc != stop_pc;) pc = step(pc);
  }
  /// Past a bound instruction.
  void pass(uint32_t pc, bool with_result) {
    const uint8_t op = frame_.code->padded()[pc];
    drop(info(op).stack_in);
    if (with_result && op_facts[op].has_result) stack_.push_back(value_at(pc));
  }
  std::span<const uint256> stack() const { return stack_; }

private:
  uint32_t step(uint32_t pc);
  void compute(uint8_t op);
  void drop(size_t items) { stack_.resize(stack_.size() - items); }

  /// What the bound instruction at `pc` gave; zero if it was left out.
  uint256 value_at(uint32_t pc) {
    while (next_ < block_.instrs.size() &&
           (block_.instrs[next_].bond() == Bond::pure || block_.instrs[next_].pc < pc))
      ++next_;
    const bool there = next_ < block_.instrs.size() && block_.instrs[next_].pc == pc;
    return there ? values_[next_] : uint256{};
  }

  const BlockView& block_;
  std::span<const uint256> values_;
  Frame& frame_;
  World& world_;
  std::vector<uint256> stack_;
  size_t next_ = 0; ///< bound instructions before it are passed
};

/// Pure opcodes.
void Replay::compute(uint8_t op) {
  std::array<uint256, 8> operands;
  const size_t count = info(op).stack_in;
  for (size_t i = 0; i < count; ++i) operands[i] = stack_[stack_.size() - 1 - i];
  drop(count);
  stack_.push_back(
      op == OP_EXP ? exp(operands[0], operands[1])
                   : run_operation(op, std::span(operands).first(count), frame_, world_).result);
}

/// Gives the pc of the opcode that follows.
uint32_t Replay::step(uint32_t pc) {
  const uint8_t* const code = frame_.code->padded();
  const uint8_t op = code[pc];
  const OpInfo& row = info(op);
  if (row.category == OpCategory::push) {
    stack_.push_back(from_be({code + pc + 1, row.immediate_bytes}));
  } else if (is_dup(op)) {
    stack_.push_back(stack_[stack_.size() - 1 - (op - OP_DUP1)]);
  } else if (is_swap(op)) {
    std::swap(stack_.back(), stack_[stack_.size() - 2 - (op - OP_SWAP1)]);
  } else if (op == OP_POP) {
    drop(1);
  } else if (op == OP_PC) {
    stack_.push_back(pc);
  } else if (op == OP_JUMP) { // merged with where it leads
    const auto target = static_cast<uint32_t>(stack_.back().w[0]);
    drop(1);
    return target;
  } else if (op_facts[op].bond == Bond::pure || op == OP_EXP) {
    compute(op);
  } else if (op != OP_JUMPDEST) {
    pass(pc, true);
  }
  return pc + 1 + row.immediate_bytes;
}

} // namespace

void CanonicalStack::restore(Frame& frame, World& world, uint256* entry, uint32_t stop_pc,
                             AtStop at) const {
  Replay replay(block_, values_, frame, world);
  replay.start(entry_slots_);
  replay.run_to(stop_pc);
  if (at != AtStop::before) replay.pass(stop_pc, at == AtStop::behind_with_result);
  uint256* const bottom = entry - entry_slots_.size();
  std::ranges::copy(replay.stack(), bottom);
  frame.sp = bottom + replay.stack().size();
}

} // namespace runahead::depblock
