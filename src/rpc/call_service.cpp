#include "rpc/call_service.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace runahead {

/// A call on its way. What it reads with is made when its turn comes.
struct CallService::Call {
  CallId id;
  std::unique_ptr<PinnedProgram> program;
  Done done;
  bool keep_reads;
  EvaluationObserver* observer;
  std::optional<Evaluation> evaluation = {}; ///< once it runs
  Broker::Stats before = {};                 ///< of its block when it began

  Broker& broker() const { return program->pin()->broker; }
  CallOutcome outcome(CallEnd end, Duration now) const;
};

CallOutcome CallService::Call::outcome(CallEnd end, Duration now) const {
  CallOutcome outcome{std::move(end), {}, program->gas_limit(), {}};
  outcome.stats.elapsed = now - program->started_at;
  if (!evaluation) return outcome;
  const Broker::Stats& after = broker().stats();
  outcome.stats.rounds = after.rounds - before.rounds;
  outcome.stats.requests = after.requests - before.requests;
  outcome.stats.reads = after.reads - before.reads;
  outcome.stats.retries = after.retries - before.retries;
  outcome.stats.evaluation = evaluation->stats();
  if (keep_reads)
    for (const Evaluation::Read& read : evaluation->reads())
      outcome.reads.push_back(
          {read.key, read.speculative, read.wave, program->view().used(read.key)});
  return outcome;
}

CallService::CallService(ChainAccess& chain, const Engine& engine, Executor& executor,
                         Options options)
    : chain_(chain), engine_(engine), executor_(executor), options_(options) {}

CallService::~CallService() {
  *alive_ = false;
  waiting_.clear();
  // What a call holds may cancel others when it goes; they must be out of reach by then.
  const auto calls = std::exchange(calls_, {});
}

// Blocks -----------------------------------------------------------------------------------------

PinRef CallService::pin(const ChainBlock& block) {
  if (const auto it = pins_.find(block.hash); it != pins_.end())
    if (PinRef known = it->second.lock()) return known;
  std::erase_if(pins_, [](const auto& entry) { return entry.second.expired(); });
  PinRef made = pin_maker_.make(block, chain_.open(block));
  pins_[block.hash] = made;
  return made;
}

/// True if so much was read of the newest block that its values are to be dropped.
bool CallService::is_full() const {
  return published_.pin && published_.pin->broker.stats().reads > limits::pinned_reads;
}

PinRef CallService::newest() {
  return is_current(published_) && !is_full() ? published_.pin : nullptr;
}

RpcResult<PinRef> CallService::head() {
  if (PinRef known = newest()) return known;
  const uint64_t stamp = chain_.head_stamp(); // before the head itself: it may move on meanwhile
  const RpcResult<ChainBlock> block = chain_.head();
  if (!block) return std::unexpected(block.error());
  if (is_full()) pins_.erase(block->hash); // who still uses the old one keeps it
  PinRef made = pin(*block);
  publish(made, stamp);
  return made;
}

void CallService::publish(PinRef newest, uint64_t stamp) {
  const std::lock_guard lock(published_mutex_);
  published_ = {std::move(newest), stamp, published_.turn + 1};
  turn_.store(published_.turn, std::memory_order_release);
}

PublishedHead CallService::published() const {
  const std::lock_guard lock(published_mutex_);
  return published_;
}

void CallService::post(std::move_only_function<void(CallService&)> task) {
  executor_.post([this, alive = alive_, task = std::move(task)]() mutable {
    if (*alive) task(*this);
  });
}

void CallService::find(const BlockRef& block, PinSink sink) {
  if (block.is_head()) return sink(head());
  chain_.find(block, [this, alive = alive_, sink = std::move(sink)](auto found) mutable {
    if (!*alive) return;
    if (!found) return sink(std::unexpected(std::move(found.error())));
    sink(pin(*found));
  });
}

void CallService::trie(const PinRef& pin, TrieSink sink) {
  chain_.trie(pin->block,
              [alive = alive_, sink = std::move(sink)](RpcResult<TrieRef> made) mutable {
                if (*alive) sink(std::move(made));
              });
}

// Calls ------------------------------------------------------------------------------------------

Result<std::unique_ptr<PinnedProgram>>
CallService::prepare(CallRequest request, PinRef pin, const CallExtras& extras, Duration started) {
  auto input = to_input(std::move(request), pin->block, chain_);
  if (!input) return std::unexpected(input.error());
  return std::make_unique<CallProgram>(std::move(*input), site(std::move(pin), started), extras);
}

CallFront::CallId CallService::start(CallRequest request, PinRef pin, Done done,
                                     CallExtras extras) {
  const uint64_t gas_limit = request.transaction.gas_limit;
  auto program = prepare(std::move(request), std::move(pin), extras, executor_.now());
  if (!program) {
    done(aborted(std::move(program.error().message), gas_limit, Duration{0}));
    return no_call;
  }
  return launch(std::move(*program), std::move(done), extras);
}

CallFront::CallId CallService::run(PinRef pin, ProgramMaker make, Done done) {
  return launch(make(site(std::move(pin), executor_.now())), std::move(done), {});
}

