// A path's instructions that compute, branch, or end a frame.
#include "base/limits.hpp"
#include "ops/pure.hpp"
#include "spec/opcodes.hpp"
#include "speculate/path.hpp"

#include <algorithm>

namespace runahead {

void Path::step() {
  PathFrame& f = top();
  ++stats_.steps;
  ++length_;
  const uint8_t op = f.pc < f.code->size() ? f.code->padded()[f.pc] : uint8_t{OP_STOP};
  const OpInfo& facts = info(op);
  start_ = {f.pc, f.gas};
  f.gas -= world_.gas.base[op];
  if (!facts.defined_in(world_.rules.fork) || f.gas < 0 || f.stack.size() < facts.stack_in ||
      f.stack.size() + facts.stack_out - facts.stack_in > limits::stack_height)
    return abort({});
  if (graph_.size() > limits::scout_promises) return end_path();

  f.pc += 1u + facts.immediate_bytes;
  if (op == OP_JUMP) return jump();
  if (op == OP_JUMPI) return jump_if();
  if (is_push(op) || op == OP_PUSH0)
    f.stack.push_back({from_be({f.code->padded() + start_.pc + 1, facts.immediate_bytes}), 0});
  else if (op >= OP_DUP1 && op <= OP_DUP16)
    f.stack.push_back(f.stack[f.stack.size() - facts.stack_in]);
  else if (op >= OP_SWAP1 && op <= OP_SWAP16)
    std::swap(f.stack.back(), f.stack[f.stack.size() - facts.stack_in]);
  else if (op == OP_PC)
    f.stack.push_back({start_.pc, 0});
  else if (ops::pure_table[op])
    compute(op);
  else
    effect(op);
}

PendingWord Path::pure(uint8_t op, const PendingWord& a, const PendingWord& b) {
  const std::array operands{graph_.settle(a), graph_.settle(b)};
  const uint256 value = ops::pure_table[op].fn2(operands[0].value, operands[1].value);
  if (operands[0].known() && operands[1].known()) return {value, 0};
  return graph_.pure(op, value, operands);
}

void Path::compute(uint8_t op) {
  const ops::PureOp& pure = ops::pure_table[op];
  const size_t count = info(op).stack_in;
  std::array<PendingWord, 3> operands;
  NodeId pending = 0;
  for (size_t i = 0; i < count; ++i) {
    operands[i] = arg(i);
    pending |= operands[i].node;
  }
  const uint256 &a = operands[0].value, &b = operands[1].value;
  if (op == OP_EXP) top().gas -= world_.gas.exp_byte * b.byte_width();
  PendingWord result;
  if (pure.fn2 != nullptr)
    result.value = pure.fn2(a, b);
  else
    result.value = pure.fn1 != nullptr ? pure.fn1(a) : pure.fn3(a, b, operands[2].value);
  if (pending != 0) result = graph_.pure(op, result.value, std::span(operands).first(count));
  drop(count);
  push(result);
}

// Jumps ------------------------------------------------------------------------------------------

void Path::go_to(uint64_t pc, bool is_target) {
  if (is_target && !top().code->is_jump_destination(pc)) return abort({});
  top().pc = pc;
}

void Path::jump() {
  const PendingWord target = arg(0);
  const uint64_t to = target.value.fits_u64() ? target.value.w[0] : ~uint64_t{0};
  if (!target.known()) {
    const bool usable =
        graph_.trust(target) == Trust::remembered && top().code->is_jump_destination(to);
    assume(Assumption::Kind::equal, target.node, usable ? target.value : ~uint256{});
    if (!usable) return end_path();
  }
  drop(1);
  go_to(to, true);
}

void Path::jump_if() {
  const PendingWord target = arg(0), condition = arg(1);
  const uint64_t pc = start_.pc;
  const uint64_t to = target.value.fits_u64() ? target.value.w[0] : ~uint64_t{0};
  bool taken = !condition.value.is_zero();
  bool look = false;
  if (!condition.known()) {
    bool flippable = false;
    if (forced_) {
      taken = *forced_;
      forced_.reset();
    } else {
      const Choice choice = choose_side(pc, to, condition);
      taken = choice.taken;
      flippable = choice.why != Side::avoids_abort;
      if (choice.why == Side::undecided) {
        assume(Assumption::Kind::await, condition.node, {});
        return end_path();
      }
      look = full_ && choice.why == Side::guessed && !aside_ && !make_up_;
    }
    assume(Assumption::Kind::truth, condition.node, uint64_t{taken}, flippable);
  }
  drop(2);
  if (look) look_aside(taken ? pc + 1 : to);
  go_to(taken ? to : pc + 1, taken);
}

/// Decides a branch whose condition is pending.
Path::Choice Path::choose_side(uint64_t branch_pc, uint64_t target, const PendingWord& condition) {
  const CodeRef& code = top().code;
  if (!code->is_jump_destination(target)) return {false, Side::avoids_abort};
  const bool explored_enough = facts_.steps() > limits::scout_explored_steps;
  if (explored_enough && !full_) return {false, Side::undecided};
  if (explored_enough) return {!condition.value.is_zero(), Side::guessed};
  const JumpStack stack = jump_stack();
  const bool target_aborts = facts_.only_aborts(code, target, stack);
  if (target_aborts != facts_.only_aborts(code, branch_pc + 1, stack))
    return {!target_aborts, Side::avoids_abort};
  const bool guess = !condition.value.is_zero();
  if (graph_.trust(condition) == Trust::remembered) return {guess, Side::remembered};
  return prefer_side(branch_pc, facts_.explore(code, target, stack),
                     facts_.explore(code, branch_pc + 1, stack), condition);
}

/// Between two sides that may both succeed: once around a loop; else as the branch went before, or
/// as the guess says. A lean path waits where it makes a difference.
Path::Choice Path::prefer_side(uint64_t branch_pc, const SideFacts& target, const SideFacts& next,
                               const PendingWord& condition) {
  // What no arrival tells is not worth waiting for.
  const Side differs =
      full_ || !graph_.will_be_known(condition.node) ? Side::guessed : Side::undecided;
  const bool target_loops = target.reaches_branch(branch_pc),
             next_loops = next.reaches_branch(branch_pc);
  if (target_loops != next_loops) {
    auto& loops = top().loops;
    auto loop = std::ranges::find(loops, branch_pc, &PathFrame::LoopStay::pc);
    if (loop == loops.end()) loop = loops.insert(loops.end(), {branch_pc, 0});
    const bool stay = loop->times++ < limits::path_loop_stays;
    return {stay == target_loops, differs};
  }
  const bool guess = history_.taken(top().code, branch_pc).value_or(!condition.value.is_zero());
  return {guess, target.reads.empty() && next.reads.empty() ? Side::guessed : differs};
}

/// The stack below a branch's operands.
JumpStack Path::jump_stack() {
  const PathFrame& f = top();
  JumpStack stack;
  stack.reserve(f.stack.size());
  for (size_t i = 0; i + 2 < f.stack.size(); ++i) {
    const PendingWord& item = f.stack[i];
    const bool target =
        item.known() && item.value.fits_u64() && f.code->is_jump_destination(item.value.w[0]);
    stack.push_back(target ? static_cast<uint32_t>(item.value.w[0]) : unknown_item);
  }
  return stack;
}

/// Runs the other side for a few steps, for the reads near the branch, and comes back.
void Path::look_aside(uint64_t other_pc) {
  Point here{frames_, log_.size(), graph_.mark(), length_};
  aside_ = true;
  aside_depth_ = frames_.size();
  top().pc = other_pc;
  for (unsigned i = 0; i < limits::side_scout_steps && aside_; ++i) step();
  aside_ = false;
  cut_back(std::move(here));
}

// Ends -------------------------------------------------------------------------------------------

/// Nothing can be told of what follows.
void Path::end_path() {
  if (make_up_)
    make_up_->failed = true;
  else if (aside_)
    aside_ = false;
  else
    stop();
}

/// Goes back to the newest branch of this frame of which the other side was not tried.
bool Path::flip() {
  if (flips_ >= limits::scout_flips) return false;
  const auto from =
      std::find_if(assumptions_.rbegin(), assumptions_.rend(), [&](const Assumption& a) {
        return a.frame == top().id && a.flippable && a.kind == Assumption::Kind::truth;
      });
  if (from == assumptions_.rend()) return false;
  ++flips_;
  note_branch(*from, from->expected.is_zero());
  forced_ = from->expected.is_zero();
  go_back(Point(from->before));
  return true;
}

/// The frame comes to an exceptional end or REVERT. If a guess may have led here, it is not
/// believed.
void Path::abort(PendingBytes output) {
  if (make_up_ && frames_.size() <= 2) {
    make_up_->failed = true; // the call was taken to succeed
    return;
  }
  if (!aside_ && !make_up_ && full_ && flip()) return;
  const NodeId unproved = aside_ || make_up_ ? 0 : unproved_of(top().id, assumptions_.size());
  if (unproved == 0) return end_frame(false, std::move(output), {});
  assume(Assumption::Kind::success, unproved, {});
  const PendingWord status = graph_.unknown(1);
  std::vector<Origin> origins(32);
  for (unsigned i = 0; i < 32; ++i) origins[i] = origin_of(status.node, i);
  end_frame(true, PendingBytes(Bytes(32), std::move(origins), graph_.unknown(32).node), status);
}

void Path::end_frame(bool success, PendingBytes output, const PendingWord& status) {
  if (aside_ && frames_.size() <= aside_depth_) {
    aside_ = false;
    return;
  }
  const FrameRef ended = std::move(frames_.back());
  frames_.pop_back();
  if (!success) log_.revert(ended->log_begin);
  if (frames_.empty()) return;
  const Message& message = ended->message;
  PathFrame& caller = top();
  caller.gas += ended->gas;
  caller.prices.insert(caller.prices.end(), ended->prices.begin(), ended->prices.end());
  PendingWord result = status.known() ? PendingWord{uint64_t{success}, 0} : status;
  if (is_create(message.kind)) {
    result.value = success ? from(message.recipient) : uint256{};
    if (success && output.origins() == nullptr) {
      BytecodeRef code = make_bytecode(to_bytes(output.bytes()));
      caller.gas -= world_.gas.code_deposit_byte * static_cast<int64_t>(code->bytes.size());
      write({Place::Space::code, message.recipient, {}}, {{from(code->hash), 0}, code});
      output = {};
    }
  } else {
    const uint64_t copied = std::min<uint64_t>(message.output_size, output.size());
    caller.memory.copy_in(message.output_offset, output, 0, copied);
  }
  push(result);
  caller.return_data = std::move(output);
}

} // namespace runahead
