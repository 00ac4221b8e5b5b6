#include "app/call_story.hpp"

#include <algorithm>
#include <set>
#include <unordered_map>

namespace runahead {
namespace {

/// A time with the read that it is of, so that the later of two is the one that was waited for.
/// Nanoseconds of two hours fit.
constexpr int64_t reads_at_most = int64_t{1} << 20;

class Causes {
public:
  Causes(CallStory& story, const DependenceTrace& trace)
      : story_(story), trace_(trace), times_(trace) {
    for (size_t i = 0; i < story.reads.size(); ++i) index_of_.emplace(story.reads[i].key, i);
  }

  void find() {
    for (const DependenceTrace::Event& event : trace_.events()) switch (event.kind) {
      case DependenceTrace::Event::Kind::read: read(trace_.reads()[event.index]); break;
      case DependenceTrace::Event::Kind::branch:
        decided_.insert(times_.of(trace_.branches()[event.index].needs));
        break;
      case DependenceTrace::Event::Kind::control:
        times_.set(trace_.controls()[event.index].value, 0);
        break;
      }
  }

private:
  static size_t read_of(int64_t time) { return static_cast<size_t>(time % reads_at_most); }

  void read(const DependenceTrace::Read& read) {
    const auto found = index_of_.find(read.key);
    if (found == index_of_.end()) return times_.set(read.value, 0); // known before the call
    const size_t index = found->second;
    ReadStory& r = story_.reads[index];
    story_.program_order.push_back(index);
    if (static_cast<int64_t>(index) < reads_at_most)
      times_.set(read.value, r.arrived.count() * reads_at_most + static_cast<int64_t>(index));
    if (r.cause == ReadStory::Cause::released) return;
    explain(r, times_.of(read.needs));
  }

  void explain(ReadStory& r, int64_t needs) const {
    // Branches that were decided after the read was issued were foreseen.
    const int64_t until = (r.issued.count() + 1) * reads_at_most;
    const auto behind = decided_.lower_bound(until);
    const int64_t branch = behind == decided_.begin() ? 0 : *std::prev(behind);
    r.cause = ReadStory::Cause::nothing;
    if (needs >= until) needs = 0; // its key was foreseen
    if (std::max(needs, branch) == 0) return;
    r.waited_for = read_of(std::max(needs, branch));
    if (branch / reads_at_most > needs / reads_at_most)
      r.cause = ReadStory::Cause::branch;
    else if (r.waited_for = read_of(needs); story_.reads[*r.waited_for].key.kind == StateKind::code)
      r.cause = ReadStory::Cause::code;
    else
      r.cause = ReadStory::Cause::key;
  }

  CallStory& story_;
  const DependenceTrace& trace_;
  DependenceTrace::Times times_;
  std::unordered_map<StateKey, size_t> index_of_;
  std::set<int64_t> decided_; ///< branches, by when
};

} // namespace

CallStory tell(const CallOutcome& outcome, const Timeline& timeline, const ExactTrace* trace) {
  CallStory story;
  story.elapsed = outcome.stats.elapsed;
  std::unordered_map<StateKey, size_t> index_of;
  for (size_t i = 0; i < outcome.reads.size(); ++i) {
    const CallRead& read = outcome.reads[i];
    const Timeline::Read& times = timeline.reads()[i];
    ReadStory r{
        read.key,     read.speculative, read.used, read.wave, times.issued - timeline.started(),
        story.elapsed};
    if (times.arrived) r.arrived = *times.arrived - timeline.started();
    if (times.released_by)
      if (const auto by = index_of.find(*times.released_by); by != index_of.end()) {
        r.cause = ReadStory::Cause::released;
        r.waited_for = by->second;
      }
    index_of.emplace(read.key, i);
    story.reads.push_back(r);
  }
  for (const Timeline::Stall& stall : timeline.stalls()) {
    CallStory::Stall told{stall.from - timeline.started(), stall.to - timeline.started(), {}};
    for (const StateKey& key : stall.keys)
      if (const auto read = index_of.find(key); read != index_of.end())
        told.reads.push_back(read->second);
    story.stalls.push_back(std::move(told));
  }
  story.values = timeline.predictions(Prediction::Kind::value);
  story.branches = timeline.predictions(Prediction::Kind::branch);
  for (const auto kind : {Prediction::Kind::call_target, Prediction::Kind::return_size,
                          Prediction::Kind::memory_offset}) {
    story.others.right += timeline.predictions(kind).right;
    story.others.wrong += timeline.predictions(kind).wrong;
  }
  if (trace != nullptr) Causes(story, trace->dependences).find();
  return story;
}

std::string_view name(ReadStory::Cause cause) {
  switch (cause) {
  case ReadStory::Cause::nothing: return "at once";
  case ReadStory::Cause::unknown: return "";
  case ReadStory::Cause::key: return "its key, from";
  case ReadStory::Cause::code: return "code";
  case ReadStory::Cause::branch: return "a branch, on";
  case ReadStory::Cause::released: return "a scout, stopped by";
  }
  return "";
}

} // namespace runahead
