// All that is found out about a code as a whole, in one go.
#pragma once

#include "depblock/flow/flow_graph.hpp"
#include "depblock/passes/block_passes.hpp"

namespace runahead::depblock {

/// Lifts every block that control may reach, explores how they follow one another, and runs the
/// passes over the graph. Linear within its limits; `times` may be null, else each pass adds to a
/// row of its own.
FlowGraph analyse_flow(const Code& code, Fork fork, const BlockStarts& starts,
                       PassTimes* times = nullptr);

} // namespace runahead::depblock
