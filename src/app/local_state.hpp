// States held here, as the command line opens them: all that a chain of one block is made of.
#pragma once

#include "app/rules_choice.hpp"
#include "app/state_options.hpp"
#include "spec/block_env.hpp"
#include "state/source.hpp"

#include <memory>
#include <optional>
#include <string>

namespace runahead {

struct LocalState {
  std::string name; ///< path
  std::optional<uint64_t> chain_id;
  RuleClues clues;
  BlockEnv block;
  uint64_t excess_blob_gas = 0;
  std::shared_ptr<StateSource> source;
  std::vector<std::string> warnings;
};

Result<LocalState> load_alloc_state(const std::string& path);

/// Chooses the rules, wraps the source.
Result<std::unique_ptr<ChainAccess>> make_local_chain(LocalState state, const StatePlan& plan,
                                                      Executor& executor, Logger& log);

} // namespace runahead
