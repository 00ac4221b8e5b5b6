// `runahead call`: one call.
#pragma once

#include "app/call_flags.hpp"
#include "app/engine_choice.hpp"
#include "app/state_options.hpp"

#include <optional>
#include <string>

namespace runahead {

/// What the command line says.
struct CallOptions {
  StateOptions state;
  CallFlags call;
  std::string engine = default_engine;
  std::string speculation = "full";
  std::string log_level = "warn";
  std::string timeout = "0";        ///< a duration; 0: none
  std::optional<std::string> trace; ///< a file; empty: standard error
  std::string record;               ///< a file
  bool json = false;
  bool explain = false;
  bool virtual_time = false;
};

/// Runs the call and reports on standard output. Gives the exit status: ok whenever the call was
/// executed, also if it reverted.
int run_call(const CallOptions& options);

/// Adds the subcommand; its run sets `exit_status`, which must live until the parse ended.
void add_call_command(CLI::App& app, int& exit_status);

} // namespace runahead
