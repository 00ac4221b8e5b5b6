// What passes share: putting other operands in the place of results.
#pragma once

#include "depblock/form/block.hpp"

namespace runahead::depblock {

/// What stands for `operand`, by instruction.
inline Operand replaced(std::span<const Operand> by_instr, Operand operand) {
  return operand.is_value() ? by_instr[operand.id().index] : operand;
}

/// Puts replacements into spills and the end. A spill that gives a slot its own old value goes.
inline void replace_in_end(Block& block, std::span<const Operand> by_instr) {
  size_t kept = 0;
  for (Spill spill : block.spills) {
    spill.value = replaced(by_instr, spill.value);
    if (spill.value != Operand::unspill(spill.slot)) block.spills[kept++] = spill;
  }
  block.spills.resize(kept);
  for (Operand& operand : block.end_operands()) operand = replaced(by_instr, operand);
}

} // namespace runahead::depblock
