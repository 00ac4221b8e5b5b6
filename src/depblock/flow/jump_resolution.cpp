#include "depblock/flow/jump_resolution.hpp"

#include "base/limits.hpp"

#include <algorithm>
#include <bit>

namespace runahead::depblock {

JumpResolution::JumpResolution(const Code& code, const BlockStarts& starts)
    : code_(code), starts_(starts) {}

/// Literals that are jump destinations, slots, and those seen through a mask of their low bits.
JumpResolution::Item JumpResolution::item_of(const BlockView& view, Operand operand) const {
  Item item;
  for (int steps = 0; operand.is_value() && steps < 4; ++steps) {
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
  Effect& effect = effects_[block];
  effect.known = true;
  if (!goes_on(view.end.kind)) return;
  effect.low = view.low();
  effect.delta = view.delta;
  effect.first_item = static_cast<uint32_t>(items_.size());
  effect.item_count = static_cast<uint32_t>(view.delta - view.low());
  for (uint32_t i = 0; i < effect.item_count; ++i)
    items_.push_back({.slot = view.delta - 1 - static_cast<Slot>(i)});
  for (const Spill& spill : view.spills)
    items_[effect.first_item + static_cast<uint32_t>(view.delta - 1 - spill.slot)] =
        item_of(view, spill.value);
  if (view.end.kind != EndKind::jump) effect.next = starts_.at(view.end.next).value_or(no_block);
  if (view.end.kind == EndKind::fall) return;
  effect.target = effect.item_count;
  const Operand target = view.end.operands[0];
  node.literal_jump = target.is_literal();
  items_.push_back(item_of(view, target));
  if (node.literal_jump && items_.back().pc == unknown) node.bad_jump = true;
}

inline uint32_t JumpResolution::value(const Item& item, std::span<const uint32_t> stack) const {
  if (item.slot >= 0) return item.pc;
  const auto depth = static_cast<size_t>(-item.slot - 1);
  if (depth >= stack.size() || stack[depth] == unknown) return unknown;
  const uint32_t pc = stack[depth] & item.mask;
  return code_.is_jump_destination(pc) ? pc : unknown;
}

uint32_t JumpResolution::hash_of(BlockNumber block, std::span<const uint32_t> stack) {
  uint64_t hash = block;
  for (const uint32_t item : stack) hash = (hash ^ item) * 0x9e3779b97f4a7c15;
  return static_cast<uint32_t>(hash ^ hash >> 32);
}

/// Twice as large. The hashes are there already, and all contexts differ.
void JumpResolution::grow_table() {
  std::vector<Place> old(std::max<size_t>(256, table_.size() * 2));
  old.swap(table_);
  for (const Place& place : old) {
    if (place.context == Place::none) continue;
    size_t i = place.hash & (table_.size() - 1);
    while (table_[i].context != Place::none) i = (i + 1) & (table_.size() - 1);
    table_[i] = place;
  }
}

/// Puts the context of `block` and `new_stack_` into the table; false if it is there already.
bool JumpResolution::is_new(BlockNumber block) {
  if (contexts_.size() * 2 >= table_.size()) grow_table();
  const uint32_t hash = hash_of(block, new_stack_);
  size_t i = hash & (table_.size() - 1);
  for (; table_[i].context != Place::none; i = (i + 1) & (table_.size() - 1)) {
    if (table_[i].hash != hash) continue;
    const Context& other = contexts_[table_[i].context];
    if (other.block == block && std::ranges::equal(stack_of(other), new_stack_)) return false;
  }
  table_[i] = {hash, static_cast<uint32_t>(contexts_.size())};
  contexts_.push_back(
      {block, static_cast<uint32_t>(stacks_.size()), static_cast<uint32_t>(new_stack_.size())});
  stacks_.insert(stacks_.end(), new_stack_.begin(), new_stack_.end());
  return true;
}

/// Control comes to `block` with `new_stack_`.
void JumpResolution::enter(BlockNumber block, FlowGraph& graph) {
  if (!effects_[block].known) describe(block, (*source_)(block), graph);
  FlowBlock& node = graph.blocks[block];
  // Past the bound, all further stacks count as one on which nothing is known.
  if (node.contexts >= limits::flow_contexts_per_block) {
    new_stack_.clear();
    graph.cut_short = true;
  }
  if (is_new(block) && node.contexts < 0xffff) ++node.contexts;
}

void JumpResolution::leave_to(BlockNumber from, uint32_t pc, FlowGraph& graph) {
  const BlockNumber to = *starts_.at(pc);
  edges_.emplace_back(from, to);
  enter(to, graph);
}

void JumpResolution::enter_all_destinations(FlowGraph& graph) {
  if (entered_all_) return;
  entered_all_ = graph.has_unknown_jump = true;
  for (BlockNumber block = 0; block < starts_.count(); ++block) {
    const uint32_t pc = starts_.pc_of(block);
    if (!code_.is_jump_destination(pc)) continue;
    // In a row of destinations the first stands for all: it falls through the others.
    if (pc > 0 && code_.is_jump_destination(pc - 1)) continue;
    new_stack_.clear();
    enter(block, graph);
  }
}

/// What the stack is behind the block, into `new_stack_`.
void JumpResolution::make_stack(const Effect& effect, std::span<const uint32_t> stack) {
  new_stack_.clear();
  for (uint32_t i = 0; i < effect.item_count; ++i)
    new_stack_.push_back(value(items_[effect.first_item + i], stack));
  const auto below = static_cast<size_t>(-effect.low);
  if (below < stack.size()) {
    const auto rest = stack.subspan(below);
    new_stack_.insert(new_stack_.end(), rest.begin(), rest.end());
  }
  if (new_stack_.size() > limits::flow_stack_items) new_stack_.resize(limits::flow_stack_items);
  while (!new_stack_.empty() && new_stack_.back() == unknown) new_stack_.pop_back();
}

void JumpResolution::explore(const Context& context, FlowGraph& graph) {
  const Effect effect = effects_[context.block]; // a copy: blocks described meanwhile add to these
  FlowBlock& node = graph.blocks[context.block];
  if (!goes_on(node.end)) return;
  if (effect.next != no_block) {
    make_stack(effect, stack_of(context));
    leave_to(context.block, starts_.pc_of(effect.next), graph);
  }
  if (node.end == EndKind::fall || node.bad_jump) return;
  const uint32_t target = value(items_[effect.first_item + effect.target], stack_of(context));
  if (target == unknown) {
    node.unknown_jump = true;
    return enter_all_destinations(graph);
  }
  make_stack(effect, stack_of(context));
  leave_to(context.block, target, graph);
}

void JumpResolution::run(const BlockSource& source, FlowGraph& graph) {
  source_ = &source;
  graph.blocks.assign(starts_.count(), {});
  effects_.assign(starts_.count(), {});
  enter(0, graph);
  const size_t most = starts_.count() * limits::flow_steps_per_block + 64;
  for (size_t i = 0; i < contexts_.size(); ++i) {
    if (i == most) {
      graph.cut_short = true;
      enter_all_destinations(graph);
      for (; i < contexts_.size(); ++i) graph.blocks[contexts_[i].block].unknown_jump = true;
      break;
    }
    explore(Context(contexts_[i]), graph);
  }
  graph.successors = Edges(starts_.count(), edges_);
  graph.predecessors = graph.successors.reversed();
}

} // namespace runahead::depblock
