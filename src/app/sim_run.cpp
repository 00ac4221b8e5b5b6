#include "app/sim_run.hpp"

#include "app/exact_trace.hpp"
#include "base/hex.hpp"
#include "interp/stepping.hpp"
#include "io/virtual_loop.hpp"
#include "speculate/dependence_tracer.hpp"

#include <algorithm>
#include <ctime>
#include <unordered_map>

namespace runahead {
namespace {

/// CPU time of this thread, in milliseconds.
double cpu_ms() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

bool is_code(const StateKey& key) {
  return key.kind == StateKind::code || key.kind == StateKind::code_hash;
}

/// A source that answers at once, as a view; of code alone, or of everything.
class SourceView final : public StateView {
public:
  SourceView(StateSource& source, bool only_code) : source_(source), only_code_(only_code) {}

  const StateValue* find(const StateKey& key) const override {
    if (only_code_ && !is_code(key)) return nullptr;
    if (const auto known = found_.find(key); known != found_.end()) return &known->second;
    source_.read({key}, [&](std::vector<Answer> answers) {
      for (Answer& answer : answers)
        if (answer.value) found_.emplace(answer.key, std::move(*answer.value));
    });
    const auto found = found_.find(key);
    return found != found_.end() ? &found->second : nullptr;
  }

private:
  StateSource& source_;
  bool only_code_;
  mutable std::unordered_map<StateKey, StateValue> found_;
};

/// What an older block is remembered to have had. Of slots, a seeded share of the values was less
/// by an odd number below 2^32; everything else was as it is.
class OlderView final : public StateView {
public:
  OlderView(StateSource& source, double share, uint64_t seed)
      : now_(source, false), share_(share), seed_(seed) {}

  const StateValue* find(const StateKey& key) const override {
    const StateValue* value = now_.find(key);
    if (value == nullptr || key.kind != StateKind::storage) return value;
    const uint64_t draw = mix64(std::hash<StateKey>{}(key) ^ mix64(seed_));
    if (static_cast<double>(draw >> 11) * 0x1p-53 < share_) return value;
    const auto [changed, is_new] = changed_.try_emplace(key, *value);
    if (is_new) changed->second.word -= uint256{(mix64(draw) >> 32) | 1};
    return &changed->second;
  }

private:
  SourceView now_;
  double share_;
  uint64_t seed_;
  mutable std::unordered_map<StateKey, StateValue> changed_;
};

std::string ending(const Execution& call) {
  if (const auto& invalid = call.invalid()) return "invalid: " + invalid->message;
  const ExecutionResult& result = *call.result();
  return std::string(name(result.status)) + ", " + std::to_string(result.gas_used) + " gas, " +
         std::to_string(result.logs.size()) + " logs, " + to_hex(result.output);
}

} // namespace

SimTruth find_truth(const SimCall& call, Caches& caches) {
  const SourceView view(*call.state, false);
  DependenceTracer tracer(view);
  const SteppingEngine engine(&tracer);
  Execution execution(call.input, tracer.view(), engine, caches, &tracer);
  SimTruth truth;
  if (const auto ok = run_through(execution); !ok) {
    truth.error = ok.error().message;
    return truth;
  }
  truth.end = ending(execution);
  truth.steps = tracer.steps();
  const DependenceTrace& trace = tracer.trace();
  truth.storage_reads = static_cast<unsigned>(
      std::ranges::count_if(trace.reads(), [](const DependenceTrace::Read& read) {
        return read.key.kind == StateKind::storage;
      }));
  for (size_t i = 0; i < foresights.size(); ++i)
    truth.bounds[i] = {least_rounds(trace, foresights[i], false),
                       least_rounds(trace, foresights[i], true)};
  return truth;
}

SimResult simulate(const SimCall& call, const SimSetting& setting, const Engine& engine,
                   Caches& caches) {
  SimResult result;
  VirtualLoop loop;
  FaultSource faulty(*call.state, setting.faults, setting.seed);
  DelaySource delayed(faulty, loop, setting.latency, setting.seed);
  const SourceView codes(*call.state, true);
  ExecutionInput input = call.input;
  const double before = cpu_ms();
  Broker broker(delayed, loop, setting.known_code ? &codes : nullptr);
  SpineView view(broker);
  Execution execution(std::move(input), view, engine, caches);
  const OlderView older(*call.state, setting.known_values.value_or(0), setting.seed);
  const RehearsalView rehearsal_view(broker, older);
  Execution rehearsed(call.input, rehearsal_view, engine, caches);
  const Rehearsal rehearsal{rehearsed, rehearsal_view};
  Evaluation::Options options{.speculation = setting.speculation, .scout = setting.scout};
  if (setting.known_values) {
    options.remembered = &older;
    options.rehearsal = &rehearsal;
  }
  Evaluation evaluation(execution, view, loop, options);
  evaluation.start([] {});
  loop.run_until([&] { return evaluation.finished(); });
  result.cpu_ms = cpu_ms() - before;
  const Broker::Stats& cost = broker.stats();
  result.stats = {cost.rounds,  cost.requests,      cost.reads,
                  cost.retries, evaluation.stats(), loop.now()};
  if (!evaluation.finished())
    result.end = "no end: state was never answered";
  else if (const auto& failure = evaluation.failure())
    result.end = to_string(failure->key) + ": " + failure->cause.cause;
  else
    result.end = ending(execution);
  result.ended = evaluation.finished() && !evaluation.failure() && execution.result() != nullptr;
  if (result.ended) result.output = execution.result()->output;
  return result;
}

} // namespace runahead
