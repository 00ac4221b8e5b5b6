#include "app/sim_command.hpp"

#include "app/chain_wrapper.hpp"
#include "app/engine_choice.hpp"
#include "app/exit_status.hpp"
#include "app/local_chain.hpp"
#include "app/local_state.hpp"
#include "base/hex.hpp"
#include "io/json_writer.hpp"
#include "io/virtual_loop.hpp"
#include "rpc/call_error.hpp"
#include "sources/fault.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <ctime>

namespace runahead {
namespace {

/// What the options mean.
struct SimPlan {
  StatePlan state;
  LatencyModel latency;
  FaultModel faults;
  std::vector<Speculation> speculations;
};

/// CPU time of this thread, in milliseconds.
double cpu_ms() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

Result<SimPlan> plan_sim(const SimOptions& options) {
  SimPlan plan;
  StateOptions state;
  state.alloc = options.alloc;
  state.fork = options.fork;
  const auto planned = plan_state(state);
  if (!planned) return std::unexpected(planned.error());
  plan.state = *planned;
  const auto latency = parse_latency_model(options.latency);
  if (!latency) return fail_at("--latency " + quoted_start(options.latency), latency.error());
  plan.latency = *latency;
  if (!(options.faults >= 0 && options.faults <= 1))
    return fail("--faults: a chance from 0 to 1 expected");
  // One failure less than the broker bears, so that no key fails in the end.
  plan.faults = {.transient_chance = options.faults, .most_failures = limits::read_attempts - 1};
  if (options.speculation.empty()) {
    plan.speculations = {Speculation::off, Speculation::lean, Speculation::full};
    return plan;
  }
  const auto speculation = parse_speculation(options.speculation);
  if (!speculation) return fail_at("--speculation", speculation.error());
  plan.speculations = {*speculation};
  return plan;
}

/// A chain of which only the block matters: each run puts its own source in front of the state.
class SimChain final : public ChainWrapper {
public:
  SimChain(ChainAccess& real, StateSource& source) : ChainWrapper(real), source_(source) {}
  std::shared_ptr<StateSource> open(const ChainBlock&) override {
    return {std::shared_ptr<void>(), &source_};
  }

private:
  StateSource& source_;
};

SimRow run_one(const Scenario& scenario, Speculation speculation, const SimPlan& plan,
               ChainAccess& chain, const Engine& engine, uint64_t seed) {
  const double cpu_before = cpu_ms();
  VirtualLoop loop;
  const auto state = chain.open(*chain.head());
  FaultSource faulty(*state, plan.faults, seed);
  DelaySource delayed(faulty, loop, plan.latency, seed);
  SimChain slow(chain, delayed);
  CallService service(slow, engine, loop, {.speculation = speculation, .timeout = Duration{0}});
  SimRow row{scenario.name, speculation, {}, 0, false, {}};
  CallRequest request;
  request.transaction = scenario.call;
  service.start(std::move(request), *service.head(), [&](CallOutcome outcome) {
    row.stats = outcome.stats;
    if (const auto error = error_of(outcome))
      row.error = error->message;
    else
      row.exact = equal(std::get<ExecutionResult>(outcome.end).output, scenario.expected);
  });
  loop.run_until_idle();
  row.cpu_ms = cpu_ms() - cpu_before;
  return row;
}

double virtual_ms(const SimRow& row) {
  return std::chrono::duration<double, std::milli>(row.stats.elapsed).count();
}

void print_table(const std::vector<SimRow>& rows) {
  fmt::print("{:24} {:5} {:>7} {:>9} {:>6} {:>7} {:>8} {:>12} {:>11} {:>9}  {}\n", "scenario",
             "ahead", "rounds", "requests", "reads", "wasted", "retries", "scout steps",
             "virtual ms", "CPU ms", "output exact");
  for (const SimRow& row : rows) {
    const Evaluation::Stats& e = row.stats.evaluation;
    fmt::print("{:24} {:5} {:7} {:9} {:6} {:7} {:8} {:12} {:11.1f} {:9.2f}  {}\n", row.scenario,
               name(row.speculation), row.stats.rounds, row.stats.requests, row.stats.reads,
               e.wasted_reads, row.stats.retries, e.scout_steps, virtual_ms(row), row.cpu_ms,
               row.exact           ? "yes"
               : row.error.empty() ? "NO"
                                   : "NO: " + row.error);
  }
}

void print_json(const std::vector<SimRow>& rows) {
  JsonWriter json;
  json.begin_array();
  for (const SimRow& row : rows) {
    const Evaluation::Stats& e = row.stats.evaluation;
    json.begin_object().key("scenario").text(row.scenario);
    json.key("speculation").text(name(row.speculation));
    json.key("rounds").number(row.stats.rounds).key("requests").number(row.stats.requests);
    json.key("reads").number(row.stats.reads).key("wastedReads").number(e.wasted_reads);
    json.key("retries").number(row.stats.retries).key("scoutSteps").number(e.scout_steps);
    json.key("virtualMs").raw(fmt::format("{:.3f}", virtual_ms(row)));
    json.key("cpuMs").raw(fmt::format("{:.3f}", row.cpu_ms));
    json.key("exact").boolean(row.exact);
    if (!row.error.empty()) json.key("error").text(row.error);
    json.end_object();
  }
  json.end_array();
  fmt::print("{}\n", json.str());
}

int refuse(const Error& error, int status) {
  fmt::print(stderr, "runahead sim: {}\n", error.message);
  return status;
}

Result<std::vector<SimRow>> simulate(const SimOptions& options, const SimPlan& plan) {
  auto scenarios = load_scenarios(options.scenarios);
  if (!scenarios) return std::unexpected(scenarios.error());
  if (!options.only.empty())
    std::erase_if(*scenarios, [&](const Scenario& s) { return s.name != options.only; });
  if (scenarios->empty()) return fail("no scenario is called " + quoted_start(options.only));
  NullLogger log;
  VirtualLoop unused;
  const auto chain = open_chain(plan.state, unused, nullptr, log);
  if (!chain) return std::unexpected(chain.error());
  const auto engine = make_engine(default_engine);
  if (!engine) return std::unexpected(engine.error());
  std::vector<SimRow> rows;
  for (const Scenario& scenario : *scenarios)
    for (const Speculation speculation : plan.speculations)
      rows.push_back(run_one(scenario, speculation, plan, **chain, **engine, options.seed));
  return rows;
}

} // namespace

Result<std::vector<SimRow>> simulate(const SimOptions& options) {
  const auto plan = plan_sim(options);
  if (!plan) return std::unexpected(plan.error());
  return simulate(options, *plan);
}

int run_sim(const SimOptions& options) {
  const auto plan = plan_sim(options);
  if (!plan) return refuse(plan.error(), exit_status::bad_usage);
  const auto rows = simulate(options, *plan);
  if (!rows) return refuse(rows.error(), exit_status::failed);
  if (options.json)
    print_json(*rows);
  else
    print_table(*rows);
  return std::ranges::all_of(*rows, &SimRow::exact) ? exit_status::ok : exit_status::failed;
}

void add_sim_command(CLI::App& app, int& exit_status) {
  auto options = std::make_shared<SimOptions>();
  CLI::App* command =
      app.add_subcommand("sim", "Run calls with known outputs in virtual time and count rounds");
  command->add_option("scenarios", options->scenarios, "{scenarios: {name: {tx, expect}}}")
      ->required();
  command->add_option("--alloc", options->alloc, "Account or genesis file, or its .xz")
      ->envname("RUNAHEAD_ALLOC")
      ->required();
  command->add_option("--latency", options->latency, "How late reads are answered")
      ->capture_default_str();
  command->add_option("--faults", options->faults, "Chance that a read of a key fails for once")
      ->capture_default_str();
  command->add_option("--seed", options->seed, "Of latencies and faults")
      ->envname("RUNAHEAD_SEED")
      ->capture_default_str();
  command->add_option("--speculation", options->speculation,
                      "off, lean or full; all three if not given");
  command->add_option("--scenario", options->only, "Only this one");
  command->add_option("--fork", options->fork, "Which rules apply: Frontier to Osaka")
      ->envname("RUNAHEAD_FORK");
  command->add_flag("--json", options->json, "The table as JSON");
  command->callback([options, &exit_status] { exit_status = run_sim(*options); });
}

} // namespace runahead
