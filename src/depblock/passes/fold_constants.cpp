#include "depblock/passes/block_passes.hpp"
#include "depblock/passes/identities.hpp"
#include "depblock/passes/replace.hpp"
#include "ops/pure.hpp"

#include <algorithm>

namespace runahead::depblock {
namespace {

uint256 compute(const ops::PureOp& op, std::span<const uint256> operands) {
  if (op.fn1 != nullptr) return op.fn1(operands[0]);
  if (op.fn2 != nullptr) return op.fn2(operands[0], operands[1]);
  return op.fn3(operands[0], operands[1], operands[2]);
}

/// The instruction that gives `operand`, if one does and it has this opcode.
const Instr* definition(const Block& block, Operand operand, uint8_t op) {
  if (!operand.is_value()) return nullptr;
  const Instr& instr = block.instrs[operand.id().index];
  return instr.op == op ? &instr : nullptr;
}

/// NOT and ISZERO of what they, or a comparison, gave.
std::optional<Operand> settle_unary(const Block& block, uint8_t op, Operand operand) {
  const Instr* inner = definition(block, operand, op);
  if (inner == nullptr) return std::nullopt;
  const Operand innermost = block.operands[inner->first_operand];
  if (op == OP_NOT) return innermost;
  if (op != OP_ISZERO || !innermost.is_value()) return std::nullopt;
  if (gives_truth(block.instrs[innermost.id().index].op)) return innermost;
  return std::nullopt;
}

/// A literal in front of the operation on a literal and a value: `c1 op (c2 op x)` becomes
/// `(c1 op c2) op x`.
void join_literals(Block& block, Instr& instr) {
  const auto operands = block.operands_of(instr);
  if (!is_associative(instr.op) || !operands[0].is_literal()) return;
  const Instr* inner = definition(block, operands[1], instr.op);
  if (inner == nullptr) return;
  const Operand literal = block.operands[inner->first_operand];
  const Operand value = block.operands[inner->first_operand + 1];
  if (!literal.is_literal()) return;
  const BlockView view = block.view();
  const uint256 joined =
      ops::pure_table[instr.op].fn2(view.literal(operands[0]), view.literal(literal));
  block.operands[instr.first_operand] = block.literal(joined);
  block.operands[instr.first_operand + 1] = value;
}

/// ISZERO(ISZERO(x)) decides as x does.
Operand condition(const Block& block, Operand operand) {
  for (;;) {
    const Instr* outer = definition(block, operand, OP_ISZERO);
    if (outer == nullptr) return operand;
    const Instr* inner = definition(block, block.operands[outer->first_operand], OP_ISZERO);
    if (inner == nullptr) return operand;
    operand = block.operands[inner->first_operand];
  }
}

} // namespace

/// The EXP's dynamic gas becomes part of the base, if its exponent is known.
void FoldConstants::pay_exponent(Block& block, uint32_t index) {
  Instr& instr = block.instrs[index];
  const Operand exponent = block.operands[instr.first_operand + 1];
  if (!exponent.is_literal()) return;
  const auto gas =
      static_cast<uint32_t>(exp_byte_gas_ * block.view().literal(exponent).byte_width());
  if (block.facts.gas >= 0xffffffff - gas) return;
  instr.paid = true;
  instr.pc = instr.rest_gas = 0;
  block.facts.gas += gas;
  paid_gas_.resize(block.instrs.size());
  paid_gas_[index] = gas;
}

/// What stands for the result of a pure instruction whose operands are as simple as they get: a
/// literal, an operand, or itself, perhaps in another shape.
Operand FoldConstants::simplified(Block& block, Instr& instr) {
  const auto itself = Operand::of(ValueId{static_cast<uint32_t>(&instr - block.instrs.data())});
  const ops::PureOp& pure = ops::pure_table[instr.op];
  if (!pure) return itself;
  const auto operands = block.operands_of(instr);
  if (is_commutative(instr.op) && operands[1].is_literal()) std::swap(operands[0], operands[1]);
  if (std::ranges::all_of(operands, &Operand::is_literal)) {
    std::array<uint256, 3> numbers;
    for (size_t i = 0; i < operands.size(); ++i) numbers[i] = block.view().literal(operands[i]);
    return block.literal(compute(pure, numbers));
  }
  if (pure.fn1 != nullptr) return settle_unary(block, instr.op, operands[0]).value_or(itself);
  if (pure.fn2 == nullptr) return itself;
  join_literals(block, instr);
  KnownOperands known{.a = block.operands[instr.first_operand],
                      .b = block.operands[instr.first_operand + 1]};
  if (known.a.is_literal()) known.literal_a = block.view().literal(known.a);
  if (known.b.is_literal()) known.literal_b = block.view().literal(known.b);
  known.same = known.a == known.b;
  if (const auto settled = settle(instr.op, known, block)) return *settled;
  if (instr.op == OP_EQ && known.literal_a == uint256{}) { // EQ(0, x)
    instr.op = OP_ISZERO;
    ++instr.first_operand;
    return settle_unary(block, OP_ISZERO, known.b).value_or(itself);
  }
  return itself;
}

void FoldConstants::fold_branch(Block& block) const {
  End& end = block.end;
  if (end.kind != EndKind::branch) return;
  end.operands[1] = condition(block, end.operands[1]);
  if (!end.operands[1].is_literal()) return;
  if (block.view().literal(end.operands[1]).is_zero())
    end = {.kind = EndKind::fall, .pc = end.next, .next = end.next};
  else
    end = {.kind = EndKind::jump, .op = OP_JUMP, .pc = end.pc, .operands = {end.operands[0]}};
}

void FoldConstants::run(Block& block) {
  const auto count = static_cast<uint32_t>(block.instrs.size());
  if (count == 0) return fold_branch(block);
  replaced_.resize(count);
  paid_gas_.clear();
  const uint32_t gas_before = block.facts.gas;
  for (uint32_t i = 0; i < count; ++i) {
    Instr& instr = block.instrs[i];
    for (Operand& operand : block.operands_of(instr)) operand = replaced(replaced_, operand);
    if (instr.op == OP_EXP && !instr.paid) pay_exponent(block, i);
    replaced_[i] = instr.bond() == Bond::pure ? simplified(block, instr) : Operand::of(ValueId{i});
  }
  replace_in_end(block, replaced_);
  fold_branch(block);
  if (block.facts.gas == gas_before) return;
  uint32_t gas_behind = 0; // what joined the base is due behind those before it, too
  for (uint32_t i = count; i-- > 0;) {
    if (block.instrs[i].bond() != Bond::pure) block.instrs[i].rest_gas += gas_behind;
    gas_behind += paid_gas_[i];
  }
}

} // namespace runahead::depblock
