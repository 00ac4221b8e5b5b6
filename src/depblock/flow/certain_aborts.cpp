#include "depblock/flow/flow_passes.hpp"

namespace runahead::depblock {
namespace {

bool may_end_well(const FlowBlock& block) {
  return block.unknown_jump || block.end == EndKind::stop || block.end == EndKind::give_back ||
         block.end == EndKind::selfdestruct;
}

} // namespace

void find_certain_aborts(FlowGraph& graph) {
  std::vector<BlockNumber> open;
  for (BlockNumber i = 0; i < graph.blocks.size(); ++i) {
    FlowBlock& block = graph.blocks[i];
    block.only_aborts = block.reached && !may_end_well(block);
    if (block.reached && !block.only_aborts) open.push_back(i);
  }
  while (!open.empty()) {
    const BlockNumber block = open.back();
    open.pop_back();
    for (const BlockNumber before : graph.predecessors.of(block)) {
      if (!graph.blocks[before].only_aborts) continue;
      graph.blocks[before].only_aborts = false;
      open.push_back(before);
    }
  }
}

} // namespace runahead::depblock
