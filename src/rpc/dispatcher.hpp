// JSON-RPC 2.0 without a transport: one body of text in, one out, in which each request of a batch
// has its answer. Used from the loop's thread.
#pragma once

#include "base/limits.hpp"
#include "rpc/call_front.hpp"
#include "rpc/rpc_error.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace simdjson::dom {
class element;
}

namespace runahead {

/// What the requests of one body share. Destroying it cancels the calls that still run. Owned by a
/// shared pointer.
class Exchange : public std::enable_shared_from_this<Exchange> {
public:
  explicit Exchange(CallFront* calls) : calls_(calls) {}
  ~Exchange() { cancel(); }
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  /// The newest block when the first of them asked for it: the same for all. `sink` is called once,
  /// possibly before this returns, unless the exchange is destroyed before.
  void head(CallFront::PinSink sink);
  /// The same if nobody must be asked for it, else null.
  const PinRef& known_head();
  /// Remembers a call that somebody waits for.
  void keep(CallFront::CallId call) {
    if (call != CallFront::no_call) running_.push_back(call);
  }
  void cancel();
  /// True once nobody waits for its answers any more.
  bool cancelled() const { return cancelled_; }

private:
  bool cancelled_ = false;
  CallFront* calls_; ///< null in tests that call nothing
  PinRef head_;
  std::vector<CallFront::PinSink> waiting_for_head_;
  std::vector<CallFront::CallId> running_;
};

/// The JSON text of a result, or an error.
using RpcAnswer = RpcResult<std::string>;
using RpcAnswerSink = std::move_only_function<void(RpcAnswer)>;

/// One row of the table of methods. `params` is null if there are none, and not to be used after
/// `run` has returned; `reply` is to be called once, inside `run` or later.
struct RpcMethod {
  std::string_view name;
  std::function<void(const simdjson::dom::element* params, std::shared_ptr<Exchange> exchange,
                     RpcAnswerSink reply)>
      run;
};

class Dispatcher {
public:
  struct Options {
    size_t batch_items = limits::rpc_batch_items;
    size_t answer_bytes = limits::rpc_answer_bytes;
  };
  /// Takes the answer's text; empty if there is nothing to answer.
  using Send = std::move_only_function<void(std::string)>;
  /// Ends what is still running for a body; nothing is sent then.
  using Cancel = std::move_only_function<void()>;

  /// `calls` may be null if no method of the table needs it; else it must outlive everything that
  /// runs.
  Dispatcher(std::vector<RpcMethod> methods, CallFront* calls);
  Dispatcher(std::vector<RpcMethod> methods, CallFront* calls, Options options);
  ~Dispatcher();

  /// Handles one body; `send` is called once, possibly before this returns.
  Cancel handle(std::string_view body, Send send);

private:
  class Parser;
  struct Body;

  void dispatch(const simdjson::dom::element& request, const std::shared_ptr<Body>& body,
                size_t index);
  const RpcMethod* find(std::string_view name) const;

  std::vector<RpcMethod> methods_;
  CallFront* calls_;
  Options options_;
  std::unique_ptr<Parser> parser_;
};

} // namespace runahead
