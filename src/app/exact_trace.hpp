// What the reads of a call depended on, found by running it once more when all that it reads is
// there.
#pragma once

#include "rpc/call_request.hpp"
#include "rpc/pinned_block.hpp"
#include "speculate/dependence_trace.hpp"
#include "tx/execution.hpp"

namespace runahead {

struct ExactTrace {
  DependenceTrace dependences;
  uint64_t steps = 0;
  uint64_t gas_used = 0;
};

/// Reads nothing but what the block already knows; fails where that is not enough, and for a call
/// that cannot be executed.
Result<ExactTrace> trace_exactly(CallRequest request, const PinnedBlock& pin,
                                 const ChainAccess& chain);

/// Runs it to its end. Fails where state is missing.
Result<void> run_through(Execution& call);

} // namespace runahead
