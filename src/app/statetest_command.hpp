// `runahead statetest`: runs conformance fixtures and counts.
#pragma once

#include "statetest/suite.hpp"

#include <cstdint>
#include <string>

namespace CLI {
class App;
}

namespace runahead {

/// What the command line says.
struct StatetestOptions {
  SuiteOptions suite; ///< but what the texts below say
  std::string engine = "stepping";
  std::string speculation = "off"; ///< of delayed runs
  std::string sample = "1/1";      ///< N/M
  uint64_t seed = 0;               ///< of the sample
  size_t max_failures = 50;        ///< printed
  bool json = false;               ///< the summary as one JSON object instead of text
};

/// Runs and reports on standard output. Returns the exit status: 0 if nothing failed, 1 if
/// something did, 2 for options or paths that make no sense (told on standard error).
int run_statetest(StatetestOptions options);

/// Adds the subcommand; its run sets `status`, which must live until the parse ended.
void add_statetest_command(CLI::App& app, int& status);

} // namespace runahead
