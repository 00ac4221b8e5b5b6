// `runahead blocks`: the basic blocks of bytecode.
#pragma once

#include "app/code_options.hpp"

namespace runahead {

/// A table with one row a block and totals, or one JSON object.
std::string show_blocks(const LoadedCode& loaded, bool json);

/// Adds the subcommand; its run sets `exit_status`, which must live until the parse ended.
void add_blocks_command(CLI::App& app, int& exit_status);

} // namespace runahead
