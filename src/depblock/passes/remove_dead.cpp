#include "depblock/passes/block_passes.hpp"

namespace runahead::depblock {

void RemoveDead::run(Block& block) {
  constexpr uint32_t unused = 0xffffffff, used = 0;
  const auto count = static_cast<uint32_t>(block.instrs.size());
  if (count == 0) return;
  places_.assign(count, unused);
  const auto use = [&](Operand operand) {
    if (operand.is_value()) places_[operand.id().index] = used;
  };
  for (const Operand operand : block.end_operands()) use(operand);
  for (const Spill& spill : block.spills) use(spill.value);
  uint32_t dead = 0;
  for (uint32_t i = count; i-- > 0;) {
    if (places_[i] == unused && block.instrs[i].bond() != Bond::impure) {
      ++dead;
      continue;
    }
    places_[i] = used;
    for (const Operand operand : block.operands_of(block.instrs[i])) use(operand);
  }
  if (dead == 0) return;
  const auto moved = [&](Operand operand) {
    return operand.is_value() ? Operand::of(ValueId{places_[operand.id().index]}) : operand;
  };
  uint32_t kept = 0;
  for (uint32_t i = 0; i < count; ++i) {
    if (places_[i] == unused) continue;
    places_[i] = kept;
    block.instrs[kept] = block.instrs[i];
    for (Operand& operand : block.operands_of(block.instrs[kept])) operand = moved(operand);
    ++kept;
  }
  block.instrs.resize(kept);
  block.spill_at = kept;
  for (Spill& spill : block.spills) spill.value = moved(spill.value);
  for (Operand& operand : block.end_operands()) operand = moved(operand);
}

} // namespace runahead::depblock
