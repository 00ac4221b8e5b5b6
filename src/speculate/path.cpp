#include "speculate/path.hpp"

#include "base/limits.hpp"

#include <algorithm>

namespace runahead {

Path::Path(const CallStack& spine, Scout::Reads& reads, SideFactsCache& facts,
           BranchHistory& history, bool full)
    : world_(spine.world()), reads_(reads), facts_(facts), history_(history), full_(full) {
  // The innermost frames; where the path would come to those further out, it ends.
  const auto frames = spine.frames();
  size_t first = frames.size(), bytes = 0;
  while (first > 0 && frames.size() - first < limits::scout_depth) {
    bytes += frames[first - 1]->memory.size() + frames[first - 1]->message.input.size();
    if (bytes > limits::scout_copied_bytes && first < frames.size()) break;
    --first;
  }
  for (const auto& frame : frames.subspan(first)) frames_.push_back(lift(*frame));
}

Path::FrameRef Path::lift(const Frame& frame) {
  auto f = std::make_shared<PathFrame>();
  f->message = frame.message;
  f->message.input = {};
  if (!is_create(frame.message.kind)) f->input = PendingBytes(to_bytes(frame.message.input));
  f->value = {frame.message.value, 0};
  f->code = frame.code;
  f->pc = frame.pc;
  f->gas = frame.gas;
  for (const uint256* item = frame.bottom; item != frame.sp; ++item) f->stack.push_back({*item, 0});
  f->memory = PendingMemory(frame.memory.view(0, frame.memory.size()));
  f->return_data = PendingBytes(frame.return_data);
  f->id = next_frame_id_++;
  return f;
}

void Path::go_on() {
  const uint64_t end = stats_.steps + limits::scout_steps;
  while (!frames_.empty() && !stopped_ && length_ < limits::scout_steps && stats_.steps < end)
    step();
}

/// The running frame, its own: a point to go back to keeps what it was.
PathFrame& Path::top() {
  FrameRef& frame = frames_.back();
  if (frame.use_count() > 1) frame = std::make_shared<PathFrame>(*frame);
  return *frame;
}

PendingWord Path::arg(size_t i) {
  auto& stack = top().stack;
  PendingWord& word = stack[stack.size() - 1 - i];
  if (!word.known()) word = graph_.settle(word);
  return word;
}

void Path::drop(size_t n) {
  auto& stack = top().stack;
  stack.resize(stack.size() - n);
}

// Assumptions ------------------------------------------------------------------------------------

/// The path before the instruction under way.
Path::Point Path::point() {
  PathFrame& f = top();
  const Start now = std::exchange(start_, {f.pc, f.gas});
  f.pc = now.pc;
  f.gas = now.gas;
  Point before{frames_, log_.size(), graph_.mark(), length_ - 1};
  top().pc = start_.pc; // of a copy: the point keeps the other
  top().gas = start_.gas;
  start_ = now;
  return before;
}

void Path::cut_back(Point to) {
  frames_ = std::move(to.frames);
  length_ = to.length;
  log_.truncate(to.log);
  graph_.truncate(to.graph);
}

/// To `to`, and further where promises would lose what they wait for.
void Path::go_back(Point to) {
  to = reaching_back(to);
  const auto later = [&](const auto& made) { return made.before.length >= to.length; };
  std::erase_if(assumptions_, later);
  std::erase_if(made_up_, later);
  cut_back(std::move(to));
  stopped_ = false;
  ++stats_.restarts;
}

/// Notes what the instruction under way takes for granted.
void Path::assume(Assumption::Kind kind, NodeId node, const uint256& expected, bool flippable,
                  std::shared_ptr<const CallPromise> call) {
  if (aside_) return;
  if (make_up_) { // if it is wrong, all of the call is to be done again
    const auto place = assumptions_.begin() + static_cast<ptrdiff_t>(make_up_->next++);
    assumptions_.insert(place,
                        {kind, node, expected, top().id, false, make_up_->before, std::move(call)});
    return;
  }
  if (assumptions_.size() >= limits::scout_assumptions) assumptions_.pop_front();
  assumptions_.push_back({kind, node, expected, top().id, flippable, point(), std::move(call)});
}

/// The newest promise that a frame's assumptions before `before` rest on, if any.
NodeId Path::unproved_of(uint64_t frame, size_t before) const {
  for (size_t i = before; i-- > 0;) {
    const Assumption& a = assumptions_[i];
    if (a.frame == frame && a.flippable && !graph_.resolved(a.node)) return a.node;
  }
  return 0;
}

bool Path::holds(Assumption& a, size_t index) {
  const uint256& value = graph_.value(a.node);
  switch (a.kind) {
  case Assumption::Kind::truth: return value.is_zero() == a.expected.is_zero();
  case Assumption::Kind::equal: return value == a.expected;
  case Assumption::Kind::await: return false;
  case Assumption::Kind::success: {
    const NodeId another = unproved_of(a.frame, index);
    if (another != 0) a.node = another;
    return another != 0;
  }
  }
  return false;
}

void Path::note_branch(const Assumption& branch, bool taken) {
  const PathFrame& frame = *branch.before.frames.back();
  history_.note(frame.code, frame.pc, taken);
}

/// Forgets what was proved right; goes back to the first that was proved wrong.
void Path::check_assumptions() {
  for (size_t i = 0; i < assumptions_.size();) {
    Assumption& a = assumptions_[i];
    if (!graph_.resolved(a.node)) {
      ++i;
      continue;
    }
    if (a.kind == Assumption::Kind::truth) note_branch(a, !graph_.value(a.node).is_zero());
    if (holds(a, i)) {
      ++stats_.right;
      if (a.kind == Assumption::Kind::success)
        ++i;
      else
        assumptions_.erase(assumptions_.begin() + static_cast<ptrdiff_t>(i));
    } else if (a.call == nullptr || !make_up(i)) {
      ++stats_.wrong;
      return go_back(Point(a.before));
    }
  }
}

// Arrivals ---------------------------------------------------------------------------------------

void Path::arrive(const std::vector<StateKey>& keys) {
  for (const StateKey& key : keys)
    if (const StateValue* value = reads_.view().find(key))
      graph_.arrive(key, value->code != nullptr ? from(value->code->hash) : value->word);
  answer_lookups();
  check_assumptions();
  // What rests on a wrong assumption is not read.
  for (const auto& [node, key] : asked_)
    if (node < graph_.size()) reads_.issue(key);
  asked_.clear();
}

void Path::answer_lookups() {
  std::vector<NodeId> ready;
  while (!graph_.ready().empty()) {
    ready.clear();
    std::swap(ready, graph_.ready());
    for (const NodeId id : ready) answer(id, Lookup(graph_.lookup_of(id))); // a copy: it changes
  }
}

void Path::answer(NodeId id, const Lookup& l) {
  const uint256& operand = l.operands[0].value;
  switch (l.of) {
  case Lookup::Of::slot:
    return answer_with(id, slot_before(l.address, operand, l.position),
                       StateKey::storage(l.address, operand));
  case Lookup::Of::balance: {
    const Address account = to_address(operand);
    return answer_with(id, known_balance(account), StateKey::of(StateKind::balance, account));
  }
  case Lookup::Of::block_hash: return answer_with(id, {}, StateKey::block_hash(operand.w[0]));
  case Lookup::Of::code_size: return graph_.resolve(id, known_code_size(l.address));
  case Lookup::Of::code_hash: return graph_.resolve(id, known_code_hash(l.address));
  case Lookup::Of::store:
    asked_.emplace_back(id, StateKey::storage(l.address, operand)); // its price depends on it
    derailed_ = derailed_ || !log_.settle(l.position, {Place::Space::slot, l.address, operand});
    return graph_.resolve(id, {});
  case Lookup::Of::store_price:
    return graph_.resolve(id,
                          price_above_least({l.operands[2].value, operand}, l.operands[1].value));
  }
}

/// `before` is the value as far as the path or the spine has it; else the key is to be read.
void Path::answer_with(NodeId id, const std::optional<PendingWord>& before, const StateKey& key) {
  if (before) {
    const PendingWord word = graph_.settle(*before);
    return word.known() ? graph_.resolve(id, word.value) : graph_.forward(id, word.node);
  }
  if (const StateValue* value = reads_.view().find(key)) return graph_.resolve(id, value->word);
  graph_.become_read(id, key);
  asked_.emplace_back(id, key);
}

} // namespace runahead
