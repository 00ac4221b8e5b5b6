// The instructions of dependency blocks: every opcode that is left once stack shuffling, literals
// and block ends are gone, and `unspill`. All is derived from the rows of spec/opcodes.def.
#pragma once

#include "spec/opcodes.hpp"

#include <array>
#include <cstdint>
#include <utility>

namespace runahead::depblock {

/// Takes an entry slot into a temporary, before a spill overwrites it. A byte that no fork defines.
inline constexpr uint8_t op_unspill = 0xb0;
static_assert(info(op_unspill).name.empty());

/// What instructions read and write besides values. A reader of a class keeps its order with the
/// class's writers.
namespace effect_class {
inline constexpr uint16_t memory = 1, memory_size = 2, storage = 4, transient = 8, balance = 16,
                          return_data = 32, gas = 64, logs = 128, external = 256;
inline constexpr uint16_t all = 511;
} // namespace effect_class

/// How much an instruction is bound to its place.
enum class Bond : uint8_t {
  none,   ///< not an instruction of blocks
  pure,   ///< depends on its operands and on what is fixed for the frame: computed where needed
  reader, ///< cannot fail or wait and changes nothing, but others change what it reads
  impure, ///< changes something, costs gas beyond the base, or may wait: always done, in order
};

struct OpFacts {
  Bond bond = Bond::none;
  uint8_t arity = 0;
  bool has_result = false;
  uint16_t reads = 0, writes = 0; ///< effect classes
};

consteval OpFacts derive_op_facts(uint8_t op) {
  namespace cls = effect_class;
  const OpInfo& row = info(op);
  const auto has = [&](uint8_t bit) { return (row.effects & bit) != 0; };
  const bool moves_only = row.category == OpCategory::stack || row.category == OpCategory::push ||
                          op == OP_JUMPDEST || op == OP_PC;
  if (op == op_unspill) return {Bond::pure, 1, true, 0, 0};
  if (row.name.empty() || moves_only || has(effect::ends_block)) return {};

  OpFacts facts{Bond::pure, row.stack_in, row.stack_out == 1, 0, 0};
  if (has(effect::reads_memory)) facts.reads |= cls::memory;
  if (has(effect::writes_memory)) facts.writes |= cls::memory;
  if (has(effect::reads_memory | effect::writes_memory)) facts.writes |= cls::memory_size;
  if (has(effect::dynamic_gas)) facts.writes |= cls::gas;
  if (has(effect::reads_state)) facts.reads |= cls::external | cls::balance | cls::storage;
  if (row.category == OpCategory::log) facts.writes |= cls::logs;
  if (row.category == OpCategory::call) facts.reads = facts.writes = cls::all;
  if (op == OP_SSTORE) facts.writes |= cls::storage;
  if (op == OP_TSTORE) facts.writes |= cls::transient;
  if (op == OP_TLOAD) facts.reads |= cls::transient;
  if (op == OP_MSIZE) facts.reads |= cls::memory_size;
  if (op == OP_GAS) facts.reads |= cls::gas;
  if (op == OP_RETURNDATASIZE || op == OP_RETURNDATACOPY) facts.reads |= cls::return_data;

  if (facts.writes != 0 || has(effect::may_suspend))
    facts.bond = Bond::impure;
  else if (facts.reads != 0)
    facts.bond = Bond::reader;
  return facts;
}

template <size_t... op>
consteval std::array<OpFacts, 256> make_op_facts(std::index_sequence<op...>) {
  return {derive_op_facts(static_cast<uint8_t>(op))...};
}
inline constexpr std::array<OpFacts, 256> op_facts = make_op_facts(std::make_index_sequence<256>());

} // namespace runahead::depblock
