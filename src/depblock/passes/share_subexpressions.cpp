#include "depblock/passes/block_passes.hpp"
#include "depblock/passes/identities.hpp"
#include "depblock/passes/replace.hpp"

#include <algorithm>
#include <bit>

namespace runahead::depblock {
namespace {

constexpr uint32_t empty = 0xffffffff;

uint64_t hash_of(const BlockView& block, Operand operand) {
  if (operand.kind() != Operand::Kind::literal) return operand.bits();
  const uint256& number = block.literals[operand.literal_index()];
  return number.w[0] ^ number.w[1] * 3 ^ number.w[2] * 5 ^ number.w[3] * 7;
}

uint64_t hash_of(const BlockView& block, const Instr& instr) {
  uint64_t hash = instr.op;
  for (const Operand operand : block.operands_of(instr))
    hash = (hash ^ hash_of(block, operand)) * 0x9e3779b97f4a7c15;
  return hash ^ hash >> 32;
}

bool same_value(const BlockView& block, const Instr& a, const Instr& b) {
  return a.op == b.op && std::ranges::equal(block.operands_of(a), block.operands_of(b),
                                            [&](Operand x, Operand y) { return block.same(x, y); });
}

/// False if no two pure instructions have one opcode.
bool may_repeat(const Block& block) {
  std::array<uint64_t, 4> seen{};
  for (const Instr& instr : block.instrs) {
    if (instr.bond() != Bond::pure) continue;
    const uint64_t bit = uint64_t{1} << (instr.op % 64);
    if ((seen[instr.op / 64] & bit) != 0) return true;
    seen[instr.op / 64] |= bit;
  }
  return false;
}

} // namespace

void ShareSubexpressions::run(Block& block) {
  if (!may_repeat(block)) return;
  const auto count = static_cast<uint32_t>(block.instrs.size());
  replaced_.resize(count);
  table_.assign(std::bit_ceil(count * size_t{2}), empty);
  const size_t mask = table_.size() - 1;
  for (uint32_t i = 0; i < count; ++i) {
    const Instr& instr = block.instrs[i];
    replaced_[i] = Operand::of(ValueId{i});
    const auto operands = block.operands_of(instr);
    for (Operand& operand : operands) operand = replaced(replaced_, operand);
    if (instr.bond() != Bond::pure) continue;
    if (is_commutative(instr.op) && !operands[0].is_literal() &&
        operands[1].bits() < operands[0].bits())
      std::swap(operands[0], operands[1]);
    const BlockView view = block.view();
    size_t place = hash_of(view, instr) & mask;
    while (table_[place] != empty && !same_value(view, block.instrs[table_[place]], instr))
      place = (place + 1) & mask;
    if (table_[place] == empty)
      table_[place] = i;
    else
      replaced_[i] = Operand::of(ValueId{table_[place]});
  }
  replace_in_end(block, replaced_);
}

} // namespace runahead::depblock
