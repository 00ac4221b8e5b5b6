// How nodes are read that a command takes its state from: which, how many have to agree, what is
// proved, and how much may be asked of them.
#pragma once

#include "base/result.hpp"
#include "io/http_client.hpp"
#include "sources/rpc_pace.hpp"

#include <optional>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace runahead {

/// As given on the command line.
struct UpstreamOptions {
  std::vector<std::string> urls;
  std::vector<std::string> headers; ///< `NAME: VALUE`
  bool verify = false;
  size_t quorum = 1;
  RpcBudget budget;
  std::string head_age; ///< a duration, or empty
};

/// Checked.
struct UpstreamPlan {
  std::vector<std::string> urls;
  HttpHeaders headers;              ///< of every request to each of them; may be secret
  bool verify = false;              ///< believe proofs only
  size_t quorum = 1;                ///< so many nodes have to say the same
  RpcBudget budget;                 ///< of each
  std::optional<Duration> head_age; ///< an older head is not taken for the newest block
};

/// Adds --upstream, --upstream-header, --verify, --quorum, --upstream-rate, --upstream-credits and
/// --head-age.
void add_upstream_options(CLI::App& command, UpstreamOptions& options);

Result<UpstreamPlan> plan_upstreams(UpstreamOptions options);

} // namespace runahead
