#include "app/sim_command.hpp"

#include "app/block_calls.hpp"
#include "app/engine_choice.hpp"
#include "app/exit_status.hpp"
#include "app/progress.hpp"
#include "app/sim_batch.hpp"
#include "base/hex.hpp"
#include "io/json_writer.hpp"
#include "io/virtual_loop.hpp"
#include "rpc/call_program.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>

namespace runahead {
namespace {

/// What the options mean.
struct SimPlan {
  StatePlan state; ///< of scenarios
  SimSetting setting;
  std::vector<SimMode> modes; ///< serial execution is one too
};

/// The ways of running ahead that were asked for. Both forms are compared where a report is made.
Result<std::vector<SimMode>> modes_of(const SimOptions& options) {
  std::vector<ScoutForm> forms = {ScoutForm::dataflow};
  if (!options.scout.empty()) {
    const auto form = parse_scout_form(options.scout);
    if (!form) return fail_at("--scout", form.error());
    forms = {*form};
  } else if (!options.blocks.empty()) {
    forms = {ScoutForm::tags, ScoutForm::dataflow};
  }
  std::vector<Speculation> speculations = {Speculation::off, Speculation::lean, Speculation::full};
  if (!options.speculation.empty()) {
    const auto speculation = parse_speculation(options.speculation);
    if (!speculation) return fail_at("--speculation", speculation.error());
    speculations = {*speculation};
  }
  std::vector<SimMode> modes;
  for (const Speculation speculation : speculations)
    for (const ScoutForm form : forms) {
      const bool is_named = forms.size() > 1 && speculation != Speculation::off;
      std::string title(name(speculation));
      if (is_named) title += " " + std::string(name(form));
      if (speculation != Speculation::off || form == forms.back())
        modes.push_back({std::move(title), speculation, form});
    }
  return modes;
}

Result<SimPlan> plan_sim(const SimOptions& options) {
  if (options.scenarios.empty() == options.blocks.empty())
    return fail("either a file of scenarios or --blocks is needed");
  SimPlan plan;
  if (options.blocks.empty()) {
    StateOptions state;
    state.alloc = options.alloc;
    state.fork = options.fork;
    const auto planned = plan_state(state);
    if (!planned) return std::unexpected(planned.error());
    if (planned->origin != StateOrigin::alloc) return fail("scenarios need --alloc");
    plan.state = *planned;
  } else if (!options.alloc.empty() || !options.only.empty()) {
    return fail("--alloc and --scenario do not go with --blocks");
  }
  const auto latency = parse_latency_model(options.latency);
  if (!latency) return fail_at("--latency " + quoted_start(options.latency), latency.error());
  if (!(options.faults >= 0 && options.faults <= 1))
    return fail("--faults: a chance from 0 to 1 expected");
  // One failure less than the broker bears, so that no key fails in the end.
  plan.setting = {
      .known_code = options.known_code,
      .latency = *latency,
      .faults = {.transient_chance = options.faults, .most_failures = limits::read_attempts - 1},
      .seed = options.seed};
  if (options.known_values && !(*options.known_values >= 0 && *options.known_values <= 1))
    return fail("--known-values: a share from 0 to 1 expected");
  plan.setting.known_values = options.known_values;
  auto modes = modes_of(options);
  if (!modes) return std::unexpected(modes.error());
  plan.modes = std::move(*modes);
  return plan;
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

/// The scenarios that were chosen, as calls on one state.
struct Scenarios {
  std::vector<Scenario> list;
  std::vector<SimCall> calls;
  std::unique_ptr<ChainAccess> chain; ///< whose state it is
};

Result<Scenarios> open_scenarios(const SimOptions& options, const SimPlan& plan) {
  auto list = load_scenarios(options.scenarios);
  if (!list) return std::unexpected(list.error());
  if (!options.only.empty())
    std::erase_if(*list, [&](const Scenario& s) { return s.name != options.only; });
  if (list->empty()) return fail("no scenario is called " + quoted_start(options.only));
  NullLogger log;
  VirtualLoop unused;
  auto chain = open_chain(plan.state, unused, nullptr, log);
  if (!chain) return std::unexpected(chain.error());
  const auto block = (*chain)->head();
  if (!block) return fail(block.error().message);
  const std::shared_ptr<StateSource> state = (*chain)->open(*block);
  Scenarios scenarios{std::move(*list), {}, std::move(*chain)};
  for (const Scenario& scenario : scenarios.list) {
    CallRequest request;
    request.transaction = scenario.call;
    auto input = to_input(std::move(request), *block, *scenarios.chain);
    if (!input) return fail_at(scenario.name, input.error());
    scenarios.calls.push_back({scenario.name, std::move(*input), state});
  }
  return scenarios;
}

Result<std::vector<SimRow>> simulate(const Scenarios& scenarios, const SimPlan& plan) {
  const auto engine = make_engine(default_engine);
  if (!engine) return std::unexpected(engine.error());
  Caches caches;
  std::vector<SimRow> rows;
  for (size_t i = 0; i < scenarios.calls.size(); ++i)
    for (const SimMode& mode : plan.modes) {
      SimSetting setting = plan.setting;
      setting.speculation = mode.speculation;
      setting.scout = mode.scout;
      const SimResult result = simulate(scenarios.calls[i], setting, **engine, caches);
      const bool exact = result.ended && equal(result.output, scenarios.list[i].expected);
      rows.push_back({scenarios.list[i].name, mode.speculation, result.stats, result.cpu_ms, exact,
                      result.ended ? "" : result.end});
    }
  return rows;
}

std::string conditions_of(const SimOptions& options, const SimPlan& plan) {
  std::string text = "Latency " + to_string(plan.setting.latency);
  if (options.faults > 0) text += fmt::format(", faults {}", options.faults);
  text += fmt::format(", seed {}; code {}", options.seed, options.known_code ? "known" : "cold");
  if (options.known_values)
    text += fmt::format("; values of an older block are remembered, right for {:.0f}% of the slots",
                        100 * *options.known_values);
  text += ".";
  return text;
}

Result<SimReport> report_on(SimBatch batch, const SimOptions& options, const SimPlan& plan) {
  const auto engine = make_engine(default_engine);
  if (!engine) return std::unexpected(engine.error());
  batch.modes = plan.modes;
  batch.setting = plan.setting;
  batch.conditions = conditions_of(options, plan);
  ProgressBar bar;
  return simulate_all(std::move(batch), **engine,
                      [&](uint64_t done, uint64_t total) { bar.show(done, total, "calls"); });
}

Result<void> write_file(const std::filesystem::path& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary);
  file << text;
  file.close();
  if (!file) return fail(path.string() + ": cannot be written");
  return {};
}

/// report.json, report.md and the charts.
Result<void> write_report(const std::string& folder, const SimReport& report) {
  const std::filesystem::path path(folder);
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) return fail("--out " + folder + ": " + error.message());
  std::vector<std::pair<std::string, std::string>> files = {{"report.json", to_json(report) + "\n"},
                                                            {"report.md", to_markdown(report)}};
  for (const auto& [name, chart] : charts_of(report)) files.emplace_back(name, to_svg(chart));
  for (const auto& [name, text] : files)
    if (const auto ok = write_file(path / name, text); !ok) return ok;
  return {};
}

int run_scenarios(const SimOptions& options, const SimPlan& plan) {
  auto scenarios = open_scenarios(options, plan);
  if (!scenarios) return refuse(scenarios.error(), exit_status::failed);
  const auto rows = simulate(*scenarios, plan);
  if (!rows) return refuse(rows.error(), exit_status::failed);
  if (options.json)
    print_json(*rows);
  else
    print_table(*rows);
  if (!options.out.empty()) {
    SimBatch batch{.calls = std::move(scenarios->calls), .title = "{} calls of a scenario file"};
    const auto report = report_on(std::move(batch), options, plan);
    if (!report) return refuse(report.error(), exit_status::failed);
    if (const auto ok = write_report(options.out, *report); !ok)
      return refuse(ok.error(), exit_status::failed);
  }
  return std::ranges::all_of(*rows, &SimRow::exact) ? exit_status::ok : exit_status::failed;
}

int run_blocks(const SimOptions& options, const SimPlan& plan) {
  auto calls = load_block_calls(options.blocks);
  if (!calls) return refuse(calls.error(), exit_status::failed);
  SimBatch batch{.calls = std::move(*calls),
                 .least_storage_reads = options.least_storage_reads,
                 .title = fmt::format("{{}} transactions of real blocks that read {} slots or more",
                                      options.least_storage_reads)};
  const auto report = report_on(std::move(batch), options, plan);
  if (!report) return refuse(report.error(), exit_status::failed);
  std::fputs((options.json ? to_json(*report) + "\n" : to_markdown(*report)).c_str(), stdout);
  if (!options.out.empty())
    if (const auto ok = write_report(options.out, *report); !ok)
      return refuse(ok.error(), exit_status::failed);
  size_t inexact = totals_of(*report, report->serial).inexact;
  for (const SimColumn& column : report->columns) inexact += totals_of(*report, column).inexact;
  return inexact == 0 ? exit_status::ok : exit_status::failed;
}

} // namespace

