// Contracts that call one another with much on their stacks and in their memories, for tests of
// what a call costs that waits or is repeated.
#pragma once

#include "tx/execution.hpp"

#include <vector>

namespace runahead {

struct NestedCalls {
  unsigned depth = 3;               ///< frames
  unsigned live_slots = 60;         ///< on the stack of each, where the deepest reads state
  uint64_t memory_bytes = 8 * 1024; ///< of each
};

/// The i-th contract, the outermost being 0.
Address nested_contract(unsigned i);

/// The state that nested calls run in. Each contract hands its call data's first word on to the
/// next and returns its answer; the innermost answers with the storage word of that number, and
/// branches on it, reading more. A storage word is its own number; there is nothing else.
class NestedState {
public:
  explicit NestedState(const NestedCalls& shape);
  StateValue value(const StateKey& key) const;

private:
  std::vector<BytecodeRef> codes_;
};

/// A call of the outermost one that reads storage word `slot` of the innermost.
ExecutionInput nested_input(const uint256& slot);

} // namespace runahead
