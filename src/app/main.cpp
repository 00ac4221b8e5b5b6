// The command line: one file a subcommand.
#include "app/bench_command.hpp"
#include "app/blocks_command.hpp"
#include "app/blocktest_command.hpp"
#include "app/bound_command.hpp"
#include "app/call_command.hpp"
#include "app/disasm_command.hpp"
#include "app/exit_status.hpp"
#include "app/import_command.hpp"
#include "app/ir_command.hpp"
#include "app/replay_command.hpp"
#include "app/serve_command.hpp"
#include "app/sim_command.hpp"
#include "app/statetest_command.hpp"
#include "app/version.hpp"

#include <CLI/CLI.hpp>

#include <csignal>
#include <cstdio>
#include <string>

int main(int argc, char** argv) {
  using namespace runahead;
  std::signal(SIGPIPE,
              SIG_IGN); // a reader that left is an error of writing, not an end without one
  int status = exit_status::ok;
  CLI::App app("runahead answers Ethereum eth_call fast when reading state is slow.\n"
               "Exit status: 0 for success, 1 when something failed, 2 for a command line that "
               "makes no sense.",
               "runahead");
  app.set_version_flag("--version", "runahead " + std::string(version()));
  app.require_subcommand(1);
  add_bench_command(app, status);
  add_blocks_command(app, status);
  add_blocktest_command(app, status);
  add_bound_command(app, status);
  add_call_command(app, status);
  add_disasm_command(app, status);
  add_import_command(app, status);
  add_ir_command(app, status);
  add_replay_command(app, status);
  add_serve_command(app, status);
  add_sim_command(app, status);
  add_statetest_command(app, status);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error); // --help, --version
    std::fprintf(stderr, "runahead: %.500s\nRun with --help for what there is.\n", error.what());
    return exit_status::bad_usage;
  }
  return status;
}
