#include "sources/rpc_channel.hpp"

#include "base/hex.hpp"
#include "base/limits.hpp"
#include "io/json_writer.hpp"

#include <algorithm>
#include <array>
#include <numeric>

namespace runahead {

namespace dom = simdjson::dom;

struct RpcChannel::Exchange {
  std::vector<RpcCall> calls;
  std::vector<RpcReply> replies;
  RpcSink sink;
  size_t unsettled = 0; ///< calls without their reply
  Duration deadline{};
  unsigned waits_left = 0;
  bool together = true;
};

/// One HTTP request: some calls of an exchange.
struct RpcChannel::Part {
  std::shared_ptr<Exchange> exchange;
  Places places; ///< of the calls
  uint64_t first_id = 0;
  std::string body;
};

namespace {

bool contains(std::string_view text, std::string_view part) {
  const auto same = [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a + 32 : a) == b; };
  return !std::ranges::search(text, part, same).empty();
}

template <size_t n>
bool contains_any(std::string_view text, const std::array<std::string_view, n>& parts) {
  return std::ranges::any_of(parts, [&](std::string_view part) { return contains(text, part); });
}

/// What an error is about (EIP-1474, and what nodes say in their own words).
RpcFailure::Why why_of(int64_t code, std::string_view message) {
  using enum RpcFailure::Why;
  constexpr int64_t limit_exceeded = -32005, method_not_found = -32601, unsupported = -32004;
  constexpr std::array<std::string_view, 4> rate = {"too many requests", "rate limit", "rate-limit",
                                                    "too many connections"};
  constexpr std::array<std::string_view, 5> method = {"method not found", "unknown method",
                                                      "method does not exist", "is not available",
                                                      "unsupported method"};
  constexpr std::array<std::string_view, 9> size = {
      "too large",      "too big",    "too long",          "size exceed",      "exceeds the limit",
      "too many slots", "out of gas", "execution aborted", "execution timeout"};
  if (code == limit_exceeded || code == 429 || contains_any(message, rate)) return rate_limited;
  if (code == method_not_found || code == unsupported || contains_any(message, method))
    return unknown_method;
  return contains_any(message, size) ? too_large : other;
}

/// Errors that go away: rate limits and blocks that this node of many does not have yet.
bool is_transient(int64_t code, std::string_view message) {
  constexpr std::array<int64_t, 3> codes = {
      -32001, // resource not found
      -32002, // resource unavailable
      -32003, // response too large: there may be less in the next
  };
  constexpr std::array<std::string_view, 5> parts = {"header not found", "block not found",
                                                     "unknown block", "timeout", "timed out"};
  return std::ranges::find(codes, code) != codes.end() ||
         why_of(code, message) == RpcFailure::Why::rate_limited || contains_any(message, parts);
}

RpcFailure::Why why_of(unsigned status) {
  if (status == 429) return RpcFailure::Why::rate_limited;
  return status == 413 ? RpcFailure::Why::too_large : RpcFailure::Why::other;
}

bool is_transient(unsigned status) { return status == 408 || status == 429 || status >= 500; }

RpcFailure error_of(const dom::element& error, bool transient_status) {
  int64_t code = 0;
  std::string_view message = "an error without a message";
  (void)error["code"].get(code);
  (void)error["message"].get(message);
  return {"the node answers with error " + std::to_string(code) + ", " + quoted_start(message),
          transient_status || is_transient(code, message), code, why_of(code, message)};
}

/// How long batches may be after one of `count` calls was refused with this error.
size_t smaller_batch(const RpcFailure& refusal, size_t count) {
  for (const std::string_view part :
       {"too large", "too big", "too long", "too many", "limit", "exceed", "size"})
    if (contains(refusal.cause, part)) return count / 2;
  return 1;
}

/// Reads one response object that stands for a call.
std::expected<dom::element, RpcFailure> result_of(const dom::element& item, bool transient_status) {
  std::string_view version;
  if (item["jsonrpc"].get(version) != simdjson::SUCCESS || version != "2.0")
    return std::unexpected(RpcFailure{"the answer is not marked as JSON-RPC 2.0", false});
  dom::element part;
  if (item["error"].get(part) == simdjson::SUCCESS && !part.is_null())
    return std::unexpected(error_of(part, transient_status));
  if (item["result"].get(part) != simdjson::SUCCESS)
    return std::unexpected(RpcFailure{"the answer has neither a result nor an error", false});
  return part;
}

/// Fits the items of an answer to the calls with the ids from `first_id` on.
class Matcher {
public:
  Matcher(uint64_t first_id, size_t count) : first_id_(first_id), found_(count) {}

  void take(const dom::element& item, bool transient_status) {
    uint64_t id = 0;
    if (!item.is_object())
      stray_ = "an item that is not an object";
    else if (item["id"].get(id) != simdjson::SUCCESS)
      stray_ = "an item without a number as its id";
    else if (id < first_id_ || id - first_id_ >= found_.size())
      stray_ = "an item with the id " + std::to_string(id) + ", which was not asked";
    else if (auto& slot = found_[id - first_id_])
      slot = std::unexpected(RpcFailure{"the node answered the call twice", false});
    else
      slot = result_of(item, transient_status);
  }

