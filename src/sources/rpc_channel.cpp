#include "sources/rpc_channel.hpp"

#include "base/hex.hpp"
#include "base/limits.hpp"
#include "io/json_writer.hpp"

#include <algorithm>
#include <array>

namespace runahead {

namespace dom = simdjson::dom;

struct RpcChannel::Exchange {
  std::vector<RpcCall> calls;
  std::vector<RpcReply> replies;
  RpcSink sink;
  size_t unsettled = 0; ///< calls without their reply
  bool together = true;
};

namespace {

bool contains(std::string_view text, std::string_view part) {
  const auto same = [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a + 32 : a) == b; };
  return !std::ranges::search(text, part, same).empty();
}

/// Errors that go away: rate limits and blocks that this node of many does not have yet (EIP-1474,
/// and what nodes say in their own words).
bool is_transient(int64_t code, std::string_view message) {
  constexpr std::array<int64_t, 5> codes = {
      -32001, // resource not found
      -32002, // resource unavailable
      -32003, // response too large: there may be less in the next
      -32005, // limit exceeded
      429,
  };
  constexpr std::array<std::string_view, 8> parts = {
      "header not found", "block not found",      "unknown block", "too many requests",
      "rate limit",       "too many connections", "timeout",       "timed out"};
  return std::ranges::find(codes, code) != codes.end() ||
         std::ranges::any_of(parts, [&](std::string_view part) { return contains(message, part); });
}

bool is_transient(unsigned status) { return status == 408 || status == 429 || status >= 500; }

RpcFailure error_of(const dom::element& error, bool transient_status) {
  int64_t code = 0;
  std::string_view message = "an error without a message";
  (void)error["code"].get(code);
  (void)error["message"].get(message);
  return {"the node answers with error " + std::to_string(code) + ", " + quoted_start(message),
          transient_status || is_transient(code, message), code};
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

std::string write_request(std::span<const RpcCall> calls, uint64_t first_id) {
  JsonWriter out;
  if (calls.size() > 1) out.begin_array();
  for (const RpcCall& call : calls) write_call(out, call, first_id++);
  if (calls.size() > 1) out.end_array();
  return out.take();
}

struct Parsed {
  std::shared_ptr<dom::parser> memory = std::make_shared<dom::parser>();
  std::expected<dom::element, RpcFailure> root;
};

/// The answer's JSON, or why there is none.
Parsed parse_answer(HttpResult& result) {
  Parsed parsed;
  if (!result) {
    parsed.root = std::unexpected(RpcFailure{result.error().cause, result.error().transient});
    return parsed;
  }
  const unsigned status = result->status;
  std::string& body = result->body;
  dom::element root;
  auto error = parsed.memory->allocate(body.size(), limits::json_depth);
  if (!error) error = parsed.memory->parse(body).get(root);
  const bool is_rpc = !error && (root.is_array() || root.is_object());
  if (status / 100 != 2 && !(is_rpc && (root.is_array() || !root["error"].error())))
    parsed.root = std::unexpected(RpcFailure{
        "the node answers with HTTP status " + std::to_string(status), is_transient(status)});
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

RpcChannel::RpcChannel(std::unique_ptr<HttpClient> http, HttpHeaders headers, Duration timeout)
    : http_(std::move(http)), headers_(std::move(headers)), timeout_(timeout) {}

void RpcChannel::send(std::vector<RpcCall> calls, RpcSink sink) {
  const auto exchange = std::make_shared<Exchange>();
  exchange->unsettled = calls.size();
  exchange->replies.resize(calls.size());
  exchange->calls = std::move(calls);
  exchange->sink = std::move(sink);
  send_from(exchange, 0, exchange->calls.size());
}

void RpcChannel::send_from(const ExchangeRef& exchange, size_t begin, size_t end) {
  while (begin < end) {
    const size_t stop = begin + std::min(end - begin, most_calls_);
    if (stop - begin < exchange->calls.size()) exchange->together = false;
    const uint64_t first_id = next_id_;
    next_id_ += stop - begin;
    const std::span calls(exchange->calls.begin() + begin, exchange->calls.begin() + stop);
    http_->post(write_request(calls, first_id), headers_, timeout_,
                [this, exchange, begin, stop, first_id](HttpResult result) {
                  receive(exchange, begin, stop, first_id, std::move(result));
                });
    begin = stop;
  }
}

void RpcChannel::receive(const ExchangeRef& exchange, size_t begin, size_t end, uint64_t first_id,
                         HttpResult result) {
  const size_t count = end - begin;
  const unsigned status = result ? result->status : 0;
  Parsed parsed = parse_answer(result);
  std::vector<RpcReply> replies;
  if (!parsed.root) {
    // A proxy in front of the node may find the batch too long.
    if (status == 413 && count > 1) return resend(exchange, begin, end, count / 2);
    replies.assign(count, {std::unexpected(parsed.root.error()), nullptr});
  } else if (count > 1 && parsed.root->is_object()) {
    RpcFailure failure{"the node answers a batch with a single object that is no error", false};
    dom::element error;
    if ((*parsed.root)["error"].get(error) == simdjson::SUCCESS) {
      failure = error_of(error, is_transient(status));
      if (!failure.transient) return resend(exchange, begin, end, smaller_batch(failure, count));
    }
    replies.assign(count, {std::unexpected(failure), nullptr});
  } else {
    Matcher matcher(first_id, count);
    if (parsed.root->is_object())
      matcher.take(*parsed.root, is_transient(status));
    else
      for (const dom::element item : dom::array(*parsed.root))
        matcher.take(item, is_transient(status));
    replies = matcher.replies(parsed.memory);
  }
  std::ranges::move(replies, exchange->replies.begin() + static_cast<ptrdiff_t>(begin));
  exchange->unsettled -= count;
  if (exchange->unsettled == 0) exchange->sink(std::move(exchange->replies), exchange->together);
}

/// Remembers that batches may be no longer than `most`, and sends the calls again in such.
void RpcChannel::resend(const ExchangeRef& exchange, size_t begin, size_t end, size_t most) {
  most_calls_ = std::min(most_calls_, most);
  send_from(exchange, begin, end);
}

} // namespace runahead
