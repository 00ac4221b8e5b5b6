#include "rpc/dispatcher.hpp"

#include "base/hex.hpp"
#include "io/json_writer.hpp"
#include "rpc/json_input.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace runahead {
namespace {

constexpr std::string_view no_id = "null";

/// A request of which the form is right.
struct Request {
  std::string id; ///< its JSON text; empty for a notification
  std::string_view method;
  std::optional<JsonElement> params;
};

std::string error_text(std::string_view id, const RpcError& error) {
  JsonWriter json;
  json.begin_object().key("jsonrpc").text("2.0").key("id").raw(id);
  json.key("error").begin_object().key("code");
  json.raw(std::to_string(error.code));
  json.key("message").text(error.message);
  if (error.data) json.key("data").hex(*error.data);
  json.end_object().end_object();
  return json.take();
}

std::string result_text(std::string_view id, std::string_view result) {
  JsonWriter json;
  json.reserve(id.size() + result.size() + 40);
  json.begin_object().key("jsonrpc").text("2.0").key("id").raw(id);
  json.key("result").raw(result).end_object();
  return json.take();
}

/// The request's id as it was sent, of whatever type; empty if there is none.
std::string id_of(const JsonElement& request) {
  JsonElement id;
  if (request["id"].get(id) != simdjson::SUCCESS) return {};
  return simdjson::minify(id);
}

RpcResult<Request> read_request(const JsonElement& value) {
  const auto refuse = [](std::string what) {
    return rpc_fail(rpc_code::invalid_request, "invalid request: " + std::move(what));
  };
  if (!value.is_object()) return refuse("expected an object, got " + describe(value));
  Request request;
  request.id = id_of(value);
  std::string_view version;
  if (value["jsonrpc"].get(version) != simdjson::SUCCESS || version != "2.0")
    return refuse("jsonrpc: expected \"2.0\"");
  if (value["method"].get(request.method) != simdjson::SUCCESS)
    return refuse("method: expected text");
  JsonElement params;
  if (value["params"].get(params) == simdjson::SUCCESS && !params.is_null()) {
    if (!params.is_array() && !params.is_object())
      return refuse("params: expected an array, got " + describe(params));
    request.params = params;
  }
  return request;
}

} // namespace

const PinRef& Exchange::known_head() {
  if (!head_ && waiting_for_head_.empty()) head_ = calls_->newest();
  return head_;
}

void Exchange::head(CallFront::PinSink sink) {
  if (known_head()) return sink(head_);
  waiting_for_head_.push_back(std::move(sink));
  if (waiting_for_head_.size() > 1) return;
  calls_->find(BlockRef{}, [weak = weak_from_this()](const RpcResult<PinRef>& found) {
    const auto still = weak.lock();
    if (!still) return;
    if (found) still->head_ = *found;
    for (auto& waiting : std::exchange(still->waiting_for_head_, {})) waiting(found);
  });
}

void Exchange::cancel() {
  cancelled_ = true;
  for (const CallFront::CallId call : std::exchange(running_, {})) calls_->cancel(call);
}

class Dispatcher::Parser {
public:
  JsonText& text() { return text_; }

private:
  JsonText text_;
};

/// The answers of one body on their way.
struct Dispatcher::Body {
  std::shared_ptr<Exchange> exchange;
  Send send;
  bool is_batch = false;
  size_t open = 0;                  ///< requests without their answer
  size_t bytes = 0, most_bytes = 0; ///< of the answers
  std::vector<std::string> answers; ///< empty: none, as for notifications

  void close(size_t index, std::string_view id, const RpcAnswer& answer);
  void send_all();
};

void Dispatcher::Body::close(size_t index, std::string_view id, const RpcAnswer& answer) {
  if (!id.empty()) {
    std::string text = answer ? result_text(id, *answer) : error_text(id, answer.error());
    if (is_batch && bytes + text.size() > most_bytes)
      text = error_text(id, {rpc_code::too_large, "the answers of this batch are too large"});
    bytes += text.size();
    answers[index] = std::move(text);
  }
  if (--open == 0) send_all();
}

void Dispatcher::Body::send_all() {
  if (!send) return;
  std::string text;
  for (std::string& answer : answers) {
    if (answer.empty()) continue;
    if (text.empty() && !is_batch) {
      text = std::move(answer);
    } else {
      text += text.empty() ? '[' : ',';
      text += answer;
    }
  }
  if (is_batch && !text.empty()) text += ']';
  std::exchange(send, nullptr)(std::move(text));
}

Dispatcher::Dispatcher(std::vector<RpcMethod> methods, CallFront* calls)
    : Dispatcher(std::move(methods), calls, Options{}) {}

Dispatcher::Dispatcher(std::vector<RpcMethod> methods, CallFront* calls, Options options)
    : methods_(std::move(methods)), calls_(calls), options_(options),
      parser_(std::make_unique<Parser>()) {}

Dispatcher::~Dispatcher() = default;

const RpcMethod* Dispatcher::find(std::string_view name) const {
  const auto it = std::ranges::find(methods_, name, &RpcMethod::name);
  return it == methods_.end() ? nullptr : &*it;
}

void Dispatcher::dispatch(const JsonElement& value, const std::shared_ptr<Body>& body,
                          size_t index) {
  const auto request = read_request(value);
  if (!request) {
    const std::string id = value.is_object() ? id_of(value) : std::string();
    return body->close(index, id.empty() ? no_id : id, std::unexpected(request.error()));
  }
  const RpcMethod* method = find(request->method);
  if (method == nullptr)
    return body->close(
        index, request->id,
        rpc_fail(rpc_code::method_not_found, "the method " + quoted_start(request->method) +
                                                 " does not exist or is not available"));
  method->run(
      request->params ? &*request->params : nullptr, body->exchange,
      [body, index, id = request->id](const RpcAnswer& answer) { body->close(index, id, answer); });
}

Dispatcher::Cancel Dispatcher::handle(std::string_view text, Send send) {
  auto body = std::make_shared<Body>();
  body->send = std::move(send);
  body->most_bytes = options_.answer_bytes;
  const auto refuse = [&](int code, std::string message) {
    std::exchange(body->send, nullptr)(error_text(no_id, {code, std::move(message)}));
    return [] {};
  };
  const auto root = parser_->text().parse(text);
  if (!root) return refuse(rpc_code::parse_error, "parse error: " + root.error().message);
  simdjson::dom::array batch;
  body->is_batch = root->get(batch) == simdjson::SUCCESS;
  const size_t count = body->is_batch ? batch.size() : 1;
  if (count == 0) return refuse(rpc_code::invalid_request, "invalid request: an empty batch");
  if (count > options_.batch_items)
    return refuse(rpc_code::invalid_request,
                  "invalid request: a batch of more than " + std::to_string(options_.batch_items));
  body->exchange = std::make_shared<Exchange>(calls_);
  body->answers.resize(count);
  body->open = count + 1; // nothing is sent while requests are still handed out
  size_t index = 0;
  if (body->is_batch) {
    for (const JsonElement request : batch) dispatch(request, body, index++);
  } else {
    dispatch(*root, body, index);
  }
  if (--body->open == 0) {
    body->send_all();
    return [] {};
  }
  return [weak = std::weak_ptr(body)] {
    if (const auto still = weak.lock()) {
      still->send = nullptr;
      still->exchange->cancel();
    }
  };
}

} // namespace runahead
