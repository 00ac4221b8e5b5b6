// What must hold at the entry of a basic block, so that none of its instructions needs a check of
// its own. Blocks begin at the first instruction, at JUMPDEST and behind every block end; they end
// at JUMP, JUMPI, STOP, RETURN, REVERT, SELFDESTRUCT, INVALID and undefined opcodes, and before
// JUMPDEST.
#pragma once

#include "spec/gas.hpp"
#include "spec/opcodes.hpp"

#include <algorithm>
#include <cstdint>

namespace runahead {

/// Saturating: a value at its maximum means "at least so much", which no frame can fulfil.
struct BlockFacts {
  uint32_t gas = 0;            ///< sum of the instructions' base prices
  uint16_t stack_required = 0; ///< items that must be there
  uint16_t stack_growth = 0;   ///< highest height above that at entry
  friend bool operator==(const BlockFacts&, const BlockFacts&) = default;
};
static_assert(sizeof(BlockFacts) == 8);

/// Adds up the facts of one block, instruction by instruction.
class BlockMeter {
public:
  explicit BlockMeter(Fork fork) : fork_(fork) {}

  /// Opcodes that the fork does not define cost nothing and require nothing.
  void add(uint8_t op) {
    const OpInfo& facts = info(op);
    if (!facts.defined_in(fork_)) return;
    total_gas_ += static_cast<uint64_t>(gas_schedule(fork_).base[op]);
    required_ = std::max(required_, facts.stack_in - height_);
    height_ += facts.stack_change();
    growth_ = std::max(growth_, height_);
  }

  /// Base gas of what was added so far; never saturates.
  uint64_t gas() const { return total_gas_; }

  /// Adds what always follows, as a whole: its facts then hold for both.
  void append(const BlockMeter& next) {
    total_gas_ += next.total_gas_;
    required_ = std::max(required_, next.required_ - height_);
    growth_ = std::max(growth_, height_ + next.growth_);
    height_ += next.height_;
  }

  BlockFacts facts() const {
    constexpr uint64_t most_gas = 0xffffffff;
    constexpr int most_items = 0xffff;
    return {static_cast<uint32_t>(std::min(total_gas_, most_gas)),
            static_cast<uint16_t>(std::min(required_, most_items)),
            static_cast<uint16_t>(std::min(growth_, most_items))};
  }

private:
  Fork fork_;
  uint64_t total_gas_ = 0;
  int height_ = 0; ///< against the entry
  int required_ = 0, growth_ = 0;
};

/// True if the block ends with this opcode.
constexpr bool ends_block(uint8_t op, Fork fork) {
  const OpInfo& facts = info(op);
  return !facts.defined_in(fork) || (facts.effects & effect::ends_block) != 0;
}

} // namespace runahead
