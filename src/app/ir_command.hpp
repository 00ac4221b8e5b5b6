// `runahead ir`: bytecode as dependency blocks.
#pragma once

namespace CLI {
class App;
}

namespace runahead {

/// Adds the subcommand; running it sets `exit_status`.
void add_ir_command(CLI::App& app, int& exit_status);

} // namespace runahead
