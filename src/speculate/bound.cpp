#include "speculate/bound.hpp"

#include <algorithm>
#include <functional>
#include <queue>

namespace runahead {
namespace {

bool is_code(const StateKey& key) {
  return key.kind == StateKind::code || key.kind == StateKind::code_hash;
}

/// When instructions of a frame may run, by the branches before them.
class Horizon {
public:
  /// A branch that is resolved at `time`. Of those before an instruction, all but `ahead` must be
  /// resolved: the time of the one that comes first behind the latest `ahead`.
  void add(int64_t time, unsigned ahead) {
    latest_.push(time);
    if (latest_.size() > ahead + size_t{1}) latest_.pop();
    if (latest_.size() > ahead) wait_for(latest_.top());
  }
  void wait_for(int64_t time) { time_ = std::max(time_, time); }
  int64_t time() const { return time_; }

private:
  std::priority_queue<int64_t, std::vector<int64_t>, std::greater<>> latest_;
  int64_t time_ = 0;
};

/// One frame's horizon is its caller's as that calls, and what it adds is gone when it returns: its
/// success is a value like others.
class Schedule {
public:
  Schedule(const DependenceTrace& trace, const Foresight& foresight, bool known_code)
      : trace_(trace), foresight_(foresight), known_code_(known_code), times_(trace),
        horizons_(trace.callers().size() + 1) {}

  void take(const DependenceTrace::Event& event) {
    switch (event.kind) {
    case DependenceTrace::Event::Kind::read: return read(trace_.reads()[event.index]);
    case DependenceTrace::Event::Kind::branch: return branch(trace_.branches()[event.index]);
    case DependenceTrace::Event::Kind::control: return control(trace_.controls()[event.index]);
    }
  }
  int64_t rounds() const { return rounds_; }

private:
  Horizon& horizon(uint32_t frame) {
    std::optional<Horizon>& own = horizons_[frame];
    if (!own) {
      const bool is_outermost = frame == 0;
      own = is_outermost ? Horizon() : horizon(trace_.callers()[frame]);
    }
    return *own;
  }

  void read(const DependenceTrace::Read& read) {
    const bool is_free = known_code_ && is_code(read.key);
    const int64_t arrival = std::max(times_.of(read.needs), horizon(read.frame).time()) + 1;
    times_.set(read.value, is_free ? 0 : arrival);
    if (!is_free) rounds_ = std::max(rounds_, arrival);
  }

  void control(const DependenceTrace::Control& control) {
    using Kind = DependenceTrace::Control::Kind;
    const bool is_foreseen = control.kind == Kind::success && foresight_.foresees_aborts;
    times_.set(control.value, is_foreseen ? 0 : horizon(control.frame).time());
    if (control.kind == Kind::failure)
      horizon(trace_.callers()[control.frame]) = horizon(control.frame);
  }

  void branch(const DependenceTrace::Branch& branch) {
    Horizon& here = horizon(branch.frame);
    const int64_t resolved = std::max(times_.of(branch.needs), here.time());
    if (resolved == 0) return;
    if (foresight_.foresees_aborts && branch.is_certain) return;
    if (branch.is_missed) return here.wait_for(resolved); // nobody foresees an abort that happens
    if (foresight_.branches) here.add(resolved, *foresight_.branches);
  }

  const DependenceTrace& trace_;
  const Foresight& foresight_;
  bool known_code_;
  DependenceTrace::Times times_;
  std::vector<std::optional<Horizon>> horizons_; ///< by frame
  int64_t rounds_ = 0;
};

} // namespace

uint32_t least_rounds(const DependenceTrace& trace, const Foresight& foresight, bool known_code) {
  Schedule schedule(trace, foresight, known_code);
  for (const DependenceTrace::Event& event : trace.events()) schedule.take(event);
  return static_cast<uint32_t>(schedule.rounds());
}

uint32_t serial_rounds(const DependenceTrace& trace, bool known_code) {
  return static_cast<uint32_t>(
      std::ranges::count_if(trace.reads(), [&](const DependenceTrace::Read& read) {
        return !(known_code && is_code(read.key));
      }));
}

} // namespace runahead
