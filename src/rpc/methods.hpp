// The JSON-RPC methods that are served: one table of them, and what it takes to serve them.
#pragma once

#include "rpc/call_request.hpp"
#include "rpc/dispatcher.hpp"

#include <string>
#include <vector>

namespace runahead {

class ChainReader;

struct MethodOptions {
  CallLimits limits;
  std::string client_version; ///< what web3_clientVersion answers
};

/// What a method needs of the chain that is served.
enum class MethodNeeds : uint8_t {
  state,  ///< any chain will do
  blocks, ///< one whose blocks are held here
};

/// A row of the table, for people: docs/rpc.md and error messages are checked against it.
struct MethodRow {
  std::string_view name;
  std::string_view parameters; ///< in order; those with a `?` may be left out
  std::string_view result;
  MethodNeeds needs = MethodNeeds::state;
};

/// Every method that is known, in the order of the table.
std::vector<MethodRow> known_methods();

/// The methods that can be served. `chain` may be null, which leaves out those that need blocks.
/// `calls` and `chain` must outlive the table.
std::vector<RpcMethod> make_methods(CallFront& calls, const ChainReader* chain,
                                    MethodOptions options);

} // namespace runahead