Result<std::vector<SimRow>> simulate(const SimOptions& options) {
  const auto plan = plan_sim(options);
  if (!plan) return std::unexpected(plan.error());
  const auto scenarios = open_scenarios(options, *plan);
  if (!scenarios) return std::unexpected(scenarios.error());
  return simulate(*scenarios, *plan);
}

int run_sim(const SimOptions& options) {
  const auto plan = plan_sim(options);
  if (!plan) return refuse(plan.error(), exit_status::bad_usage);
  return options.blocks.empty() ? run_scenarios(options, *plan) : run_blocks(options, *plan);
}

void add_sim_command(CLI::App& app, int& exit_status) {
  auto options = std::make_shared<SimOptions>();
  CLI::App* command = app.add_subcommand("sim", "Run calls in virtual time and count rounds");
  command->add_option("scenarios", options->scenarios, "{scenarios: {name: {tx, expect}}}");
  command->add_option("--alloc", options->alloc,
                      "State of the scenarios: account or genesis file, or its .xz");
  command->add_option(
      "--blocks", options->blocks,
      "Instead of scenarios the transactions of blocks, each as a call on the state "
      "before its block: folders as `replay` takes them");
  command
      ->add_option("--least-slots", options->least_storage_reads,
                   "Of blocks, calls that read fewer slots do not count")
      ->capture_default_str();
  command->add_option("--scout", options->scout,
                      "tags or dataflow; of blocks both if not given, else dataflow");
  command->add_option("--known-values", options->known_values,
                      "Values of an older block are remembered, and this share of slots still has "
                      "them: from 0 to 1");
  command->add_flag("--known-code", options->known_code, "Reading code takes no time");
  command->add_option("--out", options->out,
                      "Folder for a report (report.json, report.md) and charts");
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
  command->add_option("--fork", options->fork, "Which rules apply to scenarios: Frontier to Osaka")
      ->envname("RUNAHEAD_FORK");
  command->add_flag("--json", options->json, "The table or report as JSON");
  command->callback([options, &exit_status] { exit_status = run_sim(*options); });
}

} // namespace runahead
