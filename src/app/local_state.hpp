// States held here, as the command line opens them: all that a chain of one block is made of.
#pragma once

#include "app/state_options.hpp"
#include "sources/state_about.hpp"
#include "state/source.hpp"

#include <memory>
#include <string>
#include <vector>

namespace runahead {

struct LocalState {
  std::string name; ///< path
  StateAbout about;
  std::shared_ptr<StateSource> source;
  std::vector<std::string> warnings;
  Hash256 block_hash = {}; ///< if it is known
};

Result<LocalState> load_alloc_state(const std::string& path);

/// Chooses the rules, wraps the source.
Result<std::unique_ptr<ChainAccess>> make_local_chain(LocalState state, const StatePlan& plan,
                                                      Executor& executor, Logger& log);

/// A database: of one state, or of a chain. Reads run on threads of their own and come back through
/// `executor`, in real time only.
Result<std::unique_ptr<ChainAccess>> open_db_chain(const StatePlan& plan, Executor& executor,
                                                   Logger& log);

} // namespace runahead
