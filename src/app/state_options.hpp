// Which state a command works on: one of an account file, a database, a node or a recording, and
// what the command line puts around it.
#pragma once

#include "app/source_stack.hpp"
#include "app/upstream_options.hpp"
#include "base/log.hpp"
#include "base/result.hpp"
#include "io/event_loop.hpp"
#include "rpc/chain_access.hpp"
#include "spec/fork.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace CLI {
class App;
}

namespace runahead {

/// As given on the command line.
struct StateOptions {
  std::string alloc, db, recorded;
  UpstreamOptions upstream;
  std::string delay; ///< a latency model
  uint64_t seed = 1; ///< of the delay
  std::string fork;
  std::optional<uint64_t> chain_id; ///< where the file names none
};

enum class StateOrigin : uint8_t { alloc, db, upstream, recorded };

/// Checked.
struct StatePlan {
  StateOrigin origin = StateOrigin::alloc;
  std::string place; ///< path
  UpstreamPlan upstream;
  SourceWrapping wrapping;
  std::optional<Fork> fork;
  std::optional<uint64_t> chain_id;
};

/// Adds --alloc, --db, what goes with --upstream, --delay, --seed, --fork and --chain-id.
void add_state_options(CLI::App& command, StateOptions& options);

/// Where no origin is given, RUNAHEAD_ALLOC, RUNAHEAD_DB or RUNAHEAD_UPSTREAM may name it. Refused:
/// none, several, and values that make no sense.
Result<StatePlan> plan_state(StateOptions options);

/// Opens it; not for recordings, which hold more than a state. What of a node is needed is fetched
/// meanwhile, by running `loop`, which must be the executor then; a node cannot be opened without
/// one. Logs which rules apply, and why.
Result<std::unique_ptr<ChainAccess>> open_chain(const StatePlan& plan, Executor& executor,
                                                EventLoop* loop, Logger& log);

} // namespace runahead
