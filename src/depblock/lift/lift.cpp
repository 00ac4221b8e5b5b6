#include "depblock/lift/lift.hpp"

#include "base/limits.hpp"

#include <algorithm>
#include <utility>

namespace runahead::depblock {
namespace {

/// Where entry's top of the stack lies on the virtual one, but for the margin.
constexpr uint32_t middle = limits::stack_height;
/// An instruction goes at most so far beyond: SWAP16 below, one push above.
constexpr uint32_t margin = 18;
constexpr uint32_t entry = middle + margin;

constexpr EndKind end_kind(uint8_t op) {
  switch (op) {
  case OP_JUMP: return EndKind::jump;
  case OP_JUMPI: return EndKind::branch;
  case OP_RETURN: return EndKind::give_back;
  case OP_REVERT: return EndKind::revert;
  case OP_SELFDESTRUCT: return EndKind::selfdestruct;
  case OP_INVALID: return EndKind::invalid;
  default: return EndKind::stop;
  }
}

/// No stack can hold it: the entry check is made to fail, so that stepping runs it.
void refuse(Block& out) {
  const uint32_t pc = out.pc;
  out.clear();
  out.pc = pc;
  out.facts = {0xffffffff, 0xffff, 0xffff};
  out.end = {.kind = EndKind::refused, .pc = pc};
}

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

/// One walk over the opcodes of a block. All of it is inlined into one loop, so that its state
/// lives in registers.
template <Lifter::Keep keep>
class Lifter::Walk {
public:
  Walk(const Lifter& lifter, uint32_t pc, Block& out, std::span<const uint32_t> chain)
      : code_(lifter.code_), bytes_(code_.padded()), size_(static_cast<uint32_t>(code_.size())),
        rows_(lifter.rows_), stack_(lifter.stack_.get()), chain_(chain), out_(out), pc_(pc) {
    out.clear();
    out.pc = pc;
  }

  [[gnu::always_inline]] void run() {
    bool more = true;
    while (more && pc_ < size_) {
      more = step();
      if (bottom_ < margin || top_ > 2 * middle + margin || gas_ >= 0xffffffff) return refuse(out_);
    }
    if (more) out_.end = {.kind = EndKind::stop, .op = OP_STOP, .pc = size_};
    finish();
  }

private:
  [[gnu::always_inline]] void push(Operand operand) { stack_[top_++] = operand; }
  [[gnu::always_inline]] Operand pop() { return stack_[--top_]; }

  /// Makes the topmost `items` part of the virtual stack.
  [[gnu::always_inline]] void require(uint32_t items) {
    while (top_ - bottom_ < items) {
      --bottom_;
      stack_[bottom_] = Operand::unspill(slot_of(bottom_));
    }
  }

  [[gnu::always_inline]] void push_literal(unsigned size) {
    const uint8_t* const bytes = bytes_ + pc_ + 1;
    if (size > 3) return push(out_.literal(from_be({bytes, size})));
    uint32_t word = 0;
    for (unsigned i = 0; i < size; ++i) word = word << 8 | bytes[i];
    push(Operand::of_word(word));
  }

  /// True if an outline leaves the instruction out, whose operands are topmost.
  [[gnu::always_inline]] bool leaves_out(Row row, uint8_t op) const {
    if (op == OP_AND) return false;
    if (row.bound || row.number == 0) return true;
    return std::ranges::any_of(
        std::span(stack_ + top_ - row.number, row.number),
        [](Operand operand) { return operand.is_unspill() || is_left_out(operand); });
  }

  [[gnu::always_inline]] void append(Row row, uint8_t op) {
    require(row.number);
    if (keep == Keep::outline && leaves_out(row, op)) {
      top_ -= row.number;
      if (row.has_result) push(row.computes ? computed : opaque);
      return;
    }
    Instr instr{.op = op, .first_operand = static_cast<uint32_t>(out_.operands.size())};
    for (uint32_t i = 0; i < row.number; ++i) out_.operands.push_back(pop());
    if (row.has_result) push(Operand::of(ValueId{static_cast<uint32_t>(out_.instrs.size())}));
    if (row.bound) {
      instr.pc = pc_;
      instr.rest_gas = static_cast<uint32_t>(gas_); // up to and with it, until the end is known
    }
    out_.instrs.push_back(instr);
  }

  /// True if `target` comes next in the chain; then it does.
  [[gnu::always_inline]] bool merges(uint32_t target) {
    if (chain_.empty() || chain_.front() != target) return false;
    chain_ = chain_.subspan(1);
    return true;
  }

