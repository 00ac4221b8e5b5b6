// Where jumps go: by exploring the code from its first block with a stack on which only jump
// destinations are kept, as literals were pushed for them, so that return addresses are followed
// from the call of a function to its end. A block is explored once for each such stack.
#pragma once

#include "depblock/flow/flow_graph.hpp"

#include <functional>

namespace runahead::depblock {

/// What explores one code. Jumps whose target is not a literal, not on the stack as one, and not
/// computed of such, are unknown; then every jump destination is explored with an unknown stack,
/// too.
class JumpResolution {
public:
  JumpResolution(const Code& code, const BlockStarts& starts);

  /// Tells of each block that is reached what it does: called once per block, when it is reached
  /// first, before `connect` is done. The view is read only during the call.
  using BlockSource = std::function<BlockView(BlockNumber)>;

  /// Fills in blocks, successors and the two flags. At most limits::flow_contexts_per_block stacks
  /// are told apart at one block, and limits::flow_steps_per_block times the number of blocks are
  /// looked at in all.
  void run(const BlockSource& source, FlowGraph& graph);

private:
  static constexpr uint32_t unknown = 0xffffffff;

  /// What a block makes of the stack, in flat arrays.
  struct Effect {
    uint32_t first_item = 0, item_count = 0;
    Slot low = 0, delta = 0;
    uint32_t target = 0; ///< item that is the target, counted from `first_item`
    BlockNumber next = no_block;
    bool known = false;
  };
  /// Where an item comes from: a jump destination's pc, a slot at entry, or neither. `mask` is
  /// applied to what a slot held.
  struct Item {
    Slot slot = 0; ///< negative: taken from there
    uint32_t pc = unknown;
    uint32_t mask = 0xffffffff;
  };
  struct Context {
    BlockNumber block;
    uint32_t first, size; ///< of the stack in `stacks_`: top first
  };

  /// Of the table of contexts.
  struct Place {
    static constexpr uint32_t none = 0xffffffff;
    uint32_t hash = 0;
    uint32_t context = none;
  };

  void describe(BlockNumber block, const BlockView& view, FlowGraph& graph);
  Item item_of(const BlockView& view, Operand operand) const;
  void explore(const Context& context, FlowGraph& graph);
  uint32_t value(const Item& item, std::span<const uint32_t> stack) const;
  void leave_to(BlockNumber from, uint32_t pc, FlowGraph& graph);
  void enter(BlockNumber block, FlowGraph& graph);
  void enter_all_destinations(FlowGraph& graph);
  void make_stack(const Effect& effect, std::span<const uint32_t> stack);
  bool is_new(BlockNumber block);
  static uint32_t hash_of(BlockNumber block, std::span<const uint32_t> stack);
  void grow_table();
  std::span<const uint32_t> stack_of(const Context& context) const {
    return std::span(stacks_).subspan(context.first, context.size);
  }

  const Code& code_;
  const BlockStarts& starts_;
  const BlockSource* source_ = nullptr;
  std::vector<Effect> effects_; ///< by block
  std::vector<Item> items_;     ///< of each block: slot delta - 1 first, down to `low`; the target
  std::vector<uint32_t> stacks_;
  std::vector<Context> contexts_; ///< all that were found; those from `next_` on are to be explored
  std::vector<Place> table_;      ///< open addressing
  std::vector<uint32_t> new_stack_;
  std::vector<std::pair<BlockNumber, BlockNumber>> edges_;
  bool entered_all_ = false;
};

} // namespace runahead::depblock
