// What runs calls for the clients of one loop: the JSON-RPC methods know no more of it.
#pragma once

#include "rpc/call_outcome.hpp"
#include "rpc/call_request.hpp"
#include "rpc/pinned_program.hpp"

#include <cstdint>
#include <functional>

namespace runahead {

/// Used from one loop's thread, on which everything it calls back is called.
class CallFront {
public:
  using CallId = uint64_t;
  using Done = std::move_only_function<void(CallOutcome)>;
  using PinSink = std::move_only_function<void(RpcResult<PinRef>)>;

  /// No call that runs.
  static constexpr CallId no_call = 0;

  virtual ~CallFront() = default;

  virtual uint64_t chain_id() const = 0;

  /// The newest block if it is known without asking anybody, else null.
  virtual PinRef newest() = 0;

  /// The block a request means, of `latest` the newest known now. `sink` is called once, possibly
  /// before this returns.
  virtual void find(const BlockRef& block, PinSink sink) = 0;

  /// Runs the call (its `block` is not looked at) on a pinned block. `done` is called once, unless
  /// the call is cancelled. A call that waits for nothing ends before this returns, with `no_call`.
  virtual CallId start(CallRequest request, PinRef pin, Done done, CallExtras extras = {}) = 0;

  /// The same for any other computation on a pinned block.
  virtual CallId run(PinRef pin, ProgramMaker make, Done done) = 0;

  /// Ends a call without an answer; does nothing if it has ended.
  virtual void cancel(CallId id) = 0;

  /// The trie of the block's state, if the chain can make it (ChainAccess::trie).
  virtual void trie(const PinRef& pin, TrieSink sink) = 0;

  /// The loop.
  virtual Executor& executor() = 0;
};

} // namespace runahead
