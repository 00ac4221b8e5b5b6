// `runahead replay`: executes blocks of public chains on the state they read.
#pragma once

namespace CLI {
class App;
}

namespace runahead {

/// Adds the subcommand; its run sets `status`, which must live until the parse ended.
void add_replay_command(CLI::App& app, int& status);

} // namespace runahead
