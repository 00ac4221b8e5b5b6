// `runahead blocktest`: runs blockchain tests and counts.
#pragma once

namespace CLI {
class App;
}

namespace runahead {

/// Adds the subcommand; its run sets `status`, which must live until the parse ended.
void add_blocktest_command(CLI::App& app, int& status);

} // namespace runahead
