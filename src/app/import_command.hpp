// `runahead import`: an account or genesis file becomes a database.
#pragma once

#include <string>

namespace CLI {
class App;
}

namespace runahead {

/// What the command line says.
struct ImportOptions {
  std::string db;
  std::string alloc;
  bool force = false; ///< a database that is there is replaced
};

/// Imports, and tells how much on standard output. Gives the exit status.
int run_import(const ImportOptions& options);

/// Adds the subcommand; its run sets `exit_status`, which must live until the parse ended.
void add_import_command(CLI::App& app, int& exit_status);

} // namespace runahead
