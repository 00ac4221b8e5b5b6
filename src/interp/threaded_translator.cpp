#include "interp/threaded_translator.hpp"

#include "ops/effect_table.hpp"

namespace runahead {
namespace {

using threaded::handlers;

/// A segment with more base gas than this is cut: 32 bits must hold it, and no sum may saturate.
constexpr uint64_t most_segment_gas = uint64_t{1} << 30;

/// Places that an instruction may take, and one to lead on.
constexpr size_t most_places = 2 + literal_places;

constexpr uint32_t depth_of(uint8_t dup) {
  return (dup - OP_DUP1 + 1u) * uint32_t{sizeof(uint256)};
}

} // namespace

ThreadedTranslator::ThreadedTranslator(const ThreadedCode& out)
    : out_(out), code_(out.code_), bytes_(code_.padded()), size_(code_.size()),
      rows_(opcode_rows(out.fork_)), chunk_(out.newest_.load(std::memory_order_relaxed)),
      meter_(rows_), blocks_(&pool_), rests_(&pool_), drafted_(&pool_) {
  blocks_.reserve(16);
  rests_.reserve(64);
  drafted_.reserve(16);
}

// Emitting ----------------------------------------------------------------------------------------

/// Chunks grow with what is there already, from an eighth of what the code may take.
void ThreadedTranslator::extend() {
  const size_t capacity = chunk_ == nullptr ? std::clamp<size_t>(size_ / 8, 16, 256)
                                            : std::min<size_t>(chunk_->capacity * 2, 1024);
  auto chunk = std::make_unique<ThreadedCode::Chunk>(
      std::make_unique_for_overwrite<ThreadedInstr[]>(capacity),
      std::make_unique_for_overwrite<uint32_t[]>(capacity), capacity);
  if (chunk_ != nullptr) put({handlers.go_on_at, {.body = chunk->instrs.get()}});
  chunk->older.reset(chunk_);
  chunk_ = chunk.release();
  out_.newest_.store(chunk_, std::memory_order_release);
}

inline ThreadedInstr* ThreadedTranslator::put(const ThreadedInstr& instr) {
  const size_t place = chunk_->used++;
  chunk_->pcs[place] = static_cast<uint32_t>(pc_);
  chunk_->instrs[place] = instr;
  return &chunk_->instrs[place];
}

/// What begins at `pc_`.
inline ThreadedInstr* ThreadedTranslator::emit(Handler handler, Argument arg) {
  if (chunk_->capacity - chunk_->used < most_places) [[unlikely]]
    extend();
  return put({handler, arg});
}

void ThreadedTranslator::emit_with_rest(Handler handler, uint32_t a) {
  rests_.push_back({emit(handler, {.pair = {a, 0}}), meter_.gas()});
}

void ThreadedTranslator::emit_literal(Handler handler, const uint256& value) {
  emit(handler);
  for (const auto& part : std::bit_cast<std::array<ThreadedInstr, literal_places>>(value))
    put(part);
}

const ThreadedInstr* ThreadedTranslator::translate_entry() {
  extend();
  open_checked_segment();
  const ThreadedInstr* const check = check_;
  run_trace();
  return check;
}

void ThreadedTranslator::translate_from(JumpTarget& target) {
  open_block(&target);
  run_trace();
}

// Traces, segments, blocks ------------------------------------------------------------------------

void ThreadedTranslator::run_trace() {
  while (running_) {
    if (segment_gas_ + meter_.gas() > most_segment_gas) {
      close_segment({});
      open_checked_segment();
    }
    step();
  }
  for (JumpTarget* target : drafted_) target->stage.store(Stage::ready, std::memory_order_release);
}

/// With a target, translation goes on behind its JUMPDEST.
void ThreadedTranslator::open_block(JumpTarget* target) {
  if (!blocks_.empty()) {
    blocks_.back().meter = meter_;
    segment_gas_ += meter_.gas();
  }
  meter_ = BlockMeter(rows_);
  blocks_.push_back({meter_, target, static_cast<uint32_t>(rests_.size())});
  if (target == nullptr) return;
  target->stage.store(Stage::open, std::memory_order_relaxed);
  target->body = &chunk_->instrs[chunk_->used];
  pc_ = target->pc + size_t{1};
  meter_.add(OP_JUMPDEST);
}

void ThreadedTranslator::open_checked_segment() {
  check_ = emit(handlers.check);
  open_block(nullptr);
}

/// From the last block to the first, each takes over the facts of all that follows it; `after`
/// follows the last.
void ThreadedTranslator::close_segment(const BlockFacts& after) {
  blocks_.back().meter = meter_;
  BlockFacts facts = after;
  for (; !blocks_.empty(); blocks_.pop_back()) {
    Block& block = blocks_.back();
    block.meter.append(facts);
    facts = block.meter.facts();
    for (; rests_.size() > block.first_rest; rests_.pop_back())
      rests_.back().instr->arg.pair.b = facts.gas - static_cast<uint32_t>(rests_.back().gas_before);
    if (block.target == nullptr) continue;
    block.target->facts = facts;
    block.target->stage.store(Stage::drafted, std::memory_order_relaxed);
    drafted_.push_back(block.target);
  }
  if (check_ != nullptr) check_->arg.facts = facts;
  check_ = nullptr;
  segment_gas_ = 0;
}

void ThreadedTranslator::end_trace(const BlockFacts& after) {
  close_segment(after);
  running_ = false;
}

/// The open block always goes on there.
void ThreadedTranslator::go_on_to(JumpTarget& target) {
  const Stage stage = target.stage.load(std::memory_order_relaxed);
  const bool fits = segment_gas_ + meter_.gas() < most_segment_gas;
  if (stage == Stage::untouched && fits) return open_block(&target);
  if (stage == Stage::untouched || stage == Stage::open || target.facts.gas > most_segment_gas ||
      !fits) {
    emit(handlers.jump_to, {.target = &target});
    return end_trace();
  }
  emit(handlers.go_on_at, {.body = target.body});
  end_trace(target.facts);
}

/// Behind a JUMPI that is not taken.
void ThreadedTranslator::branch_behind(size_t next) {
  close_segment({});
  pc_ = next;
  open_checked_segment();
}

// Instructions ------------------------------------------------------------------------------------

/// Translates what begins at `pc_`.
void ThreadedTranslator::step() {
  const uint8_t op = op_at(pc_);
  if (is_push_at(pc_)) return push();
  if (op == OP_JUMPDEST) return go_on_to(*target_of(pc_));
  if (is_dup(op)) return dup(op);
  if (is_swap(op)) return swap(op);
  if (op == OP_POP) return pops();
  if (handlers.compare_jump[op] != nullptr && comparison(op)) return;
  plain(op);
}

bool ThreadedTranslator::is_push_at(size_t pc) const {
  const uint8_t op = op_at(pc);
  return is_push(op) || (op == OP_PUSH0 && rows_[op].defined);
}

ThreadedTranslator::Pushed ThreadedTranslator::pushed_at(size_t pc) const {
  const unsigned size = rows_[op_at(pc)].immediate_bytes;
  const size_t next = pc + 1 + size;
  if (size == 0) return {{}, next};
  if (size > 8) return {load_be(bytes_ + pc + 1) >> (256 - 8 * size), next};
  uint64_t word;
  std::memcpy(&word, bytes_ + pc + 1, 8);
  return {__builtin_bswap64(word) >> (64 - 8 * size), next};
}

/// Null if it is no jump destination.
JumpTarget* ThreadedTranslator::target_of(const uint256& pc) const {
  if (!pc.fits_u64() || !code_.is_jump_destination(pc.w[0])) return nullptr;
  return &out_.targets_[code_.rank_of_destination(pc.w[0])];
}

std::optional<ThreadedTranslator::JumpTail> ThreadedTranslator::jump_tail_at(size_t pc) const {
  const bool negated = op_at(pc) == OP_ISZERO;
  if (negated) ++pc;
  if (!is_push_at(pc)) return std::nullopt;
  const Pushed pushed = pushed_at(pc);
  if (op_at(pushed.next) != OP_JUMPI) return std::nullopt;
  const JumpTarget* const target = target_of(pushed.value);
  if (target == nullptr) return std::nullopt;
  return JumpTail{negated, target, pushed.next + 1};
}

bool ThreadedTranslator::comparison(uint8_t op) {
  const auto tail = jump_tail_at(pc_ + 1);
  if (!tail) return false;
  meter_.add(op);
  if (tail->negated) meter_.add(OP_ISZERO);
  meter_.add(op_at(pc_ + 1 + tail->negated));
  meter_.add(OP_JUMPI);
  emit(tail->negated ? handlers.compare_not_jump[op] : handlers.compare_jump[op],
       {.target = tail->target});
  branch_behind(tail->next);
  return true;
}

/// DUP1, PUSH, EQ, PUSH, JUMPI: one step of a dispatcher over selectors.
bool ThreadedTranslator::selector() {
  if (!is_push_at(pc_ + 1)) return false;
  const Pushed selector = pushed_at(pc_ + 1);
  if (selector.value > 0xffffffff || op_at(selector.next) != OP_EQ) return false;
  const auto tail = jump_tail_at(selector.next + 1);
  if (!tail || tail->negated) return false;
  for (const size_t at : {pc_, pc_ + 1, selector.next, selector.next + 1}) meter_.add(op_at(at));
  meter_.add(OP_JUMPI);
  emit(handlers.selector_jump, {.pair = {static_cast<uint32_t>(selector.value.w[0]),
                                         static_cast<uint32_t>(tail->target - out_.targets())}});
  branch_behind(tail->next);
  return true;
}

/// What stands there becomes one instruction with a DUP in front of it.
bool ThreadedTranslator::fuses_with_dup(size_t pc) const {
  const uint8_t op = op_at(pc);
  return (op == OP_MLOAD || op == OP_MSTORE || has_handler(handlers.with_dup, op)) &&
         !compares_to_jump_at(pc);
}

/// What begins there becomes one instruction with the jump behind it.
bool ThreadedTranslator::compares_to_jump_at(size_t pc) const {
  return has_handler(handlers.compare_jump, op_at(pc)) && jump_tail_at(pc + 1).has_value();
}

void ThreadedTranslator::dup(uint8_t op) {
  const uint8_t next = op_at(pc_ + 1);
  if (op == OP_DUP1 && selector()) return;
  const bool to_memory = next == OP_MLOAD || next == OP_MSTORE;
  const bool twice = is_dup(next) && !fuses_with_dup(pc_ + 2);
  if (!twice && !fuses_with_dup(pc_ + 1)) return plain(op);
  meter_.add(op);
  meter_.add(next);
  if (to_memory)
    emit_with_rest(next == OP_MLOAD ? handlers.dup_mload : handlers.dup_mstore, depth_of(op));
  else if (twice)
    emit(handlers.dup_dup, {.pair = {depth_of(op), depth_of(next)}});
  else
    emit(handlers.with_dup[next], {.word = depth_of(op)});
  pc_ += 2;
}

void ThreadedTranslator::swap(uint8_t op) {
  const uint8_t next = op_at(pc_ + 1);
  const bool pops = next == OP_POP;
  const bool computes = op == OP_SWAP1 && has_handler(handlers.with_swap, next);
  if ((!pops && !computes) || compares_to_jump_at(pc_ + 1)) return plain(op);
  meter_.add(op);
  meter_.add(next);
  emit(pops ? handlers.swap_pop[op - OP_SWAP1 + 1u] : handlers.with_swap[next]);
  pc_ += 2;
}

void ThreadedTranslator::pops() {
  const size_t begin = pc_;
  size_t end = pc_;
  for (; op_at(end) == OP_POP; ++end) meter_.add(OP_POP);
  if (end - begin == 1)
    emit(handlers.plain[OP_POP]);
  else
    emit(handlers.pops, {.word = end - begin});
  pc_ = end;
}

void ThreadedTranslator::push_jump(const Pushed& pushed) {
  meter_.add(OP_JUMP);
  if (JumpTarget* const target = target_of(pushed.value)) return go_on_to(*target);
  emit(handlers.bad_jump);
  end_trace();
}

void ThreadedTranslator::push_jumpi(const Pushed& pushed) {
  meter_.add(OP_JUMPI);
  if (const JumpTarget* const target = target_of(pushed.value))
    emit(handlers.jumpi_to, {.target = target});
  else
    emit(handlers.bad_jumpi);
  branch_behind(pushed.next + 1);
}

void ThreadedTranslator::push() {
  const Pushed pushed = pushed_at(pc_);
  const uint256& value = pushed.value;
  const uint8_t next = op_at(pushed.next);
  meter_.add(bytes_[pc_]);
  if (next == OP_JUMP) return push_jump(pushed);
  if (next == OP_JUMPI) return push_jumpi(pushed);
  if ((next == OP_MLOAD || next == OP_MSTORE) && value <= 0xffffffff) {
    meter_.add(next);
    emit_with_rest(next == OP_MLOAD ? handlers.mload_at : handlers.mstore_at,
                   static_cast<uint32_t>(value.w[0]));
    pc_ = pushed.next + 1;
    return;
  }
  if (is_dup(next) && value <= 0xffffffff && !fuses_with_dup(pushed.next + 1)) {
    meter_.add(next);
    emit(handlers.push_dup, {.pair = {static_cast<uint32_t>(value.w[0]), depth_of(next)}});
    pc_ = pushed.next + 1;
    return;
  }
  const auto& fused = value.fits_u64() ? handlers.with_word : handlers.with_literal;
  const bool fuses = has_handler(fused, next);
  if (fuses) meter_.add(next);
  if (value.fits_u64())
    emit(fuses ? fused[next] : handlers.push_word, {.word = value.w[0]});
  else
    emit_literal(fuses ? fused[next] : handlers.push_literal, value);
  pc_ = pushed.next + fuses;
}

void ThreadedTranslator::plain(uint8_t op) {
  meter_.add(op);
  if (!rows_[op].defined)
    emit(handlers.undefined);
  else if (op == OP_PC)
    emit(handlers.push_word, {.word = pc_});
  else if (ops::effects[op] != nullptr)
    emit_with_rest(handlers.plain[op]);
  else
    emit(handlers.plain[op]);
  ++pc_;
  if (!rows_[op].ends_block) return;
  if (op == OP_JUMPI)
    branch_behind(pc_);
  else
    end_trace();
}

} // namespace runahead
