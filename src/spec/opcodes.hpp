// The opcode table: facts about every byte, derived from opcodes.def.
#pragma once

#include "spec/fork.hpp"

#include <array>
#include <cstdint>
#include <string_view>

namespace runahead {

enum Opcode : uint8_t {
#define OPCODE(byte, name, imm, in, out, fork, category, effects) OP_##name = byte,
#include "spec/opcodes.def"
#undef OPCODE
};

enum class OpCategory : uint8_t {
  undefined,
  halt,
  arithmetic,
  comparison,
  bitwise,
  hash,
  environment,
  block,
  state,
  stack,
  memory,
  storage,
  flow,
  push,
  log,
  call,
};

/// Bits of what an opcode does besides computing on the stack.
namespace effect {
inline constexpr uint8_t none = 0, E = 1, mr = 2, mw = 4, sr = 8, sw = 16, dg = 32, su = 64;
inline constexpr uint8_t ends_block = E, reads_memory = mr, writes_memory = mw, reads_state = sr,
                         writes_state = sw, dynamic_gas = dg, may_suspend = su;
} // namespace effect

struct OpInfo {
  std::string_view name; ///< empty for a byte that no fork defines
  uint8_t immediate_bytes = 0;
  uint8_t stack_in = 0;  ///< items that must be there (for DUPn, SWAPn: the depth reached)
  uint8_t stack_out = 0; ///< items there instead afterwards
  Fork since = Fork::frontier;
  OpCategory category = OpCategory::undefined;
  uint8_t effects = effect::E;

  constexpr int stack_change() const { return stack_out - stack_in; }
  constexpr bool defined_in(Fork fork) const { return !name.empty() && fork >= since; }
};

consteval std::array<OpInfo, 256> make_opcode_table() {
  std::array<OpInfo, 256> table{};
  using namespace effect;
#define OPCODE(byte, name, imm, in, out, fork, cat, effects)                                       \
  table[byte] = {#name, imm, in, out, Fork::fork, OpCategory::cat, effects};
#include "spec/opcodes.def"
#undef OPCODE
  return table;
}
inline constexpr std::array<OpInfo, 256> opcode_table = make_opcode_table();

constexpr const OpInfo& info(uint8_t op) { return opcode_table[op]; }

/// `ADD`, or `0x0c` for a byte that no fork defines.
std::string_view name_of_opcode(uint8_t op);

constexpr bool is_push(uint8_t op) { return op >= OP_PUSH1 && op <= OP_PUSH32; }
constexpr bool is_dup(uint8_t op) { return op >= OP_DUP1 && op <= OP_DUP16; }
constexpr bool is_swap(uint8_t op) { return op >= OP_SWAP1 && op <= OP_SWAP16; }

} // namespace runahead
