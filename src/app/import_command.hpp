// `runahead import`: an account file becomes a database, or a genesis file and the blocks behind
// it, which are executed and checked.
#pragma once

#include "app/engine_choice.hpp"

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace runahead {

/// What the command line says.
struct ImportOptions {
  std::string db;
  std::string alloc;              ///< account file; or
  std::string genesis;            ///< genesis file of a chain; or none, if a database is extended
  std::vector<std::string> chain; ///< files of blocks, in their order
  std::string engine = default_engine;
  bool force = false; ///< a database that is there is replaced
};

/// Imports, and tells how much on standard output. Gives the exit status.
int run_import(const ImportOptions& options);

/// Adds the subcommand; its run sets `exit_status`, which must live until the parse ended.
void add_import_command(CLI::App& app, int& exit_status);

} // namespace runahead