CallFront::CallId CallService::launch(std::unique_ptr<PinnedProgram> program, Done done,
                                      const CallExtras& extras) {
  // Most calls find all that they read: then nothing else is made for them. Where others wait in
  // line for their turn, it is not a call's turn to run.
  if (running_ < options_.running && program->run(limits::slice_gas) == Program::Progress::done) {
    done(program->take_outcome(executor_.now()));
    return no_call;
  }
  return keep(std::move(program), std::move(done), extras);
}

CallFront::CallId CallService::adopt(std::unique_ptr<PinnedProgram> program, Done done) {
  head(); // looks whether the block is full
  return keep(std::move(program), std::move(done), {});
}

CallFront::CallId CallService::keep(std::unique_ptr<PinnedProgram> program, Done done,
                                    const CallExtras& extras) {
  const CallId id = next_id_++;
  const Duration started = program->started_at;
  auto made = std::make_unique<Call>(id, std::move(program), std::move(done), extras.keep_reads,
                                     extras.observer);
  Call& call = *calls_.emplace(id, std::move(made)).first->second;
  if (options_.timeout > Duration{0}) {
    const Deadline deadline{started + options_.timeout, id};
    // Nearly always the last one: calls come in the order in which they began.
    const auto place = std::ranges::upper_bound(deadlines_, deadline.at, {}, &Deadline::at);
    deadlines_.insert(place, deadline);
    arm_timer();
  }
  if (running_ < options_.running) {
    begin(call);
  } else {
    waiting_.push_back(id);
  }
  return id;
}

void CallService::begin(Call& call) {
  ++running_;
  call.before = call.broker().stats();
  // The same call on what is remembered: it tells at once what this one will read.
  const RehearsalView old(call.broker(), remembered_);
  std::optional<Execution> rehearsed;
  std::optional<Rehearsal> rehearsal;
  const Execution* plain = call.program->call();
  if (plain != nullptr && options_.speculation != Speculation::off) {
    rehearsed.emplace(plain->input(), old, engine_, *caches_);
    rehearsal.emplace(*rehearsed, old);
  }
  call.evaluation.emplace(call.program->program(), call.program->view(), executor_,
                          Evaluation::Options{.speculation = options_.speculation,
                                              .remembered = &remembered_,
                                              .rehearsal = rehearsal ? &*rehearsal : nullptr,
                                              .observer = call.observer});
  // The evaluation must not be destroyed inside its own callback, nor `done` called inside `keep`,
  // whose caller does not know the call's number yet.
  call.evaluation->start([this, alive = alive_, id = call.id] {
    executor_.post([this, alive, id] {
      if (*alive) ended(id);
    });
  });
}

void CallService::remember(const Evaluation& evaluation, const Broker& broker) {
  for (const Evaluation::Read& read : evaluation.reads())
    if (const StateValue* value = broker.find(read.key)) remembered_.note(read.key, *value);
}

void CallService::begin_waiting() {
  while (running_ < options_.running && !waiting_.empty()) {
    const auto it = calls_.find(waiting_.front());
    waiting_.pop_front();
    if (it != calls_.end()) begin(*it->second);
  }
}

void CallService::ended(CallId id) {
  const auto it = calls_.find(id);
  if (it == calls_.end()) return;
  const Call& call = *it->second;
  const auto& failure = call.evaluation->failure();
  CallEnd end = failure ? CallEnd(*failure) : call.program->take_end();
  close(id, call.outcome(std::move(end), executor_.now()));
}

void CallService::abort(CallId id, std::string message) {
  const auto it = calls_.find(id);
  if (it == calls_.end()) return;
  close(id, it->second->outcome(CallAborted{std::move(message)}, executor_.now()));
}

void CallService::close(CallId id, CallOutcome outcome) {
  auto node = calls_.extract(id);
  Done done = std::move(node.mapped()->done);
  const Call& call = *node.mapped();
  if (call.evaluation) {
    --running_;
    remember(*call.evaluation, call.program->view().broker());
  }
  node = {}; // the call's memory is free before somebody works with its answer
  begin_waiting();
  done(std::move(outcome));
}

void CallService::cancel(CallId id) {
  auto node = calls_.extract(id);
  if (!node) return;
  if (node.mapped()->evaluation) --running_;
  node = {};
  begin_waiting();
}

void CallService::arm_timer() {
  if (deadlines_.empty() || deadlines_.front().at >= armed_for_) return;
  armed_for_ = deadlines_.front().at;
  executor_.after(armed_for_ - executor_.now(), [this, alive = alive_] {
    if (*alive) sweep();
  });
}

/// Ends the calls whose time is over. There is one timer for all of them, nearly always.
void CallService::sweep() {
  armed_for_ = Duration::max();
  const Duration now = executor_.now();
  while (!deadlines_.empty() && deadlines_.front().at <= now) {
    const CallId id = deadlines_.front().id;
    deadlines_.pop_front();
    abort(id, timeout_message(options_.timeout));
  }
  while (!deadlines_.empty() && !calls_.contains(deadlines_.front().id)) deadlines_.pop_front();
  arm_timer();
}

} // namespace runahead
