// JSON-RPC 2.0 over HTTP to one node: many calls in one request, and one reply for each. For the
// rpc_* sources of this folder only: the header brings the JSON parser with it.
#pragma once

#include "io/http_client.hpp"

#include <simdjson.h>

#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace runahead {

struct RpcCall {
  std::string_view method; ///< a literal
  std::string params;      ///< the JSON array
};

/// Why a call has no result.
struct RpcFailure {
  std::string cause;      ///< one sentence
  bool transient = false; ///< asking again may succeed
  int64_t code = 0;       ///< JSON-RPC's error code, if the node answered with an error
};

/// The result of one call. The value lives as long as this object or a copy of it.
struct RpcReply {
  std::expected<simdjson::dom::element, RpcFailure> value;
  std::shared_ptr<simdjson::dom::parser> memory; ///< what `value` points into
};

/// Replies in the order of the calls. `together` tells that one request carried them all, so that
/// one server most likely ran them one after another.
using RpcSink = std::move_only_function<void(std::vector<RpcReply>, bool together)>;

/// Used from the loop's thread only. Retries nothing but what the node refuses because it came as a
/// batch: a refused batch is sent again as smaller ones, or as single requests, and that is
/// remembered.
class RpcChannel {
public:
  RpcChannel(std::unique_ptr<HttpClient> http, HttpHeaders headers, Duration timeout);

  /// Sends all calls, in one HTTP request if the node takes batches of that size, a single call as
  /// a plain object. `sink` is called once, on the loop, not inside `send`; never once the channel
  /// is destroyed. REQUIRES: not empty.
  void send(std::vector<RpcCall> calls, RpcSink sink);

  /// The most calls that one request may carry, as far as is known.
  size_t most_calls() const { return most_calls_; }

  HttpClient& http() { return *http_; }

private:
  struct Exchange;
  using ExchangeRef = std::shared_ptr<Exchange>;

  void send_from(const ExchangeRef& exchange, size_t begin, size_t end);
  void receive(const ExchangeRef& exchange, size_t begin, size_t end, uint64_t first_id,
               HttpResult result);
  void resend(const ExchangeRef& exchange, size_t begin, size_t end, size_t most);

  std::unique_ptr<HttpClient> http_;
  HttpHeaders headers_;
  Duration timeout_;
  uint64_t next_id_ = 1;
  size_t most_calls_ = SIZE_MAX;
};

} // namespace runahead
