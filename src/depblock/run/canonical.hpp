// The stack as the bytecode has it in the middle of a block, which a frame must show whenever an
// engine of dependency blocks leaves there: to wait, to call, or to let stepping find a halt.
//
// It is found by going over the block's bytecode once more with numbers in place of references.
// What a bound instruction gave is known, and all else can be computed again: that is why bound
// instructions keep their pcs. No tables are needed for it. Results that nothing uses, and that
// were never computed, come out as zeros.
#pragma once

#include "depblock/form/block.hpp"
#include "machine/frame.hpp"
#include "machine/world.hpp"

namespace runahead::depblock {

/// Where at the instruction the stack is wanted.
enum class AtStop : uint8_t { before, behind_without_result, behind_with_result };

class CanonicalStack {
public:
  /// `entry_slots`: the topmost slots at entry, as many as the block requires, the top last.
  /// `values`: by instruction; those not yet run are not looked at.
  CanonicalStack(const BlockView& block, std::span<const uint256> entry_slots,
                 std::span<const uint256> values)
      : block_(block), entry_slots_(entry_slots), values_(values) {}

  /// Writes the stack as it is at the opcode at `stop_pc`, which must stand in the block, into the
  /// frame; `entry` is where its top was at the block's entry. Linear in the block's bytecode.
  void restore(Frame& frame, World& world, uint256* entry, uint32_t stop_pc, AtStop at) const;

private:
  const BlockView& block_;
  std::span<const uint256> entry_slots_, values_;
};

} // namespace runahead::depblock
