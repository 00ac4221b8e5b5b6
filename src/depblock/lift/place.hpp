// Puts a loose block into the order in which it is executed:
//
// - impure instructions, and readers whose result is needed, in program order;
// - pure ones only if something needs them, directly before what needs them first;
// - the spills together, as early as their values are known and nothing but the end and the spills
//   themselves needs what they overwrite. Before that place the stack is as at entry, behind it as
//   at the end of the block; there is no third state;
// - among the spills, none overwrites what a later one reads. Where they form a cycle, or the end
//   reads a slot that is overwritten, the slot is first taken into a temporary (`unspill`).
//
// Linear in the block's size, without recursion.
#pragma once

#include "depblock/form/block.hpp"

namespace runahead::depblock {

/// Keeps its buffers from block to block; not to be shared between threads.
class Placer {
public:
  /// `in` must be loose; `out` is overwritten.
  void place(const Block& in, Block& out);

private:
  static constexpr uint32_t nowhere = 0xffffffff;

  void find_demand(const Block& in);
  void find_spill_place(const Block& in);
  void need(Operand operand, uint32_t root);
  void emit(const Block& in, Block& out, uint32_t index);
  void demand(const Block& in, Block& out, Operand operand);
  void emit_spills(const Block& in, Block& out);
  void sequence(Block& out);
  void take(Block& out, Slot slot);
  Operand moved(Operand operand) const;
  bool overwritten(Slot slot) const;

  struct Node {
    uint32_t first_root = nowhere; ///< the first instruction it is needed for, as its index; the
                                   ///< end counts as the list's length
    uint32_t known = 0;            ///< all it depends on that is bound stands before this index
    uint32_t placed = nowhere;     ///< its new index
    bool needed = false;
  };
  /// Of one entry slot, while the spills are put in order.
  struct Home {
    uint32_t spill = nowhere; ///< the spill that overwrites it
    uint32_t readers = 0;     ///< spills not yet done that read it
    Operand temporary;        ///< once it is taken
    bool taken = false;
  };
  Home& home(Slot slot) { return homes_[static_cast<size_t>(-slot)]; }

  std::vector<Node> nodes_;
  std::vector<uint32_t> open_; ///< instructions whose operands are being placed; ready spills
  std::vector<Home> homes_;    ///< by depth, from 1
  std::vector<Spill> pending_;
  uint32_t spill_before_ = 0; ///< index of the loose instruction
  bool overwrites_ = false;   ///< some spill goes to an entry slot
};

} // namespace runahead::depblock
