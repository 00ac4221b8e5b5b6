#include "speculate/tag_run.hpp"

#include "base/limits.hpp"
#include "ops/pure.hpp"
#include "speculate/tag_scout.hpp"

#include <algorithm>

namespace runahead {

uint64_t TagScout::run(const CallStack& spine, const Stall& stall, Reads& reads) {
  if (!dirty_ && !stall.unforeseen) return 0;
  dirty_ = false;
  sources_.clear();
  return TagRun(spine, reads, sources_, facts_, full_).run();
}

TagRun::TagRun(const CallStack& spine, Scout::Reads& reads, Sources& sources, SideFactsCache& facts,
               bool full)
    : spine_(spine), world_(spine.world()), overlay_(world_, reads, sources), sources_(sources),
      facts_(facts), full_(full), spine_below_(spine.frames().size() - 1) {
  frames_.push_back(lift(*spine.frames().back()));
}

TagFrame TagRun::lift(const Frame& frame) const {
  TagFrame f;
  f.message = frame.message;
  f.input = is_create(frame.message.kind) ? TaggedBytes() : TaggedBytes(frame.message.input);
  f.value = {frame.message.value, 0};
  f.code = frame.code;
  f.at.pc = frame.pc;
  f.at.gas = frame.gas;
  for (const uint256* item = frame.bottom; item != frame.sp; ++item)
    f.at.stack.push_back({*item, 0});
  f.at.memory = TaggedMemory(frame.memory.view(0, frame.memory.size()));
  f.at.return_data = TaggedBytes(BytesView(frame.return_data));
  return f;
}

uint64_t TagRun::run() {
  while (!frames_.empty() && steps_ < limits::scout_steps) step();
  return steps_;
}

TaggedWord TagRun::pop() {
  const TaggedWord word = top().at.stack.back();
  top().at.stack.pop_back();
  return word;
}

void TagRun::step() {
  TagFrame& f = top();
  ++steps_;
  const uint8_t op = f.at.pc < f.code->size() ? f.code->padded()[f.at.pc] : uint8_t{OP_STOP};
  const OpInfo& facts = info(op);
  f.at.gas -= world_.gas.base[op];
  if (!facts.defined_in(world_.rules.fork) || f.at.gas < 0 || f.at.stack.size() < facts.stack_in ||
      f.at.stack.size() + facts.stack_out - facts.stack_in > limits::stack_height)
    return abort({});

  if (op == OP_JUMP) return jump();
  if (op == OP_JUMPI) return jump_if();
  const uint64_t pc = f.at.pc;
  f.at.pc += 1u + facts.immediate_bytes;
  if (op == OP_PUSH0 || is_push(op))
    f.at.stack.push_back({from_be({f.code->padded() + pc + 1, facts.immediate_bytes}), 0});
  else if (is_dup(op))
    f.at.stack.push_back(f.at.stack[f.at.stack.size() - facts.stack_in]);
  else if (op >= OP_SWAP1 && op <= OP_SWAP16)
    std::swap(f.at.stack.back(), f.at.stack[f.at.stack.size() - facts.stack_in]);
  else if (op == OP_PC)
    f.at.stack.push_back({pc, 0});
  else if (ops::pure_table[op])
    compute(op);
  else
    effect(op);
}

void TagRun::compute(uint8_t op) {
  const ops::PureOp& pure = ops::pure_table[op];
  auto& stack = top().at.stack;
  TaggedWord* const sp = stack.data() + stack.size();
  if (pure.fn2 != nullptr) {
    sp[-2] = combine(op, pure.fn2(sp[-1].value, sp[-2].value), sp[-1], sp[-2]);
    stack.pop_back();
  } else if (pure.fn1 != nullptr) {
    sp[-1] = combine(op, pure.fn1(sp[-1].value), sp[-1], {});
  } else {
    sp[-3] = {pure.fn3(sp[-1].value, sp[-2].value, sp[-3].value),
              sp[-1].tag | sp[-2].tag | sp[-3].tag};
    stack.resize(stack.size() - 2);
  }
}

// Control flow -----------------------------------------------------------------------------------

void TagRun::go_to(uint64_t pc, bool is_target) {
  if (is_target && !top().code->is_jump_destination(pc)) return abort({});
  top().at.pc = pc;
}

void TagRun::jump() {
  const TaggedWord target = pop();
  if (target.tag != 0) {
    sources_.block(target.tag);
    if (!target.value.fits_u64() || !top().code->is_jump_destination(target.value.w[0]))
      return end_path();
  }
  go_to(target.value.fits_u64() ? target.value.w[0] : ~uint64_t{0}, true);
}

void TagRun::jump_if() {
  const TaggedWord target = pop(), condition = pop();
  const uint64_t pc = top().at.pc;
  const uint64_t to = target.value.fits_u64() ? target.value.w[0] : ~uint64_t{0};
  if (target.tag != 0) sources_.block(target.tag);
  bool taken = !condition.value.is_zero();
  if (condition.tag != 0) taken = choose_side(pc, to, condition);
  go_to(taken ? to : pc + 1, taken);
}

/// Decides a branch whose condition rests on guesses; true for the jump.
bool TagRun::choose_side(uint64_t branch_pc, uint64_t target, const TaggedWord& condition) {
  TagFrame& f = top();
  if (!f.code->is_jump_destination(target)) return false; // the jump could only fault
  const JumpStack stack = jump_stack();
  const bool target_aborts = facts_.only_aborts(f.code, target, stack);
  if (target_aborts != facts_.only_aborts(f.code, branch_pc + 1, stack)) return !target_aborts;

  sources_.block(condition.tag);
  f.guessed |= condition.tag;
  const bool taken =
      prefer_target(branch_pc, facts_.explore(f.code, target, stack),
                    facts_.explore(f.code, branch_pc + 1, stack), !condition.value.is_zero());
  if (full_ && !aside_) {
    const uint64_t other = taken ? branch_pc + 1 : target;
    look_aside(other);
    remember_branch(other);
  }
  return taken;
}

/// Between two sides that may both succeed: stay in a loop for a while; else go where there is more
/// to read; else as the guess says.
bool TagRun::prefer_target(uint64_t branch_pc, const SideFacts& target, const SideFacts& next,
                           bool guess) {
  const bool target_loops = target.reaches_branch(branch_pc),
             next_loops = next.reaches_branch(branch_pc);
  if (target_loops != next_loops) {
    auto& loops = top().loops;
    auto loop = std::ranges::find(loops, branch_pc, &TagFrame::LoopStay::pc);
    if (loop == loops.end()) loop = loops.insert(loops.end(), {branch_pc, 0});
    const bool stay = loop->times++ < limits::scout_loop_stays;
    return stay == target_loops;
  }
  const bool target_more = target.reads_more_than(next), next_more = next.reads_more_than(target);
  if (target_more != next_more) return target_more;
  return guess;
}

JumpStack TagRun::jump_stack() const {
  const TagFrame& f = frames_.back();
  JumpStack stack;
  stack.reserve(f.at.stack.size());
  for (const TaggedWord& item : f.at.stack) {
    const bool target =
        item.tag == 0 && item.value.fits_u64() && f.code->is_jump_destination(item.value.w[0]);
    stack.push_back(target ? static_cast<uint32_t>(item.value.w[0]) : unknown_item);
  }
  return stack;
}

void TagRun::remember_branch(uint64_t other_pc) {
  auto& branches = top().branches;
  if (branches.size() >= limits::scout_checkpoints) branches.erase(branches.begin());
  branches.push_back({top().at, overlay_.checkpoint()});
  branches.back().other_side.pc = other_pc;
}

/// Runs the other side for a few steps, for the reads near the branch, and comes back.
void TagRun::look_aside(uint64_t other_pc) {
  TagPosition here = top().at;
  const size_t checkpoint = overlay_.checkpoint(), depth = frames_.size();
  aside_ = true;
  aside_depth_ = depth;
  top().at.pc = other_pc;
  for (unsigned i = 0; i < limits::side_scout_steps && aside_; ++i) step();
  aside_ = false;
  frames_.resize(depth);
  overlay_.revert(checkpoint);
  top().at = std::move(here);
}

/// Nothing can be told of what follows.
void TagRun::end_path() {
  if (aside_)
    aside_ = false;
  else
    frames_.clear();
}

/// The frame comes to an exceptional end or REVERT. If a guess may have led here, it is not
/// believed.
void TagRun::abort(TaggedBytes output) {
  TagFrame& f = top();
  if (!f.branches.empty() && flips_ < limits::scout_flips && !aside_) {
    ++flips_;
    overlay_.revert(f.branches.back().overlay_checkpoint);
    f.at = std::move(f.branches.back().other_side);
    f.branches.pop_back();
    return;
  }
  if (f.guessed == 0) return end_frame(false, std::move(output), 0);
  const Tag guessed = f.guessed;
  end_frame(true, TaggedBytes(Bytes(32), guessed), guessed);
}

void TagRun::end_frame(bool success, TaggedBytes output, Tag status_tag) {
  if (aside_ && frames_.size() <= aside_depth_) {
    aside_ = false;
    return;
  }
  const TagFrame ended = std::move(top());
  if (!success) overlay_.revert(ended.overlay_checkpoint);
  frames_.pop_back();
  if (frames_.empty()) {
    if (spine_below_ == 0) return;
    frames_.push_back(lift(*spine_.frames()[--spine_below_]));
  }
  TagFrame& caller = top();
  caller.at.gas += ended.at.gas;
  if (is_create(ended.message.kind)) {
    push({success ? from(ended.message.recipient) : uint256{}, status_tag});
    if (success) {
      overlay_.set_code(ended.message.recipient, make_bytecode(to_bytes(output.bytes())));
      output = {};
    }
  } else {
    push({success ? 1 : 0, status_tag});
    const uint64_t copied = std::min<uint64_t>(ended.message.output_size, output.size());
    caller.at.memory.grow(ended.message.output_offset, ended.message.output_size);
    caller.at.memory.copy_in(ended.message.output_offset, output, 0, copied);
  }
  caller.at.return_data = std::move(output);
}

} // namespace runahead
