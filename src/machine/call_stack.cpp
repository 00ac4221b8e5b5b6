#include "machine/call_stack.hpp"

#include "spec/limits.hpp"

#include <algorithm>

namespace runahead {
namespace {

/// What a part of a precompile counts as in a slice: enough to end that of an evaluation.
constexpr int64_t part_gas = 1'000'000;

} // namespace

CallStack::CallStack(JournaledWorld& world, const Engine& engine, Tracer* tracer)
    : world_(world), engine_(engine), tracer_(tracer), store_(world.caches.frames.take()) {}

CallStack::~CallStack() {
  store_.clear();
  store_.keep_output(std::move(result_.output));
  world_.caches.frames.give(std::move(store_));
}

void CallStack::start(const Message& message) {
  store_.clear();
  precompile_.reset();
  enter(message);
}

void CallStack::park() { store_.park(world_.caches.frames); }

Program::Progress CallStack::run(int64_t budget) {
  store_.unpark(world_.caches.frames);
  while (precompile_ || store_.depth() > 0) {
    if (precompile_ && !go_on_with_precompile()) {
      if ((budget -= part_gas) <= 0) return Program::Progress::slice_over;
      continue;
    }
    if (store_.depth() == 0) break;
    Frame& frame = store_.top();
    const size_t depth = store_.depth();
    world_.journal.clear_missing();
    int64_t used = frame.gas;
    switch (engine_.run(frame, world_, budget)) {
    case Outcome::done: leave(frame); break;
    case Outcome::want: return Program::Progress::want;
    case Outcome::call:
      enter(frame.request);
      if (store_.depth() > depth) used -= frame.request.gas; // the callee's own to use
      break;
    case Outcome::slice_over: return Program::Progress::slice_over;
    }
    // The step itself counts too, however little gas it took.
    used -= frame.gas;
    budget -= std::clamp<int64_t>(used, 100, std::max<int64_t>(budget, 100));
    if (budget <= 0 && store_.depth() > 0) return Program::Progress::slice_over;
  }
  return Program::Progress::done;
}

void CallStack::enter(const Message& message) {
  if (tracer_ != nullptr) tracer_->enter(message);
  Journal& journal = world_.journal;
  const Journal::Checkpoint checkpoint = journal.checkpoint();
  if (message.collides) return finish(message, {Status::address_collision, 0, {}, {}});
  if (is_create(message.kind)) {
    journal.mark_created(message.recipient);
    if (world_.since(Fork::spurious_dragon)) journal.increment_nonce(message.recipient); // EIP-161
  }
  const bool moves_value = message.kind == CallKind::call || is_create(message.kind);
  if (moves_value && message.value) {
    journal.subtract_balance(message.sender, message.value);
    journal.add_balance(message.recipient, message.value);
  }
  if (moves_value || message.kind == CallKind::staticcall) journal.touch(message.recipient);
  if (const auto original =
          message.code == nullptr ? world_.precompile_at(message.code_address) : std::nullopt)
    return enter_precompile(*original, message, checkpoint);

  Frame& frame = store_.push(world_.caches.frames);
  frame.begin(message);
  frame.checkpoint = checkpoint;
}

void CallStack::enter_precompile(const Address& original, const Message& message,
                                 const Journal::Checkpoint& checkpoint) {
  PrecompileRun run(original, message.input, message.gas, world_.rules.fork,
                    world_.caches.precompiles);
  if (run.go_on()) return end_precompile(message, checkpoint, run.outcome());
  precompile_.emplace(message, checkpoint, std::move(run));
}

bool CallStack::go_on_with_precompile() {
  if (!precompile_->run.go_on()) return false;
  PendingPrecompile ended = std::move(*precompile_);
  precompile_.reset();
  end_precompile(ended.message, ended.checkpoint, ended.run.outcome());
  return true;
}

void CallStack::end_precompile(const Message& message, const Journal::Checkpoint& checkpoint,
                               PrecompileOutcome& outcome) {
  CallResult result{Status::success, outcome.gas_left, std::move(outcome.output), {}};
  switch (outcome.status) {
  case PrecompileStatus::success: break;
  case PrecompileStatus::failure: result.status = Status::precompile_failure; break;
  case PrecompileStatus::out_of_gas: result.status = Status::out_of_gas; break;
  case PrecompileStatus::beyond_limits:
    result.status = Status::precompile_beyond_limits;
    met_limit_ = true;
    break;
  }
  if (result.status != Status::success) world_.journal.revert(checkpoint);
  finish(message, std::move(result));
}

void CallStack::leave(Frame& frame) {
  CallResult result{frame.status, frame.gas, std::move(frame.output), {}};
  if (result.status == Status::success && is_create(frame.message.kind)) deploy(frame, result);
  if (result.status != Status::success) world_.journal.revert(frame.checkpoint);
  if (!keeps_gas(result.status)) {
    result.gas_left = 0;
    result.output.clear();
  }
  if (tracer_ != nullptr) tracer_->leave(frame.message, result);
  store_.pop();
  conclude(result);
  frame.output = std::move(result.output); // a buffer for the next one
}

void CallStack::deploy(const Frame& frame, CallResult& result) {
  const auto deposit = static_cast<int64_t>(result.output.size()) * world_.gas.code_deposit_byte;
  if (!result.output.empty() && result.output[0] == 0xef && world_.since(Fork::london))
    result.status = Status::code_starts_with_ef; // EIP-3541
  else if (result.output.size() > spec::max_code_bytes && world_.since(Fork::spurious_dragon))
    result.status = Status::code_too_large; // EIP-170
  else if (deposit > result.gas_left && world_.since(Fork::homestead))
    result.status = Status::code_deposit_out_of_gas; // EIP-2
  if (result.status != Status::success) return;
  result.created = frame.message.recipient;
  if (deposit > result.gas_left) return; // Frontier: an account without code
  result.gas_left -= deposit;
  world_.journal.set_code(frame.message.recipient, make_bytecode(result.output));
}

void CallStack::finish(const Message& message, CallResult result) {
  if (tracer_ != nullptr) tracer_->leave(message, result);
  conclude(result);
}

/// Leaves in `result` a buffer that nobody needs.
void CallStack::conclude(CallResult& result) {
  // A caller that asked is always the frame on top now; the outermost result has none.
  if (store_.depth() == 0 || met_limit_) {
    store_.clear();
    if (met_limit_) result.status = Status::precompile_beyond_limits;
    std::swap(result_, result);
    return;
  }
  store_.top().deliver(result);
}

} // namespace runahead
