#include "rpc/call_service.hpp"

#include "base/hex.hpp"
#include "io/duration.hpp"
#include "machine/precompiles.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace runahead {

/// A call on its way. What runs is made when its turn comes.
struct CallService::Call {
  struct Run {
    Run(Call& call, const Engine& engine, Caches& caches, Executor& executor,
        Speculation speculation)
        : view(call.pin->broker),
          execution(std::move(call.input), view, call.extras.engine ? *call.extras.engine : engine,
                    caches, call.extras.tracer),
          evaluation(execution, view, executor, {.speculation = speculation}),
          before(call.pin->broker.stats()) {}

    SpineView view;
    Execution execution;
    Evaluation evaluation;
    Broker::Stats before;
  };

  CallId id;
  ExecutionInput input;
  uint64_t gas_limit;
  PinRef pin;
  Done done;
  CallExtras extras;
  Duration started;
  std::optional<Run> run = {};

  CallOutcome outcome(CallEnd end, Duration now) const;
};

CallOutcome CallService::Call::outcome(CallEnd end, Duration now) const {
  CallOutcome outcome{std::move(end), {}, gas_limit, {}};
  outcome.stats.elapsed = now - started;
  if (!run) return outcome;
  const Broker::Stats& after = pin->broker.stats();
  outcome.stats.rounds = after.rounds - run->before.rounds;
  outcome.stats.requests = after.requests - run->before.requests;
  outcome.stats.reads = after.reads - run->before.reads;
  outcome.stats.retries = after.retries - run->before.retries;
  outcome.stats.evaluation = run->evaluation.stats();
  if (extras.keep_reads)
    for (const Evaluation::Read& read : run->evaluation.reads())
      outcome.reads.push_back({read.key, read.speculative, read.wave, run->view.used(read.key)});
  return outcome;
}

namespace {

/// Only precompiles can be moved; which there are depends on the rules.
Result<void> check_moves(const StateOverrides& overrides, Fork fork) {
  for (const AccountOverride& account : overrides)
    if (account.move_precompile_to && !is_precompile(account.address, fork))
      return fail("account " + to_hex(account.address) + " is not a precompile");
  return {};
}

/// The call as the exact engine takes it. Refused if the rules of the block that its overrides make
/// up cannot be read, or if its state overrides move what is no precompile.
Result<ExecutionInput> to_input(CallRequest request, const ChainBlock& block,
                                const ChainAccess& chain) {
  const BlockOverrides& overrides = request.block_overrides;
  const auto rules = chain.rules_at(block, overrides.number.value_or(block.env.number),
                                    overrides.time.value_or(block.env.timestamp));
  if (!rules) return std::unexpected(rules.error());
  if (const auto ok = check_moves(request.overrides, rules->fork); !ok)
    return std::unexpected(ok.error());
  ExecutionInput input;
  input.rules = *rules;
  input.block = overrides.applied_to(block.env, input.rules.fork);
  input.mode = ExecutionMode::call;
  input.transaction = std::move(request.transaction);
  input.overrides = std::move(request.overrides);
  return input;
}

} // namespace

CallService::CallService(ChainAccess& chain, const Engine& engine, Executor& executor,
                         Options options)
    : chain_(chain), engine_(engine), executor_(executor), options_(options) {}

CallService::~CallService() {
  *alive_ = false;
  waiting_.clear();
  // What a call holds may cancel others when it goes; they must be out of reach by then.
  const auto calls = std::exchange(calls_, {});
}

PinRef CallService::pin(const ChainBlock& block) {
  if (const auto it = pins_.find(block.hash); it != pins_.end())
    if (PinRef known = it->second.lock()) return known;
  std::erase_if(pins_, [](const auto& entry) { return entry.second.expired(); });
  auto made = std::make_shared<PinnedBlock>(block, chain_.open(block), executor_);
  pins_[block.hash] = made;
  return made;
}

RpcResult<PinRef> CallService::head() {
  const RpcResult<ChainBlock> block = chain_.head();
  if (!block) return std::unexpected(block.error());
  const bool moved = !newest_ || newest_->block.hash != block->hash;
  const bool full = newest_ && newest_->broker.stats().reads > limits::pinned_reads;
  if (full) pins_.erase(block->hash); // who still uses the old one keeps it
  if (moved || full) newest_ = pin(*block);
  return newest_;
}

void CallService::find(const BlockRef& block, PinSink sink) {
  if (block.is_head()) return sink(head());
  chain_.find(block, [this, alive = alive_, sink = std::move(sink)](auto found) mutable {
    if (!*alive) return;
    if (!found) return sink(std::unexpected(std::move(found.error())));
    sink(pin(*found));
  });
}

CallService::CallId CallService::start(CallRequest request, PinRef pin, Done done,
                                       CallExtras extras) {
  const CallId id = next_id_++;
  const uint64_t gas_limit = request.transaction.gas_limit;
  auto input = to_input(std::move(request), pin->block, chain_);
  const bool refused = !input;
  auto call = std::make_unique<Call>(id, refused ? ExecutionInput{} : std::move(*input), gas_limit,
                                     std::move(pin), std::move(done), extras, executor_.now());
  Call& started = *calls_.emplace(id, std::move(call)).first->second;
  if (refused) {
    executor_.post([this, alive = alive_, id, message = std::move(input.error().message)] {
      if (*alive) abort(id, message);
    });
    return id;
  }
  if (options_.timeout > Duration{0}) {
    deadlines_.push_back({started.started + options_.timeout, id});
    arm_timer();
  }
  if (running_ < options_.running) {
    begin(started);
  } else {
    waiting_.push_back(id);
  }
  return id;
}

void CallService::begin(Call& call) {
  ++running_;
  call.run.emplace(call, engine_, caches_, executor_, options_.speculation);
  // The evaluation must not be destroyed inside its own callback, nor `done` called inside `start`.
  call.run->evaluation.start([this, alive = alive_, id = call.id] {
    executor_.post([this, alive, id] {
      if (*alive) ended(id);
    });
  });
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
  const Execution& execution = call.run->execution;
  CallEnd end;
  if (const auto& failure = call.run->evaluation.failure())
    end = *failure;
  else if (execution.invalid())
    end = *execution.invalid();
  else
    end = *execution.result();
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
  if (node.mapped()->run) --running_;
  node = {}; // the call's memory is free before somebody works with its answer
  begin_waiting();
  done(std::move(outcome));
}

void CallService::cancel(CallId id) {
  auto node = calls_.extract(id);
  if (!node) return;
  if (node.mapped()->run) --running_;
  node = {};
  begin_waiting();
}

void CallService::arm_timer() {
  if (timer_armed_ || deadlines_.empty()) return;
  timer_armed_ = true;
  executor_.after(deadlines_.front().at - executor_.now(), [this, alive = alive_] {
    if (*alive) sweep();
  });
}

/// Ends the calls whose time is over. There is one timer for all of them.
void CallService::sweep() {
  timer_armed_ = false;
  const Duration now = executor_.now();
  while (!deadlines_.empty() && deadlines_.front().at <= now) {
    const CallId id = deadlines_.front().id;
    deadlines_.pop_front();
    abort(id, "execution aborted (timeout = " + to_string(options_.timeout) + ")");
  }
  while (!deadlines_.empty() && !calls_.contains(deadlines_.front().id)) deadlines_.pop_front();
  arm_timer();
}

} // namespace runahead
