#include "rpc/worker_calls.hpp"

#include <utility>

namespace runahead {

WorkerCalls::~WorkerCalls() {
  *alive_ = false;
  // What a call holds may cancel others when it goes; they must be out of reach by then.
  const auto calls = std::exchange(calls_, {});
}

PinRef WorkerCalls::newest() {
  if (!service_.is_current(head_)) head_ = service_.published();
  return service_.is_current(head_) ? head_.pin : nullptr;
}

void WorkerCalls::find(const BlockRef& block, PinSink sink) {
  service_.post([block, alive = alive_, &own = own_,
                 sink = std::move(sink)](CallService& service) mutable {
    service.find(block, [alive = std::move(alive), &own,
                         sink = std::move(sink)](RpcResult<PinRef> pin) mutable {
      own.post([alive = std::move(alive), sink = std::move(sink), pin = std::move(pin)]() mutable {
        if (*alive) sink(std::move(pin));
      });
    });
  });
}

void WorkerCalls::trie(const PinRef& pin, TrieSink sink) {
  service_.post(
      [pin, alive = alive_, &own = own_, sink = std::move(sink)](CallService& service) mutable {
        service.trie(pin, [alive = std::move(alive), &own,
                           sink = std::move(sink)](RpcResult<TrieRef> made) mutable {
          own.post(
              [alive = std::move(alive), sink = std::move(sink), made = std::move(made)]() mutable {
                if (*alive) sink(std::move(made));
              });
        });
      });
}

CallFront::CallId WorkerCalls::start(CallRequest request, PinRef pin, Done done,
                                     CallExtras extras) {
  const uint64_t gas_limit = request.transaction.gas_limit;
  auto program = service_.prepare(std::move(request), std::move(pin), extras, own_.now());
  if (!program) {
    done(aborted(std::move(program.error().message), gas_limit, Duration{0}));
    return no_call;
  }
  return launch(std::move(*program), std::move(done));
}

CallFront::CallId WorkerCalls::run(PinRef pin, ProgramMaker make, Done done) {
  return launch(make(service_.site(std::move(pin), own_.now())), std::move(done));
}

CallFront::CallId WorkerCalls::launch(std::unique_ptr<PinnedProgram> program, Done done) {
  const auto progress = program->run(limits::slice_gas);
  if (progress == Program::Progress::done) {
    done(program->take_outcome(own_.now()));
    return no_call;
  }
  const CallId id = next_id_++;
  Call& call = calls_[id];
  call = {std::move(program), std::move(done), nullptr};
  if (progress == Program::Progress::want)
    hand_over(id, call);
  else
    go_on_later(id);
  return id;
}

void WorkerCalls::go_on_later(CallId id) {
  own_.post([this, alive = alive_, id] {
    if (*alive) go_on(id);
  });
}

/// Another slice of a call that takes long.
void WorkerCalls::go_on(CallId id) {
  const auto it = calls_.find(id);
  if (it == calls_.end()) return;
  Call& call = it->second;
  const Duration elapsed = own_.now() - call.program->started_at;
  const Duration timeout = service_.timeout();
  if (timeout > Duration{0} && elapsed >= timeout)
    return end(id, aborted(timeout_message(timeout), call.program->gas_limit(), elapsed));
  switch (call.program->run(limits::slice_gas)) {
  case Program::Progress::done: return end(id, call.program->take_outcome(own_.now()));
  case Program::Progress::want: return hand_over(id, call);
  case Program::Progress::slice_over: return go_on_later(id);
  }
}

void WorkerCalls::hand_over(CallId id, Call& call) {
  call.remote = std::make_shared<Remote>();
  service_.post([remote = call.remote, program = std::move(call.program), this, alive = alive_,
                 &own = own_, id](CallService& service) mutable {
    if (remote->cancelled) return;
    remote->id = service.adopt(std::move(program), [this, alive = std::move(alive), &own,
                                                    id](CallOutcome outcome) mutable {
      own.post([this, alive = std::move(alive), id, outcome = std::move(outcome)]() mutable {
        if (*alive) end(id, std::move(outcome));
      });
    });
  });
}

void WorkerCalls::end(CallId id, CallOutcome outcome) {
  auto node = calls_.extract(id);
  if (!node) return;
  Done done = std::move(node.mapped().done);
  node = {}; // the call's memory is free before somebody works with its answer
  done(std::move(outcome));
}

void WorkerCalls::cancel(CallId id) {
  const auto node = calls_.extract(id);
  if (!node || !node.mapped().remote) return;
  service_.post([remote = node.mapped().remote](CallService& service) {
    remote->cancelled = true;
    service.cancel(remote->id);
  });
}

} // namespace runahead
