#include "app/statetest_command.hpp"

#include "app/engine_choice.hpp"
#include "app/exit_status.hpp"
#include "app/progress.hpp"
#include "statetest/report.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <thread>

namespace runahead {
namespace {

int refuse(const std::string& message) {
  std::fprintf(stderr, "runahead statetest: %s\n", message.c_str());
  return exit_status::bad_usage;
}

/// Jobs are as many as processors unless told otherwise.
unsigned default_jobs() { return std::max(1u, std::thread::hardware_concurrency()); }

} // namespace

int run_statetest(StatetestOptions options) {
  const auto engine = make_engine(options.engine);
  if (!engine) return refuse("--engine: " + engine.error().message);
  const auto speculation = parse_speculation(options.speculation);
  if (!speculation) return refuse("--speculation: " + speculation.error().message);
  options.suite.cases.speculation = *speculation;
  const auto sample = parse_sample(options.sample);
  if (!sample) return refuse("--sample: " + sample.error().message);
  options.suite.sample = {sample->keep, sample->of, options.seed};
  Result<SuiteReport> report = fail("");
  {
    ProgressBar bar;
    report = run_suite(options.suite, **engine, [&](const SuiteProgress& progress) {
      bar.show(progress.bytes_done, progress.bytes,
               std::to_string(progress.cases) + " cases, " + std::to_string(progress.failed) +
                   " failed");
    });
  }
  if (!report) return refuse(report.error().message);
  const std::string text = options.json ? to_json(*report, options.max_failures)
                                        : to_text(*report, options.max_failures);
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
  return report->counts.failed == 0 ? exit_status::ok : exit_status::failed;
}

void add_statetest_command(CLI::App& app, int& status) {
  auto options = std::make_shared<StatetestOptions>();
  SuiteOptions& suite = options->suite;
  suite.jobs = default_jobs();
  CLI::App* command =
      app.add_subcommand("statetest", "Run conformance fixtures (GeneralStateTest)");
  command->add_option("paths", suite.paths, "Fixture files, and folders of them")->required();
  command->add_option("--engine", options->engine, "Which engine runs the code")
      ->capture_default_str();
  command->add_option("--fork", suite.forks, "Only cases of this fork; may be repeated")
      ->allow_extra_args(false);
  command->add_option("--filter", suite.filter,
                      "Only cases with this text in `path :: name [fork d/g/v]`");
  command->add_option("--jobs", suite.jobs, "Threads")
      ->check(CLI::Range(1u, 1024u))
      ->capture_default_str();
  command->add_option("--delayed", suite.cases.delayed_seed,
                      "Also run each case over a slow and faulty source drawn from this seed, and "
                      "require the same ending");
  command->add_option("--speculation", options->speculation, "Of the delayed run: off|lean|full")
      ->capture_default_str();
  command->add_option("--sample", options->sample, "Only a random N of M cases, as N/M")
      ->capture_default_str();
  command->add_option("--seed", options->seed, "Of the sample")->capture_default_str();
  command->add_option("--max-failures", options->max_failures, "How many failures to print")
      ->capture_default_str();
  command->add_flag("--json", options->json, "The summary as JSON");
  command->callback([options, &status] { status = run_statetest(*options); });
}

} // namespace runahead
