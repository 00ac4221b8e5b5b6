// A dependency block: the instructions of a basic block (or of several that follow one another for
// certain) without stack shuffling. Flat arrays, no nodes; see docs/dependency-blocks.md.
//
// `Block` owns its arrays and is what lifting and passes work on; cleared, it keeps its buffers.
// `BlockView` only looks at one, wherever it is kept (form/block_store.hpp). Plain data: any number
// of threads may read.
#pragma once

#include "base/uint256.hpp"
#include "code/block_facts.hpp"
#include "depblock/form/instruction_set.hpp"
#include "depblock/form/operand.hpp"

#include <span>
#include <vector>

namespace runahead::depblock {

struct Instr {
  uint8_t op = 0; ///< an opcode, or `op_unspill`
  /// Its dynamic gas is a constant and joined the base: the instruction is pure.
  bool paid = false;
  uint32_t first_operand = 0; ///< the others follow, the opcode's top of stack first
  uint32_t pc = 0;            ///< where the opcode stands; 0 for pure ones
  uint32_t rest_gas = 0;      ///< base gas of what follows in the block; 0 for pure ones

  uint32_t arity() const { return op_facts[op].arity; }
  Bond bond() const { return paid ? Bond::pure : op_facts[op].bond; }
  bool has_result() const { return op_facts[op].has_result; }
};
static_assert(sizeof(Instr) == 16);

/// Writes a value to the slot that is its home from then on.
struct Spill {
  Operand value;
  Slot slot = 0;
  friend bool operator==(const Spill&, const Spill&) = default;
};

enum class EndKind : uint8_t {
  jump,         ///< to operand 0
  branch,       ///< to operand 0 if operand 1 is not zero, else to `next`
  fall,         ///< to `next`, without an opcode of its own
  stop,         ///< also where the code ends
  give_back,    ///< RETURN; operands offset and size
  revert,       ///< operands offset and size
  selfdestruct, ///< operand 0 the heir
  invalid,
  undefined, ///< an opcode that the fork does not define
  refused,   ///< no stack can hold it, so its entry check always fails; nothing was lifted
};

struct End {
  EndKind kind = EndKind::stop;
  uint8_t op = 0;    ///< the opcode that ends the block; 0 for `fall` and `refused`
  uint32_t pc = 0;   ///< where it stands
  uint32_t next = 0; ///< `branch`, `fall`: the pc behind the block
  std::array<Operand, 2> operands{};
};

constexpr uint32_t operand_count(EndKind kind) {
  switch (kind) {
  case EndKind::jump:
  case EndKind::selfdestruct: return 1;
  case EndKind::branch:
  case EndKind::give_back:
  case EndKind::revert: return 2;
  default: return 0;
  }
}

/// True if the frame goes on behind the block, so that the stack must be left in order.
constexpr bool goes_on(EndKind kind) { return kind <= EndKind::fall; }

/// What a block is besides its lists.
struct BlockHead {
  BlockFacts facts{}; ///< of all opcodes, those that vanished too; with gas that passes folded
  uint32_t pc = 0;    ///< of the first opcode
  uint32_t opcodes = 0;
  uint32_t pieces = 1; ///< basic blocks merged into it, at least one
  Slot delta = 0;      ///< height at the end against that at entry
  /// The spills happen, one after another, before the instruction of this index; at the list's
  /// length: behind the last.
  uint32_t spill_at = 0;
  /// Loose: instructions in program order, spills behind them in any order, as one parallel move.
  /// Placed: ordered by demand, every list to be executed as it stands (lift/place.hpp).
  bool placed = false;
  End end;

  Slot low() const { return -static_cast<Slot>(facts.stack_required); }
};

struct BlockView : BlockHead {
  std::span<const Instr> instrs;
  std::span<const Operand> operands;
  std::span<const uint256> literals;
  std::span<const Spill> spills;

  std::span<const Operand> operands_of(const Instr& instr) const {
    return operands.subspan(instr.first_operand, instr.arity());
  }
  std::span<const Operand> end_operands() const {
    return std::span(end.operands).first(operand_count(end.kind));
  }
  /// REQUIRES: a literal.
  uint256 literal(Operand operand) const {
    return operand.is_word() ? uint256{operand.word()} : literals[operand.literal_index()];
  }
  /// Equal as operands of this block: pool literals by their number.
  bool same(Operand a, Operand b) const {
    return a == b || (a.kind() == Operand::Kind::literal && b.kind() == Operand::Kind::literal &&
                      literals[a.literal_index()] == literals[b.literal_index()]);
  }
};

struct Block : BlockHead {
  std::vector<Instr> instrs;
  std::vector<Operand> operands;
  std::vector<uint256> literals;
  std::vector<Spill> spills;

  /// As new, but keeps its buffers.
  void clear() {
    static_cast<BlockHead&>(*this) = {};
    instrs.clear();
    operands.clear();
    literals.clear();
    spills.clear();
  }
  BlockView view() const { return {*this, instrs, operands, literals, spills}; }

  /// An operand for a number, put into the pool if it is wide.
  Operand literal(const uint256& number) {
    if (number < Operand::word_end) return Operand::of_word(static_cast<uint32_t>(number.w[0]));
    literals.push_back(number);
    return Operand::of_literal(static_cast<uint32_t>(literals.size() - 1));
  }
  std::span<Operand> operands_of(const Instr& instr) {
    return std::span(operands).subspan(instr.first_operand, instr.arity());
  }
  std::span<Operand> end_operands() {
    return std::span(end.operands).first(operand_count(end.kind));
  }
};

/// True if both say the same; numbers in the pools may stand in another order.
bool same(const BlockView& a, const BlockView& b);

} // namespace runahead::depblock
