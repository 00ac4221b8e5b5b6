// Passes over the flow graph of a code. Each has a file of its own, is linear or bounded, and only
// adds to the graph.
#pragma once

#include "depblock/flow/flow_graph.hpp"

namespace runahead::depblock {

/// Blocks from which no path ends well: backwards from those that may, as the others cannot reach
/// them. A block with an unknown jump may.
void find_certain_aborts(FlowGraph& graph);

/// Where the sides of a branch meet again: the immediate post-dominator, the first block that every
/// path to an end comes through. An unknown jump may lead to an end directly. Where it
/// takes more steps than limits::reconvergence_rounds rounds over the blocks, nothing is known.
void find_reconvergence(FlowGraph& graph);

/// Blocks that always come from one other block and always directly behind it - it falls into them
/// or jumps forward to them as a literal - become pieces of it: `merged_into` names the first of
/// the chain. A chain ends where its opcodes exceed limits::merged_opcodes. Where an unknown jump
/// or another engine comes to a piece all the same, it is lifted as a block of its own.
void find_merges(FlowGraph& graph);

/// The jump destinations that follow `block` as pieces, in their order.
void chain_of(const FlowGraph& graph, BlockNumber block, std::vector<uint32_t>& chain);

} // namespace runahead::depblock
