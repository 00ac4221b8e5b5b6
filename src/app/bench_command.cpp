#include "app/bench_command.hpp"

#include "app/bench_chart.hpp"
#include "app/bench_table.hpp"
#include "app/engine_choice.hpp"
#include "app/exit_status.hpp"
#include "app/progress.hpp"
#include "app/version.hpp"
#include "base/hex.hpp"
#include "base/limits.hpp"
#include "bench/check.hpp"
#include "bench/report_json.hpp"
#include "sources/text_file.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdio>
#include <filesystem>

namespace runahead {
namespace {

/// What the command line says.
struct BenchOptions {
  BenchmarkSelection selection; ///< but the fork
  std::string fork = std::string(name(Rules{}.fork));
  std::vector<std::string> engines = {"threaded", "stepping"};
  std::string analysis = "both";
  TurnOptions turns;
  std::string json, svg;
  std::vector<std::string> compare;
};

/// What was said, checked and read.
struct BenchPlan {
  std::vector<Benchmark> benchmarks;
  std::vector<std::unique_ptr<Engine>> engines;
  std::vector<Analysis> analyses;
  std::vector<BenchReport> others; ///< of --compare, in its order
};

int refuse(const Error& error, int status) {
  std::fprintf(stderr, "runahead bench: %s\n", error.message.c_str());
  return status;
}

Result<std::vector<Analysis>> parse_analyses(const std::string& text) {
  if (text == "both") return std::vector{Analysis::outside, Analysis::inside};
  for (const Analysis analysis : {Analysis::outside, Analysis::inside})
    if (text == name(analysis)) return std::vector{analysis};
  return fail("--analysis: expected inside, outside or both, found " + quoted_start(text));
}

Result<BenchReport> load_report(const std::string& path) {
  return load_text_file(path, limits::alloc_file_bytes, parse_bench_report);
}

Result<BenchPlan> plan_bench(const BenchOptions& options) {
  BenchPlan plan;
  for (const std::string& name : options.engines) {
    auto engine = make_engine(name);
    if (!engine) return fail_at("--engine", engine.error());
    if (std::ranges::count(options.engines, name) > 1)
      return fail("--engine: " + name + " is named twice");
    plan.engines.push_back(std::move(*engine));
  }
  auto analyses = parse_analyses(options.analysis);
  if (!analyses) return std::unexpected(analyses.error());
  plan.analyses = std::move(*analyses);
  const auto fork = parse_fork(options.fork);
  if (!fork) return fail_at("--fork", fork.error());
  for (const std::string& path : options.compare) {
    auto report = load_report(path);
    if (!report) return fail_at("--compare", report.error());
    plan.others.push_back(std::move(*report));
  }
  BenchmarkSelection selection = options.selection;
  selection.fork = *fork;
  auto benchmarks = load_benchmarks(selection);
  if (!benchmarks) return std::unexpected(benchmarks.error());
  plan.benchmarks = std::move(*benchmarks);
  return plan;
}

/// One engine's call, and what its name is.
struct Runner {
  std::string engine;
  std::unique_ptr<PreparedCall> call;
};

/// Makes every engine's call, and checks that each gives what the file expects and the others give.
Result<std::vector<Runner>> prepare(const Benchmark& benchmark, const BenchPlan& plan,
                                    CaseReport& row) {
  std::vector<Runner> runners;
  std::optional<CallEnd> expected;
  for (const auto& engine : plan.engines) {
    const std::string name(engine->name());
    if (const auto ok = check_expectation(benchmark, *engine); !ok)
      return std::unexpected(ok.error());
    auto call = PreparedCall::make(benchmark, *engine);
    if (!call) return std::unexpected(call.error());
    for (const Analysis analysis : plan.analyses) {
      const auto end = (*call)->check(analysis);
      if (!end) return fail_at(name, end.error());
      if (!expected) expected = *end;
      if (*end != *expected)
        return fail(name + " ends with " + to_string(*end) + ", not with " + to_string(*expected) +
                    " as " + std::string(plan.engines[0]->name()) + " does");
    }
    runners.push_back({name, std::move(*call)});
  }
  row.status = name(expected->status);
  row.gas = static_cast<uint64_t>(expected->gas_used);
  row.code_bytes = runners[0].call->code_bytes();
  return runners;
}

Result<CaseReport> measure(const Benchmark& benchmark, const BenchPlan& plan,
                           const TurnOptions& turns) {
  CaseReport row{.group = benchmark.group,
                 .name = benchmark.name,
                 .fork = std::string(name(benchmark.fork)),
                 .status = {},
                 .gas = {},
                 .code_bytes = {},
                 .timings = {}};
  const auto runners = prepare(benchmark, plan, row);
  if (!runners) return fail_at(benchmark.path + ": " + benchmark.name, runners.error());
  std::vector<Lane> lanes;
  std::vector<std::function<void()>> runs;
  for (const Runner& runner : *runners)
    for (const Analysis analysis : plan.analyses) {
      lanes.push_back({runner.engine, analysis});
      runs.push_back([call = runner.call.get(), analysis] { call->run(analysis); });
    }
  const auto timings = time_by_turns(runs, turns);
  for (size_t i = 0; i < lanes.size(); ++i) row.timings[lanes[i]] = timings[i];
  return row;
}

/// Measures all; tells of what is wrong on standard error. Gives the number of cases that are.
size_t measure_all(const BenchPlan& plan, BenchReport& report) {
  size_t wrong = 0;
  ProgressBar bar;
  for (size_t i = 0; i < plan.benchmarks.size(); ++i) {
    bar.show(i, plan.benchmarks.size(), plan.benchmarks[i].title());
    auto row = measure(plan.benchmarks[i], plan, report.settings);
    if (row) {
      report.cases.push_back(std::move(*row));
    } else {
      refuse(row.error(), exit_status::failed);
      ++wrong;
    }
  }
  return wrong;
}

/// Puts the figures of --compare beside ours.
Result<void> add_others(const BenchPlan& plan, const BenchOptions& options, BenchReport& report) {
  for (size_t i = 0; i < plan.others.size(); ++i) {
    const std::string& path = options.compare[i];
    const Merged merged =
        merge(report, plan.others[i], std::filesystem::path(path).stem().string());
    for (const std::string& title : merged.other_gas)
      std::fprintf(stderr, "%s: %s: used another amount of gas, so it is not compared\n",
                   path.c_str(), title.c_str());
    if (merged.cases == 0) return fail("--compare " + path + ": has none of these cases");
    std::fprintf(stderr, "%s: %zu of %zu cases compared\n", path.c_str(), merged.cases,
                 report.cases.size());
  }
  return {};
}

/// Writes the files that were asked for.
Result<void> write_files(const BenchOptions& options, const BenchReport& measured,
                         const BenchReport& compared) {
  if (!options.json.empty())
    if (const auto ok = write_text_file(options.json, to_json(measured)); !ok) return ok;
  if (options.svg.empty()) return {};
  const BarChart chart = options.compare.empty() ? speed_chart(compared)
                                                 : ratio_chart(compared, measured.engine_order);
  return write_text_file(options.svg, to_svg(chart));
}

int run_bench(const BenchOptions& options) {
  const auto plan = plan_bench(options);
  if (!plan) return refuse(plan.error(), exit_status::bad_usage);
  if (!is_optimised_build())
    std::fprintf(stderr, "runahead bench: built without optimisation; the figures mean nothing\n");
  BenchReport report{.program = "runahead " + std::string(version()),
                     .date = utc_now(),
                     .host = this_host(),
                     .settings = options.turns,
                     .engine_order = options.engines,
                     .cases = {}};
  const size_t wrong = measure_all(*plan, report);
  if (report.cases.empty()) return exit_status::failed;
  BenchReport compared = report;
  if (const auto ok = add_others(*plan, options, compared); !ok)
    return refuse(ok.error(), exit_status::failed);
  for (const Analysis analysis : plan->analyses)
    std::printf("%s\n", to_table(compared, analysis).c_str());
  if (const auto ok = write_files(options, report, compared); !ok)
    return refuse(ok.error(), exit_status::failed);
  return wrong == 0 ? exit_status::ok : exit_status::failed;
}

} // namespace

void add_bench_command(CLI::App& app, int& status) {
  auto options = std::make_shared<BenchOptions>();
  CLI::App* command = app.add_subcommand("bench", "Time the engines on benchmark files");
  command
      ->add_option("paths", options->selection.paths,
                   "State tests and revmc's benchmarks, and folders of them")
      ->required();
  command->add_option("--engine", options->engines, "Which engines, compared with the first")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->capture_default_str();
  command->add_option("--filter", options->selection.filter,
                      "Only cases in whose `folder/name` this regular expression is found");
  command
      ->add_option("--analysis", options->analysis,
                   "Whether code is analysed within the time taken: inside, outside or both")
      ->capture_default_str();
  command
      ->add_option("--min-time", options->turns.min_seconds,
                   "Seconds for each case, engine and analysis")
      ->check(CLI::Range(1e-6, 3600.0))
      ->capture_default_str();
  command->add_option("--turns", options->turns.turns, "Turns that each engine takes in that time")
      ->check(CLI::Range(1u, 1'000'000u))
      ->capture_default_str();
  command->add_option("--fork", options->fork, "Which rules apply to files that name none")
      ->envname("RUNAHEAD_FORK")
      ->capture_default_str();
  command
      ->add_option("--compare", options->compare,
                   "Put the figures of this former report (--json) beside")
      ->allow_extra_args(false);
  command->add_option("--json", options->json, "Write the report to this file");
  command->add_option("--svg", options->svg, "Draw a bar chart into this file");
  command->callback([options, &status] { status = run_bench(*options); });
}

} // namespace runahead
