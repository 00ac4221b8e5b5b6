#include "base/hex.hpp"
#include "depblock/form/text.hpp"

namespace runahead::depblock {
namespace {

std::string decimal(int64_t number) { return std::to_string(number); }

std::string print_head(const BlockView& block) {
  std::string out = "block " + decimal(block.pc) + " opcodes " + decimal(block.opcodes) + " gas " +
                    decimal(block.facts.gas) + " need " + decimal(block.facts.stack_required) +
                    " grow " + decimal(block.facts.stack_growth) + " delta " + decimal(block.delta);
  if (block.pieces != 1) out += " pieces " + decimal(block.pieces);
  if (!block.placed) out += " loose";
  return out + '\n';
}

std::string print_instr(const BlockView& block, uint32_t index) {
  const Instr& instr = block.instrs[index];
  std::string out = "  ";
  if (instr.has_result()) out += '$' + decimal(index) + " = ";
  out += name_of(instr);
  for (const Operand operand : block.operands_of(instr)) {
    out += ' ';
    // The slot of an unspill is bare, as in a spill.
    out += instr.op == op_unspill && operand.is_unspill() ? decimal(operand.slot())
                                                          : print(block, operand);
  }
  if (instr.bond() != Bond::pure)
    out += " at " + decimal(instr.pc) + " rest " + decimal(instr.rest_gas);
  return out + '\n';
}

std::string print_end(const BlockView& block) {
  const End& end = block.end;
  std::string out = "  ";
  if (end.kind == EndKind::fall)
    out += "FALL";
  else if (end.kind == EndKind::refused)
    out += "REFUSED";
  else if (end.kind == EndKind::undefined)
    out += "UNDEFINED " + decimal(end.op);
  else
    out += info(end.op).name;
  for (const Operand operand : block.end_operands()) out += ' ' + print(block, operand);
  return out + " at " + decimal(end.pc) + '\n';
}

} // namespace

std::string name_of(const Instr& instr) {
  if (instr.op == op_unspill) return "unspill";
  return std::string(info(instr.op).name) + (instr.paid ? ".paid" : "");
}

std::string print(const BlockView& block, Operand operand) {
  switch (operand.kind()) {
  case Operand::Kind::value: return '$' + decimal(operand.id().index);
  case Operand::Kind::word: return '#' + decimal(operand.word());
  case Operand::Kind::literal: return '#' + to_hex(block.literal(operand));
  case Operand::Kind::unspill: return '@' + decimal(operand.slot());
  }
  return {};
}

std::string print(const BlockView& block) {
  std::string out = print_head(block);
  const auto print_spills = [&] {
    for (const Spill& spill : block.spills)
      out += "  spill " + print(block, spill.value) + ' ' + decimal(spill.slot) + '\n';
  };
  for (uint32_t i = 0; i < block.instrs.size(); ++i) {
    if (i == block.spill_at) print_spills();
    out += print_instr(block, i);
  }
  if (block.spill_at >= block.instrs.size()) print_spills();
  return out + print_end(block);
}

} // namespace runahead::depblock
