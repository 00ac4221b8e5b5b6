// Evm and Session: a broker over the user's source, and calls as evaluations on a loop that the
// waiting thread runs.
#include "base/limits.hpp"
#include "embed/convert.hpp"
#include "embed/source_adapter.hpp"
#include "embed/tracer_adapter.hpp"
#include "embed/waiting_loop.hpp"
#include "interp/stepping.hpp"
#include "interp/threaded.hpp"
#include "runahead/evm.hpp"

#include <algorithm>
#include <utility>

namespace runahead::api {

static_assert(static_cast<int>(Speculation::full) == static_cast<int>(runahead::Speculation::full));

struct Evm::Shared {
  Options options;
  SteppingEngine stepping;
  ThreadedEngine threaded;
  Caches caches;

  const Engine& engine() const {
    if (options.engine == EngineKind::stepping) return stepping;
    return threaded;
  }
};

Evm::Evm(Options options) : shared_(std::make_shared<Shared>()) { shared_->options = options; }

struct Session::Impl {
  struct Run;

  /// What was read of the block's state so far.
  struct Known {
    Known(StateSource& user_source, const std::shared_ptr<WaitingLoop>& loop)
        : source(user_source, loop), broker(source, *loop) {}
    SourceAdapter source;
    Broker broker;
  };

  Impl(const Evm& evm, StateSource& source, const Rules& chain_rules, const Block& api_block)
      : shared(evm.shared()), user_source(source), block(to_own(api_block)),
        rules(to_own(chain_rules)) {}
  ~Impl() { loop->close(); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  std::optional<Duration> deadline() const {
    const Duration limit = shared->options.time_limit;
    return limit > Duration{0} ? std::optional(loop->now() + limit) : std::nullopt;
  }

  /// Before calls begin: forgets what is known if it is too much.
  void bound_memory() {
    if (!known || known->broker.stats().reads > shared->options.kept_reads)
      known.emplace(user_source, loop);
  }

  std::shared_ptr<Evm::Shared> shared;
  StateSource& user_source;
  std::shared_ptr<WaitingLoop> loop = std::make_shared<WaitingLoop>();
  std::optional<Known> known; ///< set while calls run
  BlockEnv block;
  runahead::Rules rules;
};

/// One call on its way.
struct Session::Impl::Run {
  Run(Impl& impl, const Call& call, const Engine& engine, runahead::Tracer* tracer)
      : view(impl.known->broker), execution(to_input(call, impl.block, impl.rules), view, engine,
                                            impl.shared->caches, tracer),
        evaluation(
            execution, view, *impl.loop,
            {.speculation = static_cast<runahead::Speculation>(impl.shared->options.speculation)}),
        before(impl.known->broker.stats()) {}

  Outcome outcome() const {
    if (!evaluation.finished()) return TimedOut{};
    if (const auto& failure = evaluation.failure())
      return StateUnavailable{to_api(failure->key), failure->cause.source, failure->cause.cause,
                              failure->cause.transient};
    if (const auto& invalid = execution.invalid()) return InvalidCall{invalid->message};
    if (execution.result()->status == runahead::Status::precompile_beyond_limits)
      return BeyondLimits{};
    return to_api(*execution.result());
  }

  Report report() const {
    const Broker::Stats& after = view.broker().stats();
    return {outcome(),
            {after.rounds - before.rounds, after.requests - before.requests,
             after.reads - before.reads}};
  }

  SpineView view;
  Execution execution;
  Evaluation evaluation;
  Broker::Stats before;
};

Session::Session(const Evm& evm, StateSource& source, const Rules& rules, const Block& block)
    : impl_(std::make_unique<Impl>(evm, source, rules, block)) {}
Session::~Session() = default;
Session::Session(Session&&) noexcept = default;
Session& Session::operator=(Session&&) noexcept = default;

Report Session::call(const Call& call, Tracer* tracer) {
  std::optional<TracerAdapter> adapter;
  if (tracer != nullptr) adapter.emplace(*tracer);
  const SteppingEngine tracing(adapter ? &*adapter : nullptr);
  const Engine& engine = adapter ? tracing : impl_->shared->engine();
  impl_->bound_memory();
  const auto deadline = impl_->deadline();
  Impl::Run run(*impl_, call, engine, adapter ? &*adapter : nullptr);
  run.evaluation.start(nullptr);
  impl_->loop->run_until([&] { return run.evaluation.finished(); }, deadline);
  return run.report();
}

std::vector<Report> Session::call(std::span<const Call> calls) {
  impl_->bound_memory();
  const auto deadline = impl_->deadline();
  std::vector<Report> reports(calls.size(), Report{TimedOut{}, {}});
  std::vector<std::pair<size_t, std::unique_ptr<Impl::Run>>> running;
  bool some_ended = false;
  size_t next = 0;
  while (next < calls.size() || !running.empty()) {
    while (next < calls.size() && running.size() < limits::running_calls) {
      running.emplace_back(
          next, std::make_unique<Impl::Run>(*impl_, calls[next], impl_->shared->engine(), nullptr));
      ++next;
      running.back().second->evaluation.start([&some_ended] { some_ended = true; });
    }
    const bool in_time = impl_->loop->run_until([&] { return some_ended; }, deadline);
    some_ended = false;
    std::erase_if(running, [&](const auto& entry) {
      const auto& [index, run] = entry;
      if (in_time && !run->evaluation.finished()) return false;
      reports[index] = run->report();
      return true;
    });
    if (!in_time) break;
  }
  return reports;
}

} // namespace runahead::api
