#include "sources/rpc_cost.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace runahead {

namespace {

struct Price {
  std::string_view method;
  uint64_t credits;
};
constexpr uint64_t usual_credits = 20;
constexpr std::array<Price, 6> unusual_prices = {{
    {"eth_chainId", 0},
    {"eth_config", 0},
    {"eth_blockNumber", 10},
    {"eth_call", 26},
    {"eth_getProof", 21},
    {"eth_getStorageValues", 26},
}};

std::string counted(uint64_t count, std::string_view what) {
  return std::to_string(count) + " " + std::string(what);
}

} // namespace

uint64_t rpc_credits(std::string_view method) {
  const auto* price = std::ranges::find(unusual_prices, method, &Price::method);
  return price == unusual_prices.end() ? usual_credits : price->credits;
}

void RpcCost::count_call(std::string_view method) {
  ++items;
  credits += rpc_credits(method);
  auto found = items_by_method.find(method);
  if (found == items_by_method.end()) found = items_by_method.emplace(method, 0).first;
  ++found->second;
}

RpcCost& RpcCost::operator+=(const RpcCost& other) {
  requests += other.requests;
  items += other.items;
  bytes_sent += other.bytes_sent;
  bytes_received += other.bytes_received;
  credits += other.credits;
  waits += other.waits;
  for (const auto& [method, count] : other.items_by_method) items_by_method[method] += count;
  return *this;
}

RpcCost RpcCost::since(const RpcCost& earlier) const {
  RpcCost out = *this;
  out.requests -= earlier.requests;
  out.items -= earlier.items;
  out.bytes_sent -= earlier.bytes_sent;
  out.bytes_received -= earlier.bytes_received;
  out.credits -= earlier.credits;
  out.waits -= earlier.waits;
  for (const auto& [method, count] : earlier.items_by_method) out.items_by_method[method] -= count;
  std::erase_if(out.items_by_method, [](const auto& entry) { return entry.second == 0; });
  return out;
}

std::string to_string(const RpcCost& cost) {
  std::string out = counted(cost.requests, "requests, ") + counted(cost.items, "items, ") +
                    counted(cost.bytes_sent, "bytes sent, ") +
                    counted(cost.bytes_received, "bytes received, ") +
                    counted(cost.credits, "credits");
  if (cost.waits != 0) out += ", " + counted(cost.waits, "waits");
  char before = ':';
  for (const auto& [method, count] : cost.items_by_method) {
    out += before;
    out += " " + method + " " + std::to_string(count);
    before = ',';
  }
  return out;
}

} // namespace runahead
