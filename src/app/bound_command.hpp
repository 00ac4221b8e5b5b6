// `runahead bound`: the least rounds that a call's reads can be had in.
#pragma once

#include "app/call_run.hpp"
#include "app/exact_trace.hpp"

#include <string>

namespace runahead {

/// A line for each foresight, with code cold and known.
std::string bounds_to_text(const ExactTrace& trace);
/// One object: gas, steps, codes, slots, others, serial, and a pair [cold, known code] by the name
/// of each foresight.
std::string bounds_to_json(const ExactTrace& trace);

/// Runs the call for what it reads, then once more for what that depends on. Gives the exit status.
int run_bound(const CallOptions& options);

/// Adds the subcommand; its run sets `exit_status`, which must live until the parse ended.
void add_bound_command(CLI::App& app, int& exit_status);

} // namespace runahead
