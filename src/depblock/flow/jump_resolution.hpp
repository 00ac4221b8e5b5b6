// Where jumps go: by exploring the code from its first block with a stack on which only jump
// destinations are kept, as literals were pushed for them, so that return addresses are followed
// from the call of a function to its end. A block is explored once for each such stack; one that
// ends the frame only once.
#pragma once

#include "depblock/flow/flow_graph.hpp"
#include "depblock/flow/jump_stacks.hpp"
#include "depblock/lift/lift.hpp"

#include <functional>

namespace runahead::depblock {

/// What explores one code. Jumps whose target is not a literal, not on the stack as one, and not
/// computed of such, are unknown; then every jump destination is explored with an unknown stack,
/// too.
class JumpResolution {
public:
  JumpResolution(const Code& code, const BlockStarts& starts);

  /// Tells of each block that is reached what it does: called once per block, when it is reached
  /// first. An outline suffices (lift/lift.hpp); it is read only until the next call.
  using BlockSource = std::function<BlockView(BlockNumber)>;

  /// Fills in blocks, successors and the two flags. At most limits::flow_contexts_per_block stacks
  /// are told apart at one block, and limits::flow_steps_per_block times the number of blocks are
  /// looked at in all.
  void run(const BlockSource& source, FlowGraph& graph);

private:
  using StackId = JumpStacks::Id;
  static constexpr uint32_t unknown = JumpStacks::unknown;

  /// Where an item comes from: a jump destination's pc, a slot at entry, or neither. `mask` is
  /// applied to what a slot held.
  struct Item {
    Slot slot = 0; ///< negative: taken from there
    uint32_t pc = unknown;
    uint32_t mask = 0xffffffff;
  };
  /// An item that another is put in the place of: how many lie above it when the block is left.
  struct Change {
    uint32_t depth;
    Item item;
  };
  /// What a block makes of the stack, and where it goes.
  struct Effect {
    uint32_t first_change = 0, change_count = 0;
    Slot delta = 0;
    bool brings = false; ///< some change is a jump destination, whatever the stack
    BlockNumber next = no_block;
    BlockNumber target = no_block; ///< if that does not depend on the stack
    Item target_item;              ///< else
    StackId first_stack = 0;       ///< the first that it was entered with
  };
  struct Context {
    BlockNumber block;
    StackId stack;
  };

  void describe(BlockNumber block, const BlockView& view, FlowGraph& graph);
  void describe_changes(Effect& effect, const BlockView& view);
  Item item_of(const BlockView& view, Operand operand) const;
  void explore(Context context, FlowGraph& graph);
  uint32_t value(const Item& item, std::span<const uint32_t> stack) const;
  StackId stack_behind(const Effect& effect, StackId stack);
  void enter(BlockNumber block, StackId stack, FlowGraph& graph);
  void enter_all_destinations(FlowGraph& graph);
  bool is_new(const Context& context);

  const Code& code_;
  const BlockStarts& starts_;
  const BlockSource* source_ = nullptr;
  std::vector<Effect> effects_;     ///< of blocks that are reached
  std::vector<uint32_t> effect_of_; ///< by block: into `effects_`; `unknown` before it is reached
  std::vector<Change> changes_;     ///< of each block, the topmost first
  JumpStacks stacks_;
  std::vector<Context> contexts_; ///< all that were found and go on, in the order of exploration
  IndexTable later_contexts_;     ///< those that are not their block's first
  std::vector<std::pair<BlockNumber, BlockNumber>> edges_;
  bool entered_all_ = false;
};

} // namespace runahead::depblock
