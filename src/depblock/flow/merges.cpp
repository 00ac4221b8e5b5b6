#include "base/limits.hpp"
#include "depblock/flow/flow_passes.hpp"

namespace runahead::depblock {
namespace {

/// The block that always follows this one and always comes from it; none if there is no such.
BlockNumber follower(const FlowGraph& graph, BlockNumber number) {
  const FlowBlock& block = graph.blocks[number];
  const bool unconditional =
      block.end == EndKind::fall || (block.end == EndKind::jump && block.literal_jump);
  const auto next = graph.successors.of(number);
  if (!block.reached || !unconditional || block.bad_jump || next.size() != 1 || next[0] <= number ||
      graph.predecessors.of(next[0]).size() != 1)
    return no_block;
  return next[0];
}

} // namespace

void find_merges(FlowGraph& graph) {
  for (BlockNumber i = 0; i < graph.blocks.size(); ++i) {
    if (graph.blocks[i].merged_into != no_block) continue;
    uint32_t opcodes = graph.blocks[i].opcodes;
    for (BlockNumber at = i, next; (next = follower(graph, at)) != no_block; at = next) {
      opcodes += graph.blocks[next].opcodes;
      if (opcodes > limits::merged_opcodes) break;
      graph.blocks[next].merged_into = i;
    }
  }
}

void chain_of(const FlowGraph& graph, BlockNumber block, std::vector<uint32_t>& chain) {
  chain.clear();
  for (BlockNumber at = block, next;
       (next = follower(graph, at)) != no_block && graph.blocks[next].merged_into == block;
       at = next)
    chain.push_back(graph.blocks[next].pc);
}

} // namespace runahead::depblock
