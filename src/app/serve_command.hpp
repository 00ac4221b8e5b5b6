// `runahead serve`: JSON-RPC over HTTP.
#pragma once

#include "app/engine_choice.hpp"
#include "app/state_options.hpp"
#include "rpc/call_request.hpp"

#include <cstdint>
#include <string>

namespace CLI {
class App;
}

namespace runahead {

/// What the command line says.
struct ServeOptions {
  StateOptions state;
  std::string host = "127.0.0.1";
  uint16_t port = 8545; ///< 0: a free one
  std::string engine = default_engine;
  std::string speculation = "full";
  std::string timeout = "5s"; ///< of a call; 0: none
  std::string log_level = "info";
  unsigned threads = 0; ///< 0: one for each processor, at most 8
  uint64_t gas_cap = CallLimits{}.gas_cap;
};

/// Serves until SIGINT or SIGTERM. Gives the exit status.
int run_serve(const ServeOptions& options);

/// Adds the subcommand; its run sets `exit_status`, which must live until the parse ended.
void add_serve_command(CLI::App& app, int& exit_status);

} // namespace runahead
