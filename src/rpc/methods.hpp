// The JSON-RPC methods that are served.
#pragma once

#include "rpc/call_request.hpp"
#include "rpc/dispatcher.hpp"

#include <string>
#include <vector>

namespace runahead {

struct MethodOptions {
  CallLimits limits;
  std::string client_version; ///< what web3_clientVersion answers
};

/// eth_call, eth_chainId, eth_blockNumber, net_version, web3_clientVersion. `calls` must outlive
/// the table.
std::vector<RpcMethod> make_methods(CallFront& calls, MethodOptions options);

} // namespace runahead
