#include "speculate/dependence_tracer.hpp"

#include "machine/world.hpp"
#include "ops/pure.hpp"
#include "spec/opcodes.hpp"
#include "speculate/tagged.hpp"

#include <algorithm>

namespace runahead {

const StateValue* DependenceTracer::FreshView::find(const StateKey& key) const {
  const StateValue* value = below_.find(key);
  if (value != nullptr && found_.insert(key).second) fresh_.push_back(key);
  return value;
}

/// What was read since the last time, by the instruction at hand or before the first.
void DependenceTracer::note_reads(Node of_code, Node of_others) {
  const Node entry = frames_.empty() ? 0 : top().entry;
  for (const StateKey& key : fresh_) {
    const bool is_code = key.kind == StateKind::code || key.kind == StateKind::code_hash;
    const Node value = trace_.add_read(key, join(is_code ? of_code : of_others, entry),
                                       frames_.empty() ? 0 : top().number, steps_, now_.pc);
    // Code that delegates (EIP-7702) names the next.
    if (key.kind == StateKind::code && delegation_of(view_.find(key)->code->bytes))
      of_code = join(of_code, value);
  }
  fresh_.clear();
}

// Frames -----------------------------------------------------------------------------------------

DependenceTracer::ShadowFrame DependenceTracer::begin_call(const Message& message) {
  const bool has_value = now_.op == OP_CALL || now_.op == OP_CALLCODE;
  const size_t input = has_value ? 3 : 2; // where its operands stand
  const Node place = join(now_.words[input].node, now_.words[input + 1].node);
  ShadowFrame f;
  f.entry = join(join(top().entry, now_.words[1].node), code_of(message.code_address));
  f.value = has_value ? now_.words[2].node : top().value;
  f.input = cut(top().memory, now_.args[input].w[0], now_.args[input + 1].w[0], place);
  return f;
}

DependenceTracer::ShadowFrame DependenceTracer::begin_creation() {
  ShadowFrame f;
  f.value = now_.words[0].node;
  f.code = cut(top().memory, now_.args[1].w[0], now_.args[2].w[0],
               join(now_.words[1].node, now_.words[2].node));
  f.entry = top().entry;
  for (const Node node : f.code) f.entry = join(f.entry, node);
  if (now_.op == OP_CREATE2) f.entry = join(f.entry, now_.words[3].node);
  return f;
}

void DependenceTracer::enter(const Message& message) {
  note_reads(0); // of the transaction, before anything ran
  ShadowFrame f;
  if (!frames_.empty())
    f = is_create(message.kind) ? begin_creation() : begin_call(message);
  else if (!is_create(message.kind))
    f.entry = code_of(message.code_address);
  f.undo = undo_.size();
  f.number = trace_.add_frame(frames_.empty() ? 0 : top().number);
  frames_.push_back(std::move(f));
}

/// What an instruction rests on by the mere fact that it is come to.
DependenceNode DependenceTracer::control() {
  const ShadowFrame& f = top();
  return f.branched
             ? join(f.entry, trace_.add_control(f.number, DependenceTrace::Control::Kind::reached))
             : f.entry;
}

/// What it rests on that the frame on top ended as it did.
DependenceNode DependenceTracer::ending(bool failed) {
  using Kind = DependenceTrace::Control::Kind;
  const ShadowFrame& f = top();
  if (!f.branched) return f.entry;
  const Node control = trace_.add_control(f.number, failed ? Kind::failure : Kind::success);
  return join(f.entry, failed ? f.decided : control);
}

void DependenceTracer::revert_stores(size_t to) {
  for (; undo_.size() > to; undo_.pop_back()) {
    const Undo& undo = undo_.back();
    if (undo.existed)
      stores_[undo.place] = undo.old;
    else
      stores_.erase(undo.place);
  }
}

void DependenceTracer::leave(const Message& message, const CallResult& result) {
  const bool failed = result.status != Status::success;
  Node also = control(), outcome = ending(failed);
  ShadowFrame f = std::move(top());
  frames_.pop_back();
  if (failed) revert_stores(f.undo);
  if (frames_.empty()) return;
  if (message.code == nullptr) // a precompile: all of its answer rests on all that it was given
    for (const Node node : f.input) also = outcome = join(outcome, node);
  f.output.resize(result.output.size());
  for (Node& node : f.output) node = join(node, also);
  ShadowFrame& caller = top();
  caller.stack.pop_back();
  if (is_create(message.kind)) {
    push(outcome);
    caller.return_data = failed ? std::move(f.output) : Nodes{};
    return;
  }
  push_bits(outcome);
  put(message.output_offset, f.output, std::min<uint64_t>(message.output_size, f.output.size()));
  caller.return_data = std::move(f.output);
}

// Instructions -----------------------------------------------------------------------------------

DependenceTracer::Word DependenceTracer::pop() {
  const Word word = top().stack.back();
  top().stack.pop_back();
  return word;
}

void DependenceTracer::step(const Frame& frame, const World&, uint8_t op) {
  ++steps_;
  now_.op = op;
  now_.pc = frame.pc;
  now_.self = frame.message.recipient;
  now_.is_open = false;
  const OpInfo& facts = info(op);
  if (facts.name.empty() || frame.height() < facts.stack_in) return; // it will fail
  if (shuffle(frame, op)) return;
  if (ops::pure_table[op]) return compute(frame, op);
  if (op == OP_JUMP || op == OP_JUMPI) return branch(frame, op);
  for (size_t i = 0; i < facts.stack_in; ++i) {
    now_.words[i] = pop();
    if (i < now_.args.size()) now_.args[i] = frame.sp[-1 - static_cast<std::ptrdiff_t>(i)];
  }
  now_.is_open = true;
}

/// Instructions that only move words or make known ones.
bool DependenceTracer::shuffle(const Frame&, uint8_t op) {
  auto& stack = top().stack;
  if (is_push(op) || op == OP_PUSH0 || op == OP_PC)
    stack.push_back({});
  else if (op >= OP_DUP1 && op <= OP_DUP16)
    stack.push_back(stack[stack.size() - 1 - (op - OP_DUP1)]);
  else if (op >= OP_SWAP1 && op <= OP_SWAP16)
    std::swap(stack.back(), stack[stack.size() - 2 - (op - OP_SWAP1)]);
  else if (op == OP_POP)
    stack.pop_back();
  else
    return op == OP_JUMPDEST;
  return true;
}

void DependenceTracer::compute(const Frame& frame, uint8_t op) {
  const Word a = pop();
  const size_t operands = info(op).stack_in;
  const Word b = operands > 1 ? pop() : Word{};
  const Word c = operands > 2 ? pop() : Word{};
  if ((a.node | b.node | c.node) == 0) return push(0);
  if (operands > 2) return push(join(a.node, join(b.node, c.node)));
  // Which bytes may be another's is told as for tags; which tags they are does not matter to it.
  const TaggedWord first(frame.sp[-1], a.node != 0, a.bytes);
  const TaggedWord second =
      operands > 1 ? TaggedWord(frame.sp[-2], b.node != 0, b.bytes) : TaggedWord{};
  const TaggedWord both = combine(op, {}, first, second);
  top().stack.push_back({both.tag != 0 ? join(a.node, b.node) : 0, both.bytes});
}

JumpStack DependenceTracer::jump_stack(const Frame& frame) const {
  const auto& words = frames_.back().stack;
  JumpStack stack;
  stack.reserve(words.size());
  for (size_t i = 0; i < words.size(); ++i) {
    const uint256& value = frame.bottom[i];
    const bool is_target =
        words[i].node == 0 && value.fits_u64() && frame.code->is_jump_destination(value.w[0]);
    stack.push_back(is_target ? static_cast<uint32_t>(value.w[0]) : unknown_item);
  }
  return stack;
}

void DependenceTracer::branch(const Frame& frame, uint8_t op) {
  const Word target = pop();
  const Word condition = op == OP_JUMPI ? pop() : Word{};
  const Node needs = join(target.node, condition.node);
  if (needs == 0) return;
  ShadowFrame& f = top();
  f.branched = true;
  DependenceTrace::Branch branch{.needs = join(needs, f.entry), .frame = f.number, .pc = frame.pc};
  if (condition.node != 0 && target.node == 0) {
    const uint256& to = frame.sp[-1];
    const bool taken = !frame.sp[-2].is_zero();
    const JumpStack stack = jump_stack(frame);
    const bool target_aborts = !to.fits_u64() || !frame.code->is_jump_destination(to.w[0]) ||
                               facts_.only_aborts(frame.code, to.w[0], stack);
    const bool next_aborts = facts_.only_aborts(frame.code, frame.pc + 1, stack);
    branch.is_certain = target_aborts != next_aborts && target_aborts != taken;
    branch.is_missed = target_aborts != next_aborts && target_aborts == taken;
  }
  if (!branch.is_certain) f.decided = join(f.decided, branch.needs);
  trace_.add_branch(branch);
}

void DependenceTracer::stepped(int64_t, Status error) {
  if (!now_.is_open) return;
  now_.is_open = false;
  if (error != Status::success && error != Status::revert) {
    Node needs = 0;
    for (size_t i = 0; i < info(now_.op).stack_in; ++i) needs = join(needs, now_.words[i].node);
    return note_reads(needs);
  }
  if (memory_effect() || copy_effect() || state_effect() || account_effect() || call_effect() ||
      environment())
    return;
  for (unsigned i = 0; i < info(now_.op).stack_out; ++i) push(0);
}

} // namespace runahead
