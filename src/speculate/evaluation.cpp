#include "speculate/evaluation.hpp"

#include "speculate/dataflow_scout.hpp"
#include "speculate/tag_scout.hpp"

#include <algorithm>

namespace runahead {
namespace {

std::unique_ptr<Scout> make_scout(ScoutForm form, Speculation speculation) {
  const bool full = speculation == Speculation::full;
  if (speculation == Speculation::off) return nullptr;
  if (form == ScoutForm::tags) return std::make_unique<TagScout>(full);
  return std::make_unique<DataflowScout>(full);
}

} // namespace

Evaluation::Evaluation(Program& program, SpineView& view, Executor& executor, Options options)
    : program_(program), view_(view), broker_(view.broker()), executor_(executor),
      options_(options), scout_(make_scout(options.scout, options.speculation)) {
  broker_.add_listener(*this);
}

Evaluation::~Evaluation() {
  *alive_ = false;
  broker_.remove_listener(*this);
}

void Evaluation::start(Done done) {
  done_ = std::move(done);
  started_ = true;
  if (scout_) {
    for (const StateKey& key : program_.hints()) ask(key, true);
    if (options_.rehearsal != nullptr) rehearse();
  }
  advance();
}

/// Asks for everything that the call read of the older block; and where that is not known, for what
/// a scout finds from there on.
void Evaluation::rehearse() {
  Program& program = options_.rehearsal->program;
  const auto progress = program.run(limits::rehearsal_gas);
  for (const StateKey& key : options_.rehearsal->view.keys()) issue(key);
  if (progress != Program::Progress::want || program.call_stack() == nullptr) return;
  const uint64_t steps = make_scout(options_.scout, options_.speculation)
                             ->run(*program.call_stack(), {program.wants(), true}, *this);
  ++stats_.scout_runs;
  stats_.scout_steps += steps;
}

bool Evaluation::ask(const StateKey& key, bool speculative) {
  if (!broker_.want(key)) return false;
  view_.watch();
  reads_.push_back({key, speculative, static_cast<uint32_t>(stats_.waves)});
  ++(speculative ? stats_.speculative_reads : stats_.spine_reads);
  if (options_.observer) options_.observer->issued(key, speculative, releasing_);
  return true;
}

void Evaluation::issue(const StateKey& key) {
  if (stats_.speculative_reads >= limits::scout_reads_of_call) return;
  if (broker_.failure(key) == nullptr) ask(key, true);
}

/// Asks for what the spine needs. False if one of them cannot be had. A failure of before, somebody
/// else's or a scout's, does not count: the spine asks once itself.
bool Evaluation::demand(const std::vector<StateKey>& keys) {
  waiting_for_ = keys;
  for (const StateKey& key : keys) {
    const bool first = demanded_.insert(key).second;
    if (const Unavailable* cause = broker_.failure(key); cause != nullptr && !first) {
      failure_ = {key, *cause};
      return false;
    }
    if (ask(key, false)) unforeseen_ = true;
  }
  return true;
}

bool Evaluation::spine_can_go_on() const {
  return std::ranges::none_of(waiting_for_,
                              [&](const StateKey& key) { return broker_.pending(key); });
}

void Evaluation::scout_ahead() {
  const CallStack* spine = program_.call_stack();
  if (!scout_ || spine == nullptr || stats_.scout_steps >= limits::scout_steps_of_call) return;
  const uint64_t steps =
      scout_->run(*spine, {waiting_for_, std::exchange(unforeseen_, false)}, *this);
  if (steps == 0) return;
  ++stats_.scout_runs;
  stats_.scout_steps += steps;
  if (options_.observer) options_.observer->scouted(steps);
}

void Evaluation::flush() {
  if (reads_.size() != flushed_reads_) ++stats_.waves;
  flushed_reads_ = reads_.size();
  broker_.flush();
}

Evaluation::Advance Evaluation::step() {
  waiting_for_.clear();
  if (options_.observer) options_.observer->resumed();
  switch (program_.run(options_.slice_gas)) {
  case Program::Progress::done: return Advance::finished;
  case Program::Progress::slice_over: return Advance::yielded;
  case Program::Progress::want: break;
  }
  ++stats_.stalls;
  if (options_.observer) options_.observer->stalled(program_.wants());
  if (!demand(program_.wants())) return Advance::finished;
  scout_ahead();
  flush();
  return Advance::stalled;
}

void Evaluation::advance() {
  running_ = true;
  Advance last = step();
  // A source may answer inside the flush; then there is nothing to wait for.
  while (last == Advance::stalled && spine_can_go_on()) last = step();
  running_ = false;
  if (last == Advance::finished) return finish();
  if (last == Advance::stalled) program_.park();
  if (last == Advance::yielded)
    executor_.post([this, alive = alive_] {
      if (*alive && !finished_) advance();
    });
}

void Evaluation::arrived(const std::vector<StateKey>& keys) {
  if (!started_ || finished_) return;
  if (options_.observer) options_.observer->arrived(keys);
  for (const StateKey& key : keys) {
    releasing_ = &key;
    if (scout_) scout_->arrived(key);
  }
  releasing_ = nullptr;
  if (running_ || waiting_for_.empty()) return; // `advance` looks for itself, or is about to run
  if (spine_can_go_on()) return advance();
  running_ = true;
  scout_ahead();
  flush();
  running_ = false;
  if (spine_can_go_on()) advance();
}

void Evaluation::finish() {
  finished_ = true;
  for (const Read& read : reads_)
    if (read.speculative && !view_.used(read.key)) ++stats_.wasted_reads;
  if (options_.observer) options_.observer->finished();
  if (done_) std::exchange(done_, nullptr)();
}

} // namespace runahead
