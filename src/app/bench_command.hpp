// `runahead bench`: times the engines on benchmark files.
#pragma once

namespace CLI {
class App;
}

namespace runahead {

/// Adds the subcommand; its run sets `exit_status`, which must live until the parse ended.
void add_bench_command(CLI::App& app, int& exit_status);

} // namespace runahead
