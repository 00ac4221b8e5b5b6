#include "depblock/flow/jump_resolution.hpp"

#include "base/limits.hpp"

#include <algorithm>

namespace runahead::depblock {

JumpResolution::JumpResolution(const Code& code, const BlockStarts& starts)
    : code_(code), starts_(starts) {}

/// Literals that are jump destinations, slots, and those seen through a mask of their low bits.
JumpResolution::Item JumpResolution::item_of(const BlockView& view, Operand operand) const {
  Item item;
  for (int steps = 0; operand.is_value() && steps < 4; ++steps) {
    if (Lifter::is_left_out(operand)) return item;
    const Instr& instr = view.instrs[operand.id().index];
    if (instr.op != OP_AND) return item;
    const auto operands = view.operands_of(instr);
    if (!operands[0].is_literal()) return item;
    item.mask &= static_cast<uint32_t>(view.literal(operands[0]).w[0]);
    operand = operands[1];
  }
  if (operand.is_unspill()) item.slot = operand.slot();
  if (operand.is_word() && code_.is_jump_destination(operand.word() & item.mask))
    item.pc = operand.word() & item.mask;
  return item;
}

/// Remembers what `block` makes of the stack, and what the graph tells of it.
void JumpResolution::describe(BlockNumber block, const BlockView& view, FlowGraph& graph) {
  FlowBlock& node = graph.blocks[block];
  node.end = view.end.kind;
  node.opcodes = view.opcodes;
  node.pc = view.pc;
  node.bytes = std::min<uint32_t>(view.end.pc + (view.end.kind != EndKind::fall),
                                  static_cast<uint32_t>(code_.size())) -
               view.pc;
  node.reached = true;
  effect_of_[block] = static_cast<uint32_t>(effects_.size());
  Effect& effect = effects_.emplace_back();
  if (!goes_on(view.end.kind)) return;
  describe_changes(effect, view);
  if (view.end.kind != EndKind::jump) effect.next = starts_.at(view.end.next).value_or(no_block);
  if (view.end.kind == EndKind::fall) return;
  const Operand target = view.end.operands[0];
  effect.target_item = item_of(view, target);
  node.literal_jump = target.is_literal();
  if (effect.target_item.pc != unknown)
    effect.target = *starts_.at(effect.target_item.pc);
  else
    node.bad_jump = node.literal_jump;
}

void JumpResolution::describe_changes(Effect& effect, const BlockView& view) {
  effect.delta = view.delta;
  effect.first_change = static_cast<uint32_t>(changes_.size());
  effect.change_count = static_cast<uint32_t>(view.spills.size());
  for (const Spill& spill : view.spills) {
    const Item item = item_of(view, spill.value);
    changes_.push_back({static_cast<uint32_t>(view.delta - 1 - spill.slot), item});
    effect.brings |= item.pc != unknown;
  }
}

inline uint32_t JumpResolution::value(const Item& item, std::span<const uint32_t> stack) const {
  if (item.slot >= 0) return item.pc;
  const auto depth = static_cast<size_t>(-item.slot - 1);
  if (depth >= stack.size() || stack[depth] == unknown) return unknown;
  const uint32_t pc = stack[depth] & item.mask;
  return pc == stack[depth] || code_.is_jump_destination(pc) ? pc : unknown;
}

/// What the stack is behind a block that was entered with `before`.
JumpResolution::StackId JumpResolution::stack_behind(const Effect& effect, StackId before) {
  if (effect.delta == 0 && effect.change_count == 0) return before;
  if (before == JumpStacks::nothing && !effect.brings) return before;
  uint32_t* const draft = stacks_.draft();
  const auto stack = stacks_.of(before);
  const auto room = static_cast<Slot>(JumpStacks::most_items);
  const auto pushed = static_cast<size_t>(std::clamp(effect.delta, 0, room));
  const size_t popped = std::min(static_cast<size_t>(std::max(-effect.delta, 0)), stack.size());
  const size_t kept = std::min(stack.size() - popped, JumpStacks::most_items - pushed);
  std::fill_n(draft, pushed, unknown);
  std::copy_n(stack.begin() + static_cast<ptrdiff_t>(popped), kept, draft + pushed);
  size_t size = pushed + kept;
  const auto changes = std::span(changes_).subspan(effect.first_change, effect.change_count);
  for (const Change& change : changes) {
    if (change.depth >= JumpStacks::most_items) break;
    for (; size <= change.depth; ++size) draft[size] = unknown;
    draft[change.depth] = value(change.item, stack);
  }
  return stacks_.keep(size);
}

/// Of a context that is not its block's first: true if it was not met before.
bool JumpResolution::is_new(const Context& context) {
  const uint64_t key = (uint64_t{context.block} << 32 | context.stack) * 0x9e3779b97f4a7c15;
  const auto next = static_cast<uint32_t>(contexts_.size());
  return next ==
         later_contexts_.find_or_add(static_cast<uint32_t>(key >> 32), next, [&](uint32_t i) {
           return contexts_[i].block == context.block && contexts_[i].stack == context.stack;
         });
}

/// Control comes to `block` with `stack`.
void JumpResolution::enter(BlockNumber block, StackId stack, FlowGraph& graph) {
  FlowBlock& node = graph.blocks[block];
  if (effect_of_[block] == unknown) {
    describe(block, (*source_)(block), graph);
    effects_.back().first_stack = stack;
    node.contexts = 1;
    if (goes_on(node.end)) contexts_.push_back({block, stack});
    return;
  }
  const StackId first = effects_[effect_of_[block]].first_stack;
  if (stack == first || !goes_on(node.end)) return;
  // Past the bound, all further stacks count as one on which nothing is known.
  if (node.contexts >= limits::flow_contexts_per_block) {
    stack = JumpStacks::nothing;
    graph.cut_short = true;
  }
  if (stack == first || !is_new({block, stack})) return;
  contexts_.push_back({block, stack});
  ++node.contexts;
}

void JumpResolution::enter_all_destinations(FlowGraph& graph) {
  if (entered_all_) return;
  entered_all_ = graph.has_unknown_jump = true;
  for (BlockNumber block = 0; block < starts_.count(); ++block) {
    const uint32_t pc = starts_.pc_of(block);
    if (!code_.is_jump_destination(pc)) continue;
    // In a row of destinations the first stands for all: it falls through the others.
    if (pc > 0 && code_.is_jump_destination(pc - 1)) continue;
    enter(block, JumpStacks::nothing, graph);
  }
}

void JumpResolution::explore(Context context, FlowGraph& graph) {
  // A copy: blocks described meanwhile add to these.
  const Effect effect = effects_[effect_of_[context.block]];
  FlowBlock& node = graph.blocks[context.block];
  const StackId behind = stack_behind(effect, context.stack);
  const bool again = context.stack != effect.first_stack;
  const auto leave_to = [&](BlockNumber to, bool edge_is_there) {
    if (!edge_is_there) edges_.emplace_back(context.block, to);
    enter(to, behind, graph);
  };
  if (effect.next != no_block) leave_to(effect.next, again);
  if (node.end == EndKind::fall || node.bad_jump) return;
  if (effect.target != no_block) return leave_to(effect.target, again);
  const uint32_t pc = value(effect.target_item, stacks_.of(context.stack));
  if (pc != unknown) return leave_to(*starts_.at(pc), false);
  node.unknown_jump = true;
  enter_all_destinations(graph);
}

void JumpResolution::run(const BlockSource& source, FlowGraph& graph) {
  source_ = &source;
  const size_t blocks = starts_.count();
  graph.blocks.assign(blocks, {});
  effect_of_.assign(blocks, unknown);
  effects_.reserve(blocks);
  contexts_.reserve(blocks);
  changes_.reserve(blocks);
  edges_.reserve(blocks * 3 / 2);
  enter(0, JumpStacks::nothing, graph);
  const size_t most = std::min(blocks * limits::flow_steps_per_block,
                               blocks + code_.size() / limits::flow_bytes_per_step) +
                      64;
  for (size_t i = 0; i < contexts_.size(); ++i) {
    if (i == most) {
      graph.cut_short = true;
      enter_all_destinations(graph);
      for (; i < contexts_.size(); ++i) graph.blocks[contexts_[i].block].unknown_jump = true;
      break;
    }
    explore(contexts_[i], graph);
  }
  graph.successors = Edges(starts_.count(), edges_);
  graph.predecessors = graph.successors.reversed();
}

} // namespace runahead::depblock
