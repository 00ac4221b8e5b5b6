#include "code/disassembly.hpp"

#include "base/hex.hpp"

#include <algorithm>

namespace runahead {
namespace {

constexpr size_t shortest_text = 8;

BytesView immediate_of(const Code& code, const Instruction& instruction) {
  return {code.padded() + instruction.pc + 1, instruction.immediate_bytes};
}

} // namespace

std::vector<Instruction> disassemble(const Code& code, Fork fork) {
  std::vector<Instruction> instructions;
  for (size_t pc = 0; pc < code.size();) {
    const uint8_t op = code.padded()[pc];
    const OpInfo& facts = info(op);
    Instruction next{.pc = static_cast<uint32_t>(pc),
                     .op = op,
                     .defined = facts.defined_in(fork),
                     .immediate_bytes = facts.immediate_bytes};
    pc = next.next();
    if (pc > code.size()) next.padding_bytes = static_cast<uint8_t>(pc - code.size());
    instructions.push_back(next);
  }
  return instructions;
}

std::optional<uint256> pushed_by(const Code& code, const Instruction& instruction) {
  const bool pushes = is_push(instruction.op) || instruction.op == OP_PUSH0;
  if (!pushes || !instruction.defined) return std::nullopt;
  return from_be(immediate_of(code, instruction));
}

std::optional<std::string> text_in(const Code& code, const Instruction& instruction) {
  const BytesView bytes = immediate_of(code, instruction);
  const auto end = std::ranges::find(bytes, uint8_t{0});
  const std::string text(bytes.begin(), end);
  const bool printable = std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
  const bool zeros_follow = std::all_of(end, bytes.end(), [](uint8_t byte) { return byte == 0; });
  if (text.size() < shortest_text || !printable || !zeros_follow) return std::nullopt;
  return text;
}

std::string to_text(const Code& code, const Instruction& instruction) {
  if (!instruction.defined) return to_hex(BytesView(&instruction.op, 1));
  std::string text(name_of_opcode(instruction.op));
  if (instruction.immediate_bytes != 0) text += " " + to_hex(immediate_of(code, instruction));
  return text;
}

} // namespace runahead