  /// The replies; a call without an item fails.
  std::vector<RpcReply> replies(const std::shared_ptr<dom::parser>& memory) {
    std::vector<RpcReply> out;
    out.reserve(found_.size());
    const std::string missing =
        "the answer has no item for it" + (stray_.empty() ? "" : ", but " + stray_);
    for (auto& slot : found_)
      out.push_back(
          {slot ? std::move(*slot) : std::unexpected(RpcFailure{missing, false}), memory});
    return out;
  }

private:
  uint64_t first_id_;
  std::vector<std::optional<std::expected<dom::element, RpcFailure>>> found_;
  std::string stray_; ///< the last item that fits no call
};

void write_call(JsonWriter& out, const RpcCall& call, uint64_t id) {
  out.begin_object().key("jsonrpc").text("2.0").key("id").number(id);
  out.key("method").text(call.method).key("params").raw(call.params).end_object();
}

struct Parsed {
  std::shared_ptr<dom::parser> memory = std::make_shared<dom::parser>();
  std::expected<dom::element, RpcFailure> root;
};

/// The answer's JSON, or why there is none.
Parsed parse_answer(HttpResult& result) {
  Parsed parsed;
  if (!result) {
    const HttpFailure& failure = result.error();
    parsed.root = std::unexpected(
        RpcFailure{failure.cause, failure.transient, 0,
                   failure.too_large ? RpcFailure::Why::too_large : RpcFailure::Why::other});
    return parsed;
  }
  const unsigned status = result->status;
  std::string& body = result->body;
  dom::element root;
  auto error = parsed.memory->allocate(body.size(), limits::json_depth);
  if (!error) error = parsed.memory->parse(body).get(root);
  const bool is_rpc = !error && (root.is_array() || root.is_object());
  if (status / 100 != 2 && !(is_rpc && (root.is_array() || !root["error"].error())))
    parsed.root =
        std::unexpected(RpcFailure{"the node answers with HTTP status " + std::to_string(status),
                                   is_transient(status), 0, why_of(status)});
  else if (error)
    parsed.root =
        std::unexpected(RpcFailure{"the answer is not JSON: " + quoted_start(body), false});
  else if (!is_rpc)
    parsed.root =
        std::unexpected(RpcFailure{"the answer is neither a JSON object nor an array", false});
  else
    parsed.root = root;
  return parsed;
}

} // namespace

RpcChannel::RpcChannel(Executor& executor, std::unique_ptr<HttpClient> http,
                       RpcChannelOptions options)
    : executor_(executor), http_(std::move(http)), options_(std::move(options)),
      pace_(options_.budget) {}

RpcChannel::~RpcChannel() { *alive_ = false; }

void RpcChannel::send(std::vector<RpcCall> calls, RpcSink sink) {
  const auto exchange = std::make_shared<Exchange>();
  exchange->unsettled = calls.size();
  exchange->replies.resize(calls.size());
  exchange->calls = std::move(calls);
  exchange->sink = std::move(sink);
  const Duration now = executor_.now();
  exchange->deadline = now + options_.timeout;
  exchange->waits_left = options_.waits;
  Places all(exchange->calls.size());
  std::iota(all.begin(), all.end(), size_t{0});
  send_places(exchange, std::move(all), now);
}

/// Sends calls in requests as long as the node takes them.
void RpcChannel::send_places(const std::shared_ptr<Exchange>& exchange, Places places,
                             Duration now) {
  for (size_t begin = 0; begin < places.size();) {
    const auto part = std::make_shared<Part>();
    part->exchange = exchange;
    part->first_id = next_id_;
    JsonWriter out;
    if (places.size() - begin > 1) out.begin_array();
    size_t end = begin;
    for (; end < places.size() && end - begin < most_calls_; ++end) {
      const RpcCall& call = exchange->calls[places[end]];
      constexpr size_t around_params = 80;
      const size_t bytes = out.str().size() + call.params.size() + around_params;
      if (end > begin && bytes > most_bytes_) break;
      write_call(out, call, next_id_++);
    }
    if (places.size() - begin > 1) out.end_array();
    part->places.assign(places.begin() + static_cast<ptrdiff_t>(begin),
                        places.begin() + static_cast<ptrdiff_t>(end));
    part->body = out.take();
    // Brackets around a single call would make it a batch, which the node may not take.
    if (end - begin == 1 && part->body.front() == '[')
      part->body = part->body.substr(1, part->body.size() - 2);
    if (part->places.size() < exchange->calls.size()) exchange->together = false;
    schedule(part, now);
    begin = end;
  }
}

