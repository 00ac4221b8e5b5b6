// Runs calls on one chain: owns what they share (prepared code, the values read of a block) and
// bounds how many run at once and for how long. Used from the loop's thread.
#pragma once

#include "base/limits.hpp"
#include "io/executor.hpp"
#include "machine/caches.hpp"
#include "machine/engine.hpp"
#include "rpc/call_request.hpp"
#include "rpc/chain_access.hpp"
#include "speculate/evaluation.hpp"
#include "tx/execution.hpp"

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>

namespace runahead {

/// A block with what was read of its state; shared by the calls pinned to it. Values never outlive
/// their block.
struct PinnedBlock {
  PinnedBlock(ChainBlock pinned, std::shared_ptr<StateSource> state, Executor& executor)
      : block(std::move(pinned)), source(std::move(state)), broker(*source, executor) {}

  ChainBlock block;
  std::shared_ptr<StateSource> source;
  Broker broker;
};
using PinRef = std::shared_ptr<PinnedBlock>;

/// A call that had no end of its own.
struct CallAborted {
  std::string message;
};

/// Exactly one of the kinds of ending that the design tells apart.
using CallEnd = std::variant<ExecutionResult, InvalidTransaction, StateFailure, CallAborted>;

/// A read that a call was the first to ask for.
struct CallRead {
  StateKey key;
  bool speculative = false; ///< by a scout or a hint
  uint32_t wave = 0;        ///< from 0
  bool used = false;        ///< by the exact engine
};

/// What a call cost. Rounds, requests and reads are those of its block while it ran: other calls on
/// the same block at the same time are counted in.
struct CallStats {
  uint64_t rounds = 0;
  uint64_t requests = 0;
  uint64_t reads = 0;
  uint64_t retries = 0;
  Evaluation::Stats evaluation; ///< of this call alone
  Duration elapsed{};           ///< from `start` to the end
};

struct CallOutcome {
  CallEnd end;
  CallStats stats;
  uint64_t gas_limit = 0;      ///< the call was given
  std::vector<CallRead> reads; ///< if asked for
};

/// What one call wants besides its answer. Pointers must outlive the call.
struct CallExtras {
  const Engine* engine = nullptr; ///< another one than the service's
  Tracer* tracer = nullptr;
  bool keep_reads = false;
};

class CallService {
public:
  struct Options {
    Speculation speculation = Speculation::full;
    Duration timeout = std::chrono::seconds(5); ///< of a call, waiting included; zero: none
    size_t running = limits::running_calls;     ///< at once; the others wait in line
  };
  using CallId = uint64_t;
  using Done = std::move_only_function<void(CallOutcome)>;
  using PinSink = std::move_only_function<void(RpcResult<PinRef>)>;

  /// Everything passed by reference must outlive the service.
  CallService(ChainAccess& chain, const Engine& engine, Executor& executor, Options options);
  /// Drops the calls that still run; they get no answer.
  ~CallService();
  CallService(const CallService&) = delete;
  CallService& operator=(const CallService&) = delete;

  /// The newest block known.
  RpcResult<PinRef> head();
  /// The block a request means; `sink` is called once, possibly before this returns.
  void find(const BlockRef& block, PinSink sink);

  /// Runs the call (its `block` is not looked at) on a pinned block. `done` is called once, on the
  /// loop, never before this returns; not at all if the call is cancelled.
  CallId start(CallRequest request, PinRef pin, Done done, CallExtras extras = {});
  /// Ends a call without an answer; does nothing if it has ended.
  void cancel(CallId id);

  ChainAccess& chain() { return chain_; }
  /// Calls that have not ended.
  size_t calls() const { return calls_.size(); }

private:
  struct Call;
  struct Deadline {
    Duration at;
    CallId id;
  };

  PinRef pin(const ChainBlock& block);
  void begin(Call& call);
  void begin_waiting();
  void ended(CallId id);
  void abort(CallId id, std::string message);
  void close(CallId id, CallOutcome outcome);
  void arm_timer();
  void sweep();

  ChainAccess& chain_;
  const Engine& engine_;
  Executor& executor_;
  Options options_;
  Caches caches_;
  std::unordered_map<Hash256, std::weak_ptr<PinnedBlock>> pins_;
  PinRef newest_;
  std::unordered_map<CallId, std::unique_ptr<Call>> calls_;
  std::deque<CallId> waiting_;
  std::deque<Deadline> deadlines_; ///< ascending
  size_t running_ = 0;
  CallId next_id_ = 1;
  bool timer_armed_ = false;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

} // namespace runahead
