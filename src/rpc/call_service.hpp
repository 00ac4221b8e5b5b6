// Runs calls on one chain: owns what they share (prepared code, the values read of a block) and
// bounds how many wait for state at once and for how long. Its loop is the one that reads; calls
// that other loops have begun are handed to it when they want state (rpc/worker_calls.hpp).
#pragma once

#include "base/limits.hpp"
#include "io/executor.hpp"
#include "machine/caches.hpp"
#include "machine/engine.hpp"
#include "rpc/call_front.hpp"
#include "rpc/call_program.hpp"
#include "rpc/chain_access.hpp"
#include "speculate/evaluation.hpp"
#include "speculate/remembered_values.hpp"

#include <atomic>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

namespace runahead {

/// The newest block, as other threads know it.
struct PublishedHead {
  PinRef pin;         ///< null: unknown
  uint64_t stamp = 0; ///< the chain's when it was the newest (ChainAccess::head_stamp)
  uint64_t turn = 0;  ///< counts what was published
};

/// Used from the loop's thread, but for what says otherwise.
class CallService final : public CallFront {
public:
  struct Options {
    Speculation speculation = Speculation::full;
    Duration timeout = std::chrono::seconds(5); ///< of a call, waiting included; zero: none
    size_t running = limits::running_calls;     ///< at once; the others wait in line
  };

  /// Everything passed by reference must outlive the service.
  CallService(ChainAccess& chain, const Engine& engine, Executor& executor, Options options);
  /// Drops the calls that still run; they get no answer.
  ~CallService() override;
  CallService(const CallService&) = delete;
  CallService& operator=(const CallService&) = delete;

  uint64_t chain_id() const override { return chain_.chain_id(); }
  PinRef newest() override;
  /// The newest block known.
  RpcResult<PinRef> head();
  void find(const BlockRef& block, PinSink sink) override;
  CallId start(CallRequest request, PinRef pin, Done done, CallExtras extras = {}) override;
  CallId run(PinRef pin, ProgramMaker make, Done done) override;
  void cancel(CallId id) override;
  void trie(const PinRef& pin, TrieSink sink) override;
  Executor& executor() override { return executor_; }

  /// Takes on a program that was begun on another loop and wants state. `done` is called once,
  /// unless the call is cancelled, and never before this returns.
  CallId adopt(std::unique_ptr<PinnedProgram> program, Done done);

  /// Values of blocks that were read, to predict with at the next ones.
  const RememberedValues& remembered() const { return remembered_; }

  /// Calls that have not ended.
  size_t calls() const { return calls_.size(); }

  // From any thread.

  /// What was published last.
  PublishedHead published() const;
  /// True if `head` still is the newest block, as far as anybody knows.
  bool is_current(const PublishedHead& head) const {
    return head.pin != nullptr && head.turn == turn_.load(std::memory_order_acquire) &&
           head.stamp == chain_.head_stamp();
  }
  /// The call as a program that has not run yet.
  Result<std::unique_ptr<PinnedProgram>> prepare(CallRequest request, PinRef pin,
                                                 const CallExtras& extras, Duration started);
  /// What programs run in.
  ProgramSite site(PinRef pin, Duration started) const {
    return {std::move(pin), engine_, caches_, started};
  }
  /// Runs `task` on the service's loop; not at all if the service is gone by then.
  void post(std::move_only_function<void(CallService&)> task);
  Duration timeout() const { return options_.timeout; }

private:
  struct Call;
  struct Deadline {
    Duration at;
    CallId id;
  };

  bool is_full() const;
  PinRef pin(const ChainBlock& block);
  void publish(PinRef pin, uint64_t stamp);
  CallId launch(std::unique_ptr<PinnedProgram> program, Done done, const CallExtras& extras);
  CallId keep(std::unique_ptr<PinnedProgram> program, Done done, const CallExtras& extras);
  void begin(Call& call);
  void remember(const Evaluation& evaluation, const Broker& broker);
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
  std::shared_ptr<Caches> caches_ = std::make_shared<Caches>();
  PinMaker pin_maker_{executor_};
  RememberedValues remembered_{limits::remembered_bytes}; ///< of whatever blocks
  std::unordered_map<Hash256, std::weak_ptr<PinnedBlock>> pins_;
  mutable std::mutex published_mutex_;
  PublishedHead published_;        ///< guarded by it; written on the loop only
  std::atomic<uint64_t> turn_ = 0; ///< published_.turn
  std::unordered_map<CallId, std::unique_ptr<Call>> calls_;
  std::deque<CallId> waiting_;
  std::deque<Deadline> deadlines_; ///< ascending
  size_t running_ = 0;
  CallId next_id_ = no_call + 1;
  Duration armed_for_ = Duration::max(); ///< when the timer rings
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

} // namespace runahead
