// What the commands that run conformance fixtures have in common: options, progress, report.
#pragma once

#include "app/engine_choice.hpp"
#include "statetest/case_runner.hpp"
#include "statetest/suite.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace CLI {
class App;
}

namespace runahead {

/// What the command line says.
struct SuiteCommandOptions {
  SuiteOptions suite; ///< but what the texts below say
  CaseOptions cases;  ///< likewise
  std::string engine = default_engine;
  std::string speculation = "off"; ///< of delayed runs
  std::string sample = "1/1";      ///< N/M
  uint64_t seed = 0;               ///< of the sample
  size_t max_failures = 50;        ///< printed
  bool json = false;               ///< the summary as one JSON object instead of text
};

/// Adds the options to `command`. They are kept in `options`, which must live until the parse
/// ended; `case_form` says how a case is described: `path :: name [fork d/g/v]`.
void add_suite_options(CLI::App& command, SuiteCommandOptions& options,
                       const std::string& case_form);

using MakeFormat =
    std::function<std::unique_ptr<TestFormat>(const Engine& engine, const CaseOptions& cases)>;

/// Runs the suite and reports on standard output. Returns the exit status: 0 if nothing failed, 1
/// if something did, 2 for options or paths that make no sense (told on standard error, behind
/// `command`'s name).
int run_suite_command(const std::string& command, SuiteCommandOptions options,
                      const MakeFormat& make_format);

} // namespace runahead
