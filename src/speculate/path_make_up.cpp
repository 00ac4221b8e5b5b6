// Calls that could not be entered when the path came to them, because their code was missing, and
// can be now. Where such a call only reads, what follows it need not be run again: the call alone
// is run, at its place, and what it gives becomes what was promised of it.
#include "base/limits.hpp"
#include "speculate/path.hpp"

#include <algorithm>

namespace runahead {

/// False if what follows the call cannot stay as it is. Else the assumption has gone, for others
/// that the call itself makes.
bool Path::make_up(size_t index) {
  const Assumption a = assumptions_[index];
  if (length_ - a.before.length < limits::worth_keeping_steps) return false;
  const NodeId first = graph_.mark().nodes;
  make_up_.emplace(a.before, index + 1);
  std::vector<FrameRef> rest = std::exchange(frames_, {a.before.frames.back()});
  const bool stopped = std::exchange(stopped_, false);
  const uint64_t length = length_;
  run_callee();
  const bool kept = !make_up_->failed && keep(*a.call);
  make_up_.reset();
  frames_ = std::move(rest);
  stopped_ = stopped;
  length_ = length;
  if (!kept) return false;
  assumptions_.erase(assumptions_.begin() + static_cast<ptrdiff_t>(index));
  made_up_.push_back({a.before, first, a.call});
  answer_lookups();
  return true;
}

void Path::run_callee() {
  const uint64_t end = stats_.steps + limits::made_up_steps;
  do step();
  while (frames_.size() > 1 && !make_up_->failed && stats_.steps < end);
  make_up_->failed = make_up_->failed || frames_.size() != 1;
}

/// Keeps the promises with what the call has left in its caller's frame; false if it is not of the
/// kind that was promised.
bool Path::keep(const CallPromise& promise) {
  const PendingWord status = arg(0);
  const PendingBytes output = top().return_data;
  if (status.value.is_zero() || uint256{output.size()} != graph_.value(promise.size)) return false;
  promise_to(promise.status, status);
  graph_.resolve(promise.size, uint256{output.size()});
  for (size_t i = 0; i < promise.words.size(); ++i)
    promise_to(promise.words[i], load(output, i * 32));
  return true;
}

void Path::promise_to(NodeId promised, const PendingWord& word) {
  const PendingWord settled = graph_.settle(word);
  if (settled.known())
    graph_.resolve(promised, settled.value);
  else
    graph_.forward(promised, settled.node);
}

/// The point to go back to instead of `to`: promises before it that wait for nodes behind it would
/// wait for ever.
const Path::Point& Path::reaching_back(const Point& to) const {
  const Point* point = &to;
  const auto open = [&](NodeId id) { return !graph_.resolved(id); };
  for (bool moved = true; moved;) {
    moved = false;
    for (const MadeUp& made : made_up_) {
      const bool cut = made.before.length < point->length && made.first >= point->graph.nodes;
      if (!cut || (!open(made.call->status) && std::ranges::none_of(made.call->words, open)))
        continue;
      point = &made.before;
      moved = true;
    }
  }
  return *point;
}

} // namespace runahead