  /// The end of a block; false if it goes on in the next piece.
  [[gnu::always_inline]] bool end_block(Row row, uint8_t op) {
    require(row.number);
    if (op == OP_JUMP && stack_[top_ - 1].is_word() && stack_[top_ - 1].word() > pc_ &&
        code_.is_jump_destination(stack_[top_ - 1].word()) && merges(stack_[top_ - 1].word())) {
      pc_ = pop().word();
      ++out_.pieces;
      return true;
    }
    End& end = out_.end;
    end.kind = end_kind(op);
    end.op = op;
    end.pc = pc_;
    if (end.kind == EndKind::branch) end.next = pc_ + 1;
    for (uint32_t i = 0; i < row.number; ++i) end.operands[i] = pop();
    return false;
  }

  /// True if the JUMPDEST at `pc_` begins another block.
  [[gnu::always_inline]] bool ends_before_destination() {
    if (opcodes_ == 0) return false;
    const bool in_a_row =
        opcodes_ == destinations_ && destinations_ < limits::destinations_in_a_row;
    if (!in_a_row && !merges(pc_)) return true;
    ++out_.pieces;
    return false;
  }

  /// One opcode; false at the block's end.
  [[gnu::always_inline]] bool step() {
    const uint8_t op = bytes_[pc_];
    const Row row = rows_[op];
    if (op == OP_JUMPDEST && ends_before_destination()) {
      out_.end = {.kind = EndKind::fall, .pc = pc_, .next = pc_};
      return false;
    }
    ++opcodes_;
    gas_ += static_cast<uint32_t>(row.gas);
    using enum Row::Does;
    switch (row.does) {
    case push:
      push_literal(row.number);
      pc_ += row.number;
      break;
    case dup:
      require(row.number);
      stack_[top_] = stack_[top_ - row.number];
      ++top_;
      break;
    case swap:
      require(row.number);
      std::swap(stack_[top_ - 1], stack_[top_ - row.number]);
      break;
    case pop:
      require(1);
      --top_;
      break;
    case pc: stack_[top_++] = Operand::of_word(pc_); break;
    case nothing: ++destinations_; break;
    case append: this->append(row, op); break;
    case end:
      if (!end_block(row, op)) return false;
      // A merged jump stands at its destination now, whose price is due too.
      ++opcodes_;
      gas_ += static_cast<uint32_t>(rows_[OP_JUMPDEST].gas);
      break;
    case undefined: out_.end = {.kind = EndKind::undefined, .op = op, .pc = pc_}; return false;
    }
    ++pc_;
    highest_ = std::max(highest_, top_);
    return true;
  }

  [[gnu::always_inline]] void finish() {
    out_.opcodes = opcodes_;
    out_.facts = {static_cast<uint32_t>(gas_), static_cast<uint16_t>(-slot_of(bottom_)),
                  static_cast<uint16_t>(slot_of(std::max(highest_, top_)))};
    out_.delta = slot_of(top_);
    for (Instr& instr : out_.instrs)
      if (op_facts[instr.op].bond > Bond::pure)
        instr.rest_gas = static_cast<uint32_t>(gas_) - instr.rest_gas;
    if (goes_on(out_.end.kind)) spill_rest();
    out_.spill_at = static_cast<uint32_t>(out_.instrs.size());
  }

  /// What the stack at the end holds that was not there at entry.
  [[gnu::always_inline]] void spill_rest() {
    for (uint32_t i = top_; i-- > bottom_;)
      if (stack_[i] != Operand::unspill(slot_of(i))) out_.spills.push_back({stack_[i], slot_of(i)});
  }

  static constexpr Slot slot_of(uint32_t place) {
    return static_cast<Slot>(place) - static_cast<Slot>(entry);
  }

  const Code& code_;
  const uint8_t* const bytes_;
  const uint32_t size_;
  const Row* const rows_;
  /// The virtual stack: [bottom_, top_), whose `entry` is the height at entry. What lies below
  /// `bottom_` has not been touched.
  Operand* const stack_;
  std::span<const uint32_t> chain_;
  Block& out_;
  uint32_t pc_;
  uint32_t bottom_ = entry, top_ = entry, highest_ = entry;
  uint32_t opcodes_ = 0, destinations_ = 0; ///< so far
  uint64_t gas_ = 0;                        ///< base gas so far
};

Lifter::Lifter(const Code& code, Fork fork)
    : code_(code), rows_(rows_of(fork)),
      stack_(std::make_unique_for_overwrite<Operand[]>(2 * middle + 2 * margin)) {}

void Lifter::lift(uint32_t pc, Block& out, std::span<const uint32_t> chain) {
  Walk<Keep::all>(*this, pc, out, chain).run();
}

void Lifter::outline(uint32_t pc, Block& out) { Walk<Keep::outline>(*this, pc, out, {}).run(); }

} // namespace runahead::depblock
