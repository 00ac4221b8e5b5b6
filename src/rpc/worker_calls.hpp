// Calls of the clients of a further loop. A call that finds all that it reads among the known
// values of its block runs where its client is, and no other thread has to do with it; one that
// wants more goes on, from where it stands, on the loop of the call service, which reads.
#pragma once

#include "rpc/call_service.hpp"

#include <memory>
#include <unordered_map>

namespace runahead {

/// Used from its own loop's thread. To be destroyed when that thread has ended, before the service.
class WorkerCalls final : public CallFront {
public:
  /// `service`, which lives on another loop, and `own`, this one, must outlive it.
  WorkerCalls(CallService& service, Executor& own) : service_(service), own_(own) {}
  /// Drops the calls that still run; they get no answer.
  ~WorkerCalls() override;
  WorkerCalls(const WorkerCalls&) = delete;
  WorkerCalls& operator=(const WorkerCalls&) = delete;

  uint64_t chain_id() const override { return service_.chain_id(); }
  PinRef newest() override;
  void find(const BlockRef& block, PinSink sink) override;
  CallId start(CallRequest request, PinRef pin, Done done, CallExtras extras = {}) override;
  CallId run(PinRef pin, ProgramMaker make, Done done) override;
  void cancel(CallId id) override;
  void trie(const PinRef& pin, TrieSink sink) override;
  Executor& executor() override { return own_; }

  /// Calls that have not ended.
  size_t calls() const { return calls_.size(); }

private:
  /// A call on the service's loop; looked at there only.
  struct Remote {
    CallId id = no_call;
    bool cancelled = false;
  };
  struct Call {
    std::unique_ptr<PinnedProgram> program; ///< as long as it runs here
    Done done;
    std::shared_ptr<Remote> remote; ///< once it was handed over
  };

  CallId launch(std::unique_ptr<PinnedProgram> program, Done done);
  void go_on(CallId id);
  void go_on_later(CallId id);
  void hand_over(CallId id, Call& call);
  void end(CallId id, CallOutcome outcome);

  CallService& service_;
  Executor& own_;
  PublishedHead head_;
  std::unordered_map<CallId, Call> calls_;
  CallId next_id_ = no_call + 1;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

} // namespace runahead
