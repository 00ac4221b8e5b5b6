#include "differential/machine_case.hpp"

#include "base/hex.hpp"
#include "base/random.hpp"
#include "differential/case_program.hpp"
#include "io/virtual_loop.hpp"
#include "sources/delay.hpp"
#include "sources/fault.hpp"

namespace runahead::differential {
namespace {

/// The state of a case, as it arrives.
class CaseView final : public StateView {
public:
  CaseView(const MemorySource& state, bool late) : state_(state), late_(late) {}

  const StateValue* find(const StateKey& key) const override {
    if (const auto it = arrived_.find(key); it != arrived_.end()) return &it->second;
    return late_ ? nullptr : arrive(key);
  }

  const StateValue* arrive(const StateKey& key) const {
    const auto [it, is_new] = arrived_.try_emplace(key);
    if (is_new) it->second = value_of(state_, key);
    return &it->second;
  }

private:
  const MemorySource& state_;
  bool late_;
  mutable std::unordered_map<StateKey, StateValue> arrived_;
};

/// Delivers at least one of the missing keys.
void deliver(const std::vector<StateKey>& missing, const CaseView& view, Random& order) {
  const size_t certain = order.below(missing.size());
  for (size_t i = 0; i < missing.size(); ++i)
    if (i == certain || order.chance(0.5)) view.arrive(missing[i]);
}

Observation faulty_run(std::string fault) {
  Observation out;
  out.fault = std::move(fault);
  return out;
}

Observation endless() { return faulty_run("does not end"); }

/// The same state behind the interface of sources.
class CaseSource final : public StateSource {
public:
  explicit CaseSource(const MemorySource& state) : state_(state) {}
  std::string_view name() const override { return "case"; }
  bool complete() const override { return true; }
  size_t batch_limit() const override { return state_.batch_limit(); }
  void read(std::vector<StateKey> keys, AnswerSink sink) override {
    std::vector<Answer> answers;
    answers.reserve(keys.size());
    for (const StateKey& key : keys) answers.push_back({key, value_of(state_, key)});
    sink(std::move(answers));
  }

private:
  const MemorySource& state_;
};

LatencyModel random_latency(Random& random) {
  using std::chrono::milliseconds;
  LatencyModel model;
  model.fixed = milliseconds(random.below(20));
  if (random.chance(0.5)) model.jitter = milliseconds(random.between(1, 30));
  if (random.chance(0.5)) {
    model.median = milliseconds(random.between(1, 10));
    model.sigma = 1;
    model.per_key = random.chance(0.5);
  }
  if (random.chance(0.2)) {
    model.limit = static_cast<unsigned>(random.between(1, 3));
    model.service = milliseconds(1);
  }
  return model;
}

Observation run_ahead(const MachineCase& test, const MemorySource& state, const Engine& engine,
                      Caches& caches, const Way& way) {
  Random random(way.delay_seed);
  VirtualLoop loop;
  CaseSource source(state);
  FaultSource faulty(source, {.transient_chance = random.chance(0.5) ? 0.2 : 0, .most_failures = 2},
                     random.next());
  DelaySource delay(faulty, loop, random_latency(random), random.next());
  Broker broker(delay, loop);
  SpineView view(broker);
  CaseProgram program(test, view, engine, caches);
  Evaluation evaluation(program, view, loop,
                        {.speculation = *way.speculation, .slice_gas = way.slice_gas});
  evaluation.start([] {});
  const uint64_t most_tasks = 4 * static_cast<uint64_t>(test.gas) + 100'000;
  loop.run_until([&] { return evaluation.finished() || loop.tasks_run() > most_tasks; });
  if (!evaluation.finished()) return endless();
  if (evaluation.failure()) return faulty_run("no " + to_string(evaluation.failure()->key));
  return program.observe(state);
}

} // namespace

Reading run_ahead_plainly(const MachineCase& test, const MemorySource& state, const Engine& engine,
                          Caches& caches, const Evaluation::Options& options) {
  VirtualLoop loop;
  CaseSource source(state);
  DelaySource delay(source, loop, {.fixed = std::chrono::milliseconds(20)}, 1);
  Broker broker(delay, loop);
  SpineView view(broker);
  CaseProgram program(test, view, engine, caches);
  Evaluation evaluation(program, view, loop, options);
  evaluation.start([] {});
  loop.run_until([&] { return evaluation.finished(); });
  return {broker.stats().rounds, evaluation.stats(), program.observe(state)};
}

Address caller() {
  Address a;
  a.bytes[0] = 0xaa;
  return a;
}

Observation run_case(const MachineCase& test, const MemorySource& state, const Engine& engine,
                     Caches& caches, const Way& way, Tracer* tracer) {
  if (way.speculation) return run_ahead(test, state, engine, caches, way);
  const CaseView view(state, way.delay_seed != 0);
  CaseProgram program(test, view, engine, caches, tracer);
  Random order(way.delay_seed);
  // Each turn uses gas, or a key arrives.
  for (int64_t turns = 4 * test.gas + 10'000;; --turns) {
    const auto progress = program.run(way.slice_gas);
    if (progress == Program::Progress::done) return program.observe(state);
    if (turns == 0) return endless();
    if (progress == Program::Progress::want) deliver(program.wants(), view, order);
  }
}

Observation run_case(const MachineCase& test, const MemorySource& state, Caches& caches,
                     const Executor& execute) {
  const CaseView view(state, false);
  CaseWorld run(test, view, caches);
  const CallResult result = execute(run.world(), run.message());
  run.end_call();
  if (!run.finish()) return endless();
  return run.observe(result, state);
}

namespace {

std::string to_text(const Change& change) {
  std::string line = "change " + to_hex(change.address);
  if (change.deleted) line += " deleted";
  if (change.cleared) line += " cleared";
  if (change.balance) line += " balance " + to_hex(*change.balance);
  if (change.nonce) line += " nonce " + std::to_string(*change.nonce);
  if (change.code_hash) line += " code " + to_hex(*change.code_hash);
  for (const auto& [key, value] : change.slots) line += ' ' + to_hex(key) + '=' + to_hex(value);
  return line + '\n';
}

std::string to_text(const Log& log) {
  std::string line = "log " + to_hex(log.address) + ' ' + to_hex(log.data);
  for (const Hash256& topic : log.topics) line += ' ' + to_hex(topic);
  return line + '\n';
}

} // namespace

std::string to_text(const Observation& observation) {
  if (!observation.fault.empty()) return observation.fault + '\n';
  const Effects& effects = observation.effects;
  std::string out = std::string(name(observation.status)) + ", " +
                    std::to_string(observation.gas_left) + " gas left, output " +
                    to_hex(observation.output) + "\nrefund " + std::to_string(effects.refund) +
                    '\n';
  for (const Log& log : effects.logs) out += to_text(log);
  for (const Change& change : effects.changes) out += to_text(change);
  for (const Address& address : effects.warm_accounts) out += "warm " + to_hex(address) + '\n';
  for (const auto& [address, slot] : effects.warm_slots)
    out += "warm " + to_hex(address) + ' ' + to_hex(slot) + '\n';
  for (const StateKey& key : observation.reads) out += "read " + to_string(key) + '\n';
  return out;
}

void GasTrace::step(const Frame& frame, const World&, uint8_t) {
  if (frame.message.depth != 0) return;
  const int64_t used = frame.message.gas - frame.gas;
  if (used_.empty() || used_.back() != used) used_.push_back(used);
}

} // namespace runahead::differential