/// Sends the request once the pace allows it.
void RpcChannel::schedule(PartRef part, Duration now) {
  const auto& calls = part->exchange->calls;
  uint64_t credits = 0;
  for (const size_t place : part->places) credits += rpc_credits(calls[place].method);
  const Duration wait = pace_.wait(now, credits);
  const bool late = now + wait >= part->exchange->deadline;
  if (!late) pace_.take(now, credits);
  if (wait == Duration{0}) return post(part, now);
  if (!late) ++cost_.waits;
  executor_.after(late ? Duration{0} : wait, [this, alive = alive_, part = std::move(part), late] {
    if (!*alive) return;
    if (!late) return post(part, executor_.now());
    fail_part(part, {"the node may not be asked again in time: it is over its rate", true, 0,
                     RpcFailure::Why::rate_limited});
  });
}

void RpcChannel::post(const PartRef& part, Duration now) {
  ++cost_.requests;
  cost_.bytes_sent += part->body.size();
  for (const size_t place : part->places) cost_.count_call(part->exchange->calls[place].method);
  const Duration left = part->exchange->deadline - now;
  http_->post(part->body, options_.headers, std::max(left, Duration{1}),
              [this, part](HttpResult result) { receive(part, std::move(result)); });
}

void RpcChannel::receive(const PartRef& part, HttpResult result) {
  const size_t count = part->places.size();
  const unsigned status = result ? result->status : 0;
  const auto retry_after = result ? result->retry_after : std::nullopt;
  if (result) cost_.bytes_received += result->body.size();
  Parsed parsed = parse_answer(result);
  if (status == 429 || (status == 503 && retry_after)) {
    if (send_later(part->exchange, part->places, retry_after)) return;
  }
  if (!parsed.root) {
    // A proxy in front of the node may find the request too long.
    if (status == 413) most_bytes_ = std::min(most_bytes_, part->body.size() / 2);
    if (parsed.root.error().why == RpcFailure::Why::too_large && send_halves(part)) return;
    return fail_part(part, parsed.root.error());
  }
  if (count > 1 && parsed.root->is_object()) {
    RpcFailure failure{"the node answers a batch with a single object that is no error", false};
    dom::element error;
    if ((*parsed.root)["error"].get(error) == simdjson::SUCCESS) {
      failure = error_of(error, is_transient(status));
      if (failure.why == RpcFailure::Why::rate_limited && status != 429 &&
          send_later(part->exchange, part->places, retry_after))
        return;
      if (!failure.transient) return send_smaller(part, smaller_batch(failure, count));
    }
    return fail_part(part, failure);
  }
  Matcher matcher(part->first_id, count);
  if (parsed.root->is_object())
    matcher.take(*parsed.root, is_transient(status));
  else
    for (const dom::element item : dom::array(*parsed.root))
      matcher.take(item, is_transient(status));
  take_replies(part, matcher.replies(parsed.memory), retry_after);
}

/// Keeps the replies of a request, but for those that say that there were too many.
void RpcChannel::take_replies(const PartRef& part, std::vector<RpcReply> replies,
                              std::optional<Duration> retry_after) {
  const auto& exchange = part->exchange;
  Places limited;
  size_t settled = 0;
  for (size_t i = 0; i < replies.size(); ++i) {
    const bool is_limited =
        !replies[i].value && replies[i].value.error().why == RpcFailure::Why::rate_limited;
    if (is_limited)
      limited.push_back(part->places[i]);
    else
      ++settled;
    exchange->replies[part->places[i]] = std::move(replies[i]);
  }
  if (limited.empty()) pace_.accepted();
  const bool later = !limited.empty() && send_later(exchange, limited, retry_after);
  settle(exchange, later ? settled : replies.size());
}

/// Calls that were too many go again once the node may be asked. False if they must not.
bool RpcChannel::send_later(const std::shared_ptr<Exchange>& exchange, Places places,
                            std::optional<Duration> retry_after) {
  const Duration now = executor_.now();
  const Duration wait = pace_.refused(now, retry_after);
  if (exchange->waits_left == 0 || now + wait >= exchange->deadline) return false;
  --exchange->waits_left;
  exchange->together = false;
  send_places(exchange, std::move(places), now);
  return true;
}

/// Remembers that batches may be no longer than `most`, and sends the calls again in such.
void RpcChannel::send_smaller(const PartRef& part, size_t most) {
  most_calls_ = std::min(most_calls_, most);
  send_places(part->exchange, part->places, executor_.now());
}

/// Sends the calls again in two requests. False for a single call, which cannot be cut.
bool RpcChannel::send_halves(const PartRef& part) {
  if (part->places.size() == 1) return false;
  const auto middle = part->places.begin() + static_cast<ptrdiff_t>(part->places.size() / 2);
  const Duration now = executor_.now();
  send_places(part->exchange, Places(part->places.begin(), middle), now);
  send_places(part->exchange, Places(middle, part->places.end()), now);
  return true;
}

void RpcChannel::fail_part(const PartRef& part, const RpcFailure& failure) {
  for (const size_t place : part->places)
    part->exchange->replies[place] = {std::unexpected(failure), nullptr};
  settle(part->exchange, part->places.size());
}

void RpcChannel::settle(const std::shared_ptr<Exchange>& exchange, size_t count) {
  exchange->unsettled -= count;
  if (exchange->unsettled == 0) exchange->sink(std::move(exchange->replies), exchange->together);
}

} // namespace runahead
