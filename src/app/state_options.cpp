#include "app/state_options.hpp"

#include "app/local_state.hpp"
#include "app/node_chain.hpp"
#include "base/hex.hpp"

#include <CLI/CLI.hpp>

#include <array>
#include <cstdlib>

namespace runahead {
namespace {

/// A value that the environment gives.
std::string from_environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

Result<void> choose_origin(StateOptions& options, StatePlan& plan) {
  const std::array<std::pair<StateOrigin, std::string*>, 3> files = {{
      {StateOrigin::alloc, &options.alloc},
      {StateOrigin::db, &options.db},
      {StateOrigin::recorded, &options.recorded},
  }};
  std::vector<std::string>& urls = options.upstream.urls;
  const auto count = [&] {
    return std::ranges::count_if(files, [](const auto& entry) { return !entry.second->empty(); }) +
           (urls.empty() ? 0 : 1);
  };
  if (count() == 0) {
    options.alloc = from_environment("RUNAHEAD_ALLOC");
    options.db = from_environment("RUNAHEAD_DB");
    if (auto url = from_environment("RUNAHEAD_UPSTREAM"); !url.empty())
      urls.push_back(std::move(url));
  }
  if (count() != 1)
    return fail(
        std::string(count() == 0 ? "no state is given" : "more than one state is given") +
        ": exactly one of --alloc FILE, --db DIR, --upstream URL and, for call, --recorded FILE is "
        "needed");
  plan.origin = StateOrigin::upstream;
  for (const auto& [origin, place] : files) {
    if (place->empty()) continue;
    plan.origin = origin;
    plan.place = *place;
  }
  return {};
}

} // namespace

void add_state_options(CLI::App& command, StateOptions& options) {
  command.add_option("--alloc", options.alloc, "State from an account or genesis file, or its .xz");
  command.add_option("--db", options.db, "State from a database folder, see `runahead import`");
  add_upstream_options(command, options.upstream);
  command
      .add_option("--delay", options.delay,
                  "Answer reads late, as in 20ms or lognormal:20ms,0.5+limit:4,service:1ms")
      ->envname("RUNAHEAD_DELAY");
  command.add_option("--seed", options.seed, "Of the delay's draws")->envname("RUNAHEAD_SEED");
  command.add_option("--fork", options.fork, "Which rules apply: Frontier to Osaka")
      ->envname("RUNAHEAD_FORK");
  command.add_option("--chain-id", options.chain_id, "For a file that names none");
}

Result<StatePlan> plan_state(StateOptions options) {
  StatePlan plan;
  if (const auto ok = choose_origin(options, plan); !ok) return std::unexpected(ok.error());
  auto upstream = plan_upstreams(std::move(options.upstream));
  if (!upstream) return std::unexpected(upstream.error());
  plan.upstream = std::move(*upstream);
  plan.chain_id = options.chain_id;
  plan.wrapping.seed = options.seed;
  if (!options.fork.empty()) {
    const auto fork = parse_fork(options.fork);
    if (!fork) return fail_at("--fork", fork.error());
    plan.fork = *fork;
  }
  if (!options.delay.empty()) {
    const auto model = parse_latency_model(options.delay);
    if (!model) return fail_at("--delay " + quoted_start(options.delay), model.error());
    plan.wrapping.delay = *model;
  }
  return plan;
}

Result<std::unique_ptr<ChainAccess>> open_chain(const StatePlan& plan, Executor& executor,
                                                EventLoop* loop, Logger& log) {
  if (plan.origin == StateOrigin::upstream) {
    if (loop == nullptr) return fail("a node is read in real time only");
    return connect_node_chain(plan, *loop, log);
  }
  if (plan.origin == StateOrigin::db) return open_db_chain(plan, executor, log);
  auto state = load_alloc_state(plan.place);
  if (!state) return std::unexpected(state.error());
  return make_local_chain(std::move(*state), plan, executor, log);
}

} // namespace runahead
