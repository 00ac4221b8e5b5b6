// `runahead call`: one call.
#pragma once

#include "app/call_run.hpp"

namespace runahead {

/// Runs the call and reports on standard output. Gives the exit status: ok whenever the call was
/// executed, also if it reverted.
int run_call(const CallOptions& options);

/// Adds the subcommand; its run sets `exit_status`, which must live until the parse ended.
void add_call_command(CLI::App& app, int& exit_status);

} // namespace runahead
