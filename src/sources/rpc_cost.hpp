// What reading through a node took: requests, items, bytes, and what providers charge for.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace runahead {

/// Credits that one call of a method takes. Providers price methods each in their own way; these
/// are in the order of the compute units that several of them publish, and good for comparing.
uint64_t rpc_credits(std::string_view method);

/// Counted since the upstream was made; a difference of two tells what lay between.
struct RpcCost {
  uint64_t requests = 0;       ///< HTTP requests, those sent again included
  uint64_t items = 0;          ///< JSON-RPC calls in them
  uint64_t bytes_sent = 0;     ///< bodies
  uint64_t bytes_received = 0; ///< bodies
  uint64_t credits = 0;
  uint64_t waits = 0; ///< requests held back or sent again as the node asked to wait
  std::map<std::string, uint64_t, std::less<>> items_by_method;

  void count_call(std::string_view method);
  RpcCost& operator+=(const RpcCost& other);
  /// REQUIRES: `earlier` was counted by the same upstream, before.
  RpcCost since(const RpcCost& earlier) const;
};

/// One line: `3 requests, 7 items, 1234 bytes sent, …`, then methods with their items.
std::string to_string(const RpcCost& cost);

} // namespace runahead
