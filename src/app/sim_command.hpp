// `runahead sim`: calls in virtual time, to count rounds and waste exactly: those of a scenario
// file, whose outputs are known, or the transactions of real blocks.
#pragma once

#include "app/scenario_file.hpp"
#include "app/state_options.hpp"
#include "rpc/call_outcome.hpp"

#include <optional>
#include <string>
#include <vector>

namespace runahead {

/// What the command line says.
struct SimOptions {
  std::string scenarios;            ///< a file
  std::vector<std::string> blocks;  ///< folders, instead
  unsigned least_storage_reads = 3; ///< of calls of blocks that count
  std::string alloc;
  std::string latency = "20ms"; ///< a latency model
  std::string speculation;      ///< one kind; empty: all three
  std::string scout;            ///< one form; empty: all that are of use
  std::string only;             ///< one scenario; empty: all
  std::string fork;
  uint64_t seed = 1;
  double faults = 0; ///< chance that a read of a key fails for once
  bool known_code = false;
  std::optional<double> known_values; ///< share of the slots
  std::string out;                    ///< folder for report and charts
  bool json = false;
};

/// One scenario run one way.
struct SimRow {
  std::string scenario;
  Speculation speculation{};
  CallStats stats;
  double cpu_ms = 0;
  bool exact = false;
  std::string error; ///< why there is no output, if there is none
};

/// Runs the scenarios, in the order of the file. REQUIRES: checked options.
Result<std::vector<SimRow>> simulate(const SimOptions& options);

/// Runs and prints a table. Gives the exit status: failed if a call does not end as it should.
int run_sim(const SimOptions& options);

/// Adds the subcommand; its run sets `exit_status`, which must live until the parse ended.
void add_sim_command(CLI::App& app, int& exit_status);

} // namespace runahead
