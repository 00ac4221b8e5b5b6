#include "depblock/lift/lift.hpp"

#include "base/limits.hpp"

#include <algorithm>
#include <utility>

namespace runahead::depblock {
namespace {

/// Where entry's top of the stack lies on the virtual one.
constexpr uint32_t middle = limits::stack_height;
/// An instruction goes at most so far beyond: SWAP16 below, one push above.
constexpr uint32_t margin = 18;

} // namespace

/// What lifting does with an opcode of a fork.
struct Lifter::Row {
  enum class Does : uint8_t { push, dup, swap, pop, pc, nothing, append, end, undefined };
  Does does = Does::undefined;
  uint8_t number = 0; ///< push: bytes; dup, swap: depth; append, end: operands
  bool bound = false; ///< append: needs its pc and the gas behind it
  bool has_result = false;
  bool computes = false; ///< append: arithmetic on words
  int16_t gas = 0;
};

const Lifter::Row* Lifter::rows_of(Fork fork) {
  static const auto rows = [] {
    std::array<std::array<Row, 256>, fork_count> all{};
    for (size_t f = 0; f < fork_count; ++f) {
      for (unsigned op = 0; op < 256; ++op) {
        const OpInfo& row = info(static_cast<uint8_t>(op));
        Row& out = all[f][op];
        if (!row.defined_in(static_cast<Fork>(f))) continue;
        using enum Row::Does;
        out.gas = gas_schedule(static_cast<Fork>(f)).base[op];
        out.number = row.stack_in;
        out.bound = op_facts[op].bond > Bond::pure;
        out.has_result = op_facts[op].has_result;
        out.computes = row.category == OpCategory::arithmetic ||
                       row.category == OpCategory::comparison ||
                       row.category == OpCategory::bitwise;
        if (row.category == OpCategory::push) {
          out.does = push;
          out.number = row.immediate_bytes;
        } else if (row.category == OpCategory::stack) {
          out.does = op == OP_POP ? pop : is_dup(static_cast<uint8_t>(op)) ? dup : swap;
        } else if (op_facts[op].bond != Bond::none) {
          out.does = append;
        } else {
          out.does = op == OP_PC ? pc : op == OP_JUMPDEST ? nothing : end;
        }
      }
    }
    return all;
  }();
  return rows[static_cast<size_t>(fork)].data();
}

Lifter::Lifter(const Code& code, Fork fork)
    : code_(code), rows_(rows_of(fork)),
      stack_(std::make_unique_for_overwrite<Operand[]>(2 * middle + 2 * margin)) {}

void Lifter::begin(uint32_t pc, Block& out) {
  out.clear();
  out.pc = pc_ = pc;
  gas_ = 0;
  destinations_ = 0;
  bottom_ = top_ = highest_ = middle + margin;
}

/// Makes the topmost `items` part of the virtual stack.
inline void Lifter::require(uint32_t items) {
  while (top_ - bottom_ < items) {
    --bottom_;
    stack_[bottom_] =
        Operand::unspill(static_cast<Slot>(bottom_) - static_cast<Slot>(middle + margin));
  }
}

inline void Lifter::push_literal(Block& out, unsigned size) {
  const uint8_t* bytes = code_.padded() + pc_ + 1;
  if (size <= 3) {
    uint32_t word = 0;
    for (unsigned i = 0; i < size; ++i) word = word << 8 | bytes[i];
    stack_[top_++] = Operand::of_word(word);
  } else {
    stack_[top_++] = out.literal(from_be({bytes, size}));
  }
}

template <Lifter::Keep keep>
inline void Lifter::append(Block& out, const Row& row, uint8_t op) {
  require(row.number);
  if constexpr (keep == Keep::outline) {
    const auto taken = std::span(stack_.get() + top_ - row.number, row.number);
    const bool of_literals = std::ranges::none_of(
        taken, [](Operand operand) { return operand.is_unspill() || is_left_out(operand); });
    if (op != OP_AND && (row.bound || row.number == 0 || !of_literals)) {
      top_ -= row.number;
      if (row.has_result) stack_[top_++] = row.computes ? computed : opaque;
      return;
    }
  }
  const auto first = static_cast<uint32_t>(out.operands.size());
  out.operands.resize(first + row.number);
  for (uint32_t i = 0; i < row.number; ++i) out.operands[first + i] = stack_[--top_];
  if (row.has_result)
    stack_[top_++] = Operand::of(ValueId{static_cast<uint32_t>(out.instrs.size())});
  Instr& instr = out.instrs.emplace_back();
  instr.op = op;
  instr.first_operand = first;
  if (!row.bound) return;
  instr.pc = pc_;
  instr.rest_gas = static_cast<uint32_t>(gas_); // up to and with it, until the block's end is known
}

/// True if `target` comes next in the chain; then it does.
bool Lifter::merges(uint32_t target) {
  if (chain_.empty() || chain_.front() != target) return false;
  chain_ = chain_.subspan(1);
  return true;
}

/// The end of a block; false if it goes on in the next piece.
bool Lifter::end_block(Block& out, uint8_t op) {
  const Row& row = rows_[op];
  require(row.number);
  if (op == OP_JUMP && stack_[top_ - 1].is_word() && stack_[top_ - 1].word() > pc_ &&
      code_.is_jump_destination(stack_[top_ - 1].word()) && merges(stack_[top_ - 1].word())) {
    pc_ = stack_[--top_].word();
    ++out.pieces;
    return true;
  }
  End& end = out.end;
  end.op = op;
  end.pc = pc_;
  for (uint32_t i = 0; i < row.number; ++i) end.operands[i] = stack_[--top_];
  switch (op) {
  case OP_JUMP: end.kind = EndKind::jump; break;
  case OP_JUMPI:
    end.kind = EndKind::branch;
    end.next = pc_ + 1;
    break;
  case OP_RETURN: end.kind = EndKind::give_back; break;
  case OP_REVERT: end.kind = EndKind::revert; break;
  case OP_SELFDESTRUCT: end.kind = EndKind::selfdestruct; break;
  case OP_INVALID: end.kind = EndKind::invalid; break;
  default: end.kind = EndKind::stop; break;
  }
  return false;
}

void Lifter::fall(Block& out) { out.end = {.kind = EndKind::fall, .pc = pc_, .next = pc_}; }

/// One opcode; false at the block's end.
template <Lifter::Keep keep>
inline bool Lifter::step(Block& out) {
  const uint8_t op = code_.padded()[pc_];
  const Row& row = rows_[op];
  if (op == OP_JUMPDEST && out.opcodes != 0 && pc_ < code_.size()) {
    const bool in_a_row =
        out.opcodes == destinations_ && destinations_ < limits::destinations_in_a_row;
    if (!in_a_row && !merges(pc_)) {
      fall(out);
      return false;
    }
    ++out.pieces;
  }
  ++out.opcodes;
  gas_ += static_cast<uint32_t>(row.gas);
  using Does = Row::Does;
  switch (row.does) {
  case Does::push:
    push_literal(out, row.number);
    pc_ += row.number;
    break;
  case Does::dup:
    require(row.number);
    stack_[top_] = stack_[top_ - row.number];
    ++top_;
    break;
  case Does::swap:
    require(row.number);
    std::swap(stack_[top_ - 1], stack_[top_ - row.number]);
    break;
  case Does::pop:
    require(1);
    --top_;
    break;
  case Does::pc: stack_[top_++] = Operand::of_word(pc_); break;
  case Does::nothing: ++destinations_; break;
  case Does::append: append<keep>(out, row, op); break;
  case Does::end:
    if (!end_block(out, op)) return false;
    // A merged jump stands at its destination now, whose price is due too.
    ++out.opcodes;
    gas_ += static_cast<uint32_t>(rows_[OP_JUMPDEST].gas);
    break;
  case Does::undefined: out.end = {.kind = EndKind::undefined, .op = op, .pc = pc_}; return false;
  }
  ++pc_;
  highest_ = std::max(highest_, top_);
  return true;
}

/// What the stack at the end holds that was not there at entry.
void Lifter::spill_rest(Block& out) const {
  for (uint32_t i = top_; i-- > bottom_;) {
    const Slot slot = static_cast<Slot>(i) - static_cast<Slot>(middle + margin);
    const Operand value = stack_[i];
    if (value != Operand::unspill(slot)) out.spills.push_back({value, slot});
  }
}

void Lifter::finish(Block& out) {
  highest_ = std::max(highest_, top_);
  out.facts = {static_cast<uint32_t>(gas_), static_cast<uint16_t>(middle + margin - bottom_),
               static_cast<uint16_t>(highest_ - middle - margin)};
  out.delta = static_cast<Slot>(top_) - static_cast<Slot>(middle + margin);
  for (Instr& instr : out.instrs)
    if (op_facts[instr.op].bond > Bond::pure)
      instr.rest_gas = static_cast<uint32_t>(gas_) - instr.rest_gas;
  if (goes_on(out.end.kind)) spill_rest(out);
  out.spill_at = static_cast<uint32_t>(out.instrs.size());
}

/// No stack can hold it: the entry check is made to fail, so that stepping runs it.
void Lifter::refuse(Block& out) {
  const uint32_t pc = out.pc;
  out.clear();
  out.pc = pc;
  out.facts = {0xffffffff, 0xffff, 0xffff};
  out.end = {.kind = EndKind::refused, .pc = pc};
}

template <Lifter::Keep keep>
void Lifter::lift_from(uint32_t pc, Block& out) {
  begin(pc, out);
  while (pc_ < code_.size()) {
    const bool more = step<keep>(out);
    if (bottom_ < margin || top_ > 2 * middle + margin || gas_ >= 0xffffffff) return refuse(out);
    if (!more) return finish(out);
  }
  out.end = {.kind = EndKind::stop, .op = OP_STOP, .pc = static_cast<uint32_t>(code_.size())};
  finish(out);
}

void Lifter::lift(uint32_t pc, Block& out, std::span<const uint32_t> chain) {
  chain_ = chain;
  lift_from<Keep::all>(pc, out);
}

void Lifter::outline(uint32_t pc, Block& out) {
  chain_ = {};
  lift_from<Keep::outline>(pc, out);
}

} // namespace runahead::depblock
