// State overrides as changes of the state, for computations that go on with it.
#pragma once

#include "base/result.hpp"
#include "spec/fork.hpp"
#include "state/journal.hpp"
#include "tx/overrides.hpp"

#include <vector>

namespace runahead {

struct OverrideChanges {
  std::vector<AccountChange> changes;
  /// What no change can say, for every execution: where precompiles are, or are no more.
  StateOverrides moves;
};

/// Refuses to move what is no precompile.
Result<OverrideChanges> to_changes(const StateOverrides& overrides, Fork fork);

} // namespace runahead
