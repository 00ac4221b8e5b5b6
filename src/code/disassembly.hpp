// Bytecode as a list of instructions, for people to read and for tools to walk.
#pragma once

#include "base/uint256.hpp"
#include "code/code.hpp"
#include "spec/opcodes.hpp"

#include <optional>
#include <string>
#include <vector>

namespace runahead {

/// One instruction, or one byte that the fork does not define.
struct Instruction {
  uint32_t pc = 0;
  uint8_t op = 0;
  bool defined = false;        ///< by the fork
  uint8_t immediate_bytes = 0; ///< with those that the end of the code cut off
  uint8_t padding_bytes = 0;   ///< how many it cut off; they read as zeros (Yellow Paper 9.4.1)

  /// The pc behind it; behind the code's end where the immediate is cut off.
  uint32_t next() const { return pc + 1 + immediate_bytes; }
  friend bool operator==(const Instruction&, const Instruction&) = default;
};

/// Every instruction from the first byte to the last, one behind the other; data is not told from
/// code. Linear. REQUIRES: fewer than 2^32 bytes.
std::vector<Instruction> disassemble(const Code& code, Fork fork);

/// What a PUSH pushes, zeros for what was cut off; nothing for any other instruction.
std::optional<uint256> pushed_by(const Code& code, const Instruction& instruction);

/// True for JUMP and JUMPI.
constexpr bool is_jump(uint8_t op) { return op == OP_JUMP || op == OP_JUMPI; }

/// The text in an immediate: printable ASCII and nothing else, but for zeros behind it. At least
/// eight characters, since four bytes are printable by chance too often.
std::optional<std::string> text_in(const Code& code, const Instruction& instruction);

/// `PUSH1 0x80`, `JUMPDEST`, or `0x0c` for a byte that the fork does not define.
std::string to_text(const Code& code, const Instruction& instruction);

} // namespace runahead
