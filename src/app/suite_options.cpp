#include "app/suite_options.hpp"

#include "app/engine_choice.hpp"
#include "app/exit_status.hpp"
#include "app/progress.hpp"
#include "statetest/report.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdio>
#include <thread>

namespace runahead {
namespace {

/// Jobs are as many as processors unless told otherwise.
unsigned default_jobs() { return std::max(1u, std::thread::hardware_concurrency()); }

} // namespace

void add_suite_options(CLI::App& command, SuiteCommandOptions& options,
                       const std::string& case_form) {
  SuiteOptions& suite = options.suite;
  suite.jobs = default_jobs();
  command.add_option("paths", suite.paths, "Fixture files, and folders of them")->required();
  command.add_option("--engine", options.engine, "Which engine runs the code")
      ->capture_default_str();
  command.add_option("--fork", suite.forks, "Only cases of this fork; may be repeated")
      ->allow_extra_args(false);
  command.add_option("--filter", suite.filter, "Only cases with this text in `" + case_form + "`");
  command.add_option("--jobs", suite.jobs, "Threads")
      ->check(CLI::Range(1u, 1024u))
      ->capture_default_str();
  command.add_option("--delayed", options.cases.delayed_seed,
                     "Also run each case over a slow and faulty source drawn from this seed, and "
                     "require the same ending");
  command.add_option("--speculation", options.speculation, "Of the delayed run: off|lean|full")
      ->capture_default_str();
  command.add_option("--sample", options.sample, "Only a random N of M cases, as N/M")
      ->capture_default_str();
  command.add_option("--seed", options.seed, "Of the sample")->capture_default_str();
  command.add_option("--max-failures", options.max_failures, "How many failures to print")
      ->capture_default_str();
  command.add_flag("--json", options.json, "The summary as JSON");
}

int run_suite_command(const std::string& command, SuiteCommandOptions options,
                      const MakeFormat& make_format) {
  const auto refuse = [&](const std::string& message) {
    std::fprintf(stderr, "runahead %s: %s\n", command.c_str(), message.c_str());
    return exit_status::bad_usage;
  };
  const auto engine = make_engine(options.engine);
  if (!engine) return refuse("--engine: " + engine.error().message);
  const auto speculation = parse_speculation(options.speculation);
  if (!speculation) return refuse("--speculation: " + speculation.error().message);
  options.cases.speculation = *speculation;
  const auto sample = parse_sample(options.sample);
  if (!sample) return refuse("--sample: " + sample.error().message);
  options.suite.sample = {sample->keep, sample->of, options.seed};
  const std::unique_ptr<TestFormat> format = make_format(**engine, options.cases);
  Result<SuiteReport> report = fail("");
  {
    ProgressBar bar;
    report = run_suite(options.suite, *format, [&](const SuiteProgress& progress) {
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

} // namespace runahead
