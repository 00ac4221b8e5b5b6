// What must hold at the entry of a basic block, so that none of its instructions needs a check of
// its own. Blocks begin at the first instruction, at JUMPDEST and behind every block end; they end
// at JUMP, JUMPI, STOP, RETURN, REVERT, SELFDESTRUCT, INVALID and undefined opcodes, and before
// JUMPDEST.
#pragma once

#include "code/opcode_rows.hpp"

#include <algorithm>
#include <cstdint>

namespace runahead {

/// Saturating: a value at its maximum means "at least so much", which no frame can fulfil.
/// Without initializers, so that it may be part of a union: write `BlockFacts{}` for none.
struct BlockFacts {
  uint32_t gas;            ///< sum of the instructions' base prices
  uint16_t stack_required; ///< items that must be there
  uint16_t stack_growth;   ///< highest height above that at entry
  friend bool operator==(const BlockFacts&, const BlockFacts&) = default;
};
static_assert(sizeof(BlockFacts) == 8);

/// Adds up the facts of one block, instruction by instruction.
class BlockMeter {
public:
  explicit BlockMeter(Fork fork) : BlockMeter(opcode_rows(fork)) {}
  /// `rows` must outlive it.
  explicit BlockMeter(const OpcodeRows& rows) : rows_(&rows) {}

  /// Opcodes that the fork does not define cost nothing and require nothing.
  void add(uint8_t op) {
    const OpcodeRow row = (*rows_)[op];
    total_gas_ += row.gas;
    required_ = std::max(required_, row.stack_in - height_);
    height_ += row.stack_change;
    growth_ = std::max(growth_, height_);
  }

  /// Base gas of what was added so far; never saturates.
  uint64_t gas() const { return total_gas_; }

  /// Adds what always follows, as a whole: the facts then hold for both. What a following block
  /// leaves on the stack is not known from its facts: nothing can be added behind it.
  void append(const BlockFacts& next) {
    total_gas_ += next.gas;
    required_ = std::max(required_, next.stack_required - height_);
    growth_ = std::max(growth_, height_ + next.stack_growth);
  }

  BlockFacts facts() const {
    constexpr uint64_t most_gas = 0xffffffff;
    constexpr int most_items = 0xffff;
    return {static_cast<uint32_t>(std::min(total_gas_, most_gas)),
            static_cast<uint16_t>(std::min(required_, most_items)),
            static_cast<uint16_t>(std::min(growth_, most_items))};
  }

private:
  const OpcodeRows* rows_;
  uint64_t total_gas_ = 0;
  int height_ = 0; ///< against the entry
  int required_ = 0, growth_ = 0;
};

/// True if the block ends with this opcode.
inline bool ends_block(uint8_t op, Fork fork) { return opcode_rows(fork)[op].ends_block; }

} // namespace runahead
