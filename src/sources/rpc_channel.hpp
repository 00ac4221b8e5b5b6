// JSON-RPC 2.0 over HTTP to one node: many calls in one request, and one reply for each. For the
// rpc_* sources of this folder only: the header brings the JSON parser with it.
#pragma once

#include "io/http_client.hpp"
#include "sources/rpc_cost.hpp"
#include "sources/rpc_pace.hpp"

#include <simdjson.h>

#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
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
  enum class Why : uint8_t {
    other,
    rate_limited,   ///< too many requests: later, it may be answered
    too_large,      ///< the call or its answer: smaller ones may be answered
    unknown_method, ///< the node does not have it, or does not let us use it
  };

  std::string cause;      ///< one sentence
  bool transient = false; ///< asking again may succeed
  int64_t code = 0;       ///< JSON-RPC's error code, if the node answered with an error
  Why why = Why::other;
};

/// The result of one call. The value lives as long as this object or a copy of it.
struct RpcReply {
  std::expected<simdjson::dom::element, RpcFailure> value;
  std::shared_ptr<simdjson::dom::parser> memory; ///< what `value` points into
};

/// Replies in the order of the calls. `together` tells that one request carried them all, so that
/// one server most likely ran them one after another.
using RpcSink = std::move_only_function<void(std::vector<RpcReply>, bool together)>;

struct RpcChannelOptions {
  HttpHeaders headers = {};                    ///< added to every request; may be secret
  Duration timeout = std::chrono::seconds(10); ///< from a call to its reply, waits included
  RpcBudget budget = {};
  /// How often calls that the node refused as too many are sent again, after the time it asks for.
  unsigned waits = 4;
};

/// Used from the loop's thread only. Retries what the node refuses for a reason that goes away: a
/// batch that is too long or too large is sent again as smaller ones, or as single requests, and
/// that is remembered; calls that are too many just now (HTTP status 429, or such errors of single
/// items) go again once the node may be asked, if that is within their time. All else is reported.
class RpcChannel {
public:
  /// `executor` must outlive it, and is the loop of `http`.
  RpcChannel(Executor& executor, std::unique_ptr<HttpClient> http, RpcChannelOptions options);
  ~RpcChannel();

  /// Sends all calls, in one HTTP request if the node takes batches of that size, a single call as
  /// a plain object. `sink` is called once, on the loop, not inside `send`; never once the channel
  /// is destroyed. REQUIRES: not empty.
  void send(std::vector<RpcCall> calls, RpcSink sink);

  /// The most calls that one request may carry, as far as is known.
  size_t most_calls() const { return most_calls_; }

  const RpcCost& cost() const { return cost_; }

  HttpClient& http() { return *http_; }

private:
  struct Exchange;
  struct Part;
  using PartRef = std::shared_ptr<Part>;
  using Places = std::vector<size_t>;

  void send_places(const std::shared_ptr<Exchange>& exchange, Places places, Duration now);
  void schedule(PartRef part, Duration now);
  void post(const PartRef& part, Duration now);
  void receive(const PartRef& part, HttpResult result);
  void send_smaller(const PartRef& part, size_t most);
  bool send_halves(const PartRef& part);
  bool send_later(const std::shared_ptr<Exchange>& exchange, Places places,
                  std::optional<Duration> retry_after);
  void take_replies(const PartRef& part, std::vector<RpcReply> replies,
                    std::optional<Duration> retry_after);
  void fail_part(const PartRef& part, const RpcFailure& failure);
  static void settle(const std::shared_ptr<Exchange>& exchange, size_t count);

  Executor& executor_;
  std::unique_ptr<HttpClient> http_;
  RpcChannelOptions options_;
  RpcPace pace_;
  RpcCost cost_;
  uint64_t next_id_ = 1;
  size_t most_calls_ = SIZE_MAX;
  size_t most_bytes_ = SIZE_MAX;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true); ///< for timers that ring too late
};

} // namespace runahead
