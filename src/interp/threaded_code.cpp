#include "interp/threaded_code.hpp"

#include "interp/threaded_machine.hpp"
#include "ops/effect_table.hpp"

#include <optional>

namespace runahead {

using threaded::Handler;
using threaded::handlers;

/// Translates one code, block by block, fusing a few sequences into one instruction. Code that
/// nothing can reach - behind a block's end, before the next JUMPDEST - is left out.
class ThreadedTranslator {
public:
  ThreadedTranslator(ThreadedCode& out, const Code& code, Fork fork)
      : out_(out), code_(code), bytes_(code.padded()), fork_(fork), meter_(fork) {
    out_.instrs_.reserve(code.size() / 2 + 8);
    out_.pcs_.reserve(code.size() / 2 + 8);
    out_.targets_.resize(code.jump_destination_count());
  }

  void run();

private:
  static constexpr uint32_t none = 0xffffffff;

  struct Block {
    BlockMeter meter;        ///< in the end with what follows it for certain
    uint32_t first_instr;    ///< where its body begins
    uint32_t check = none;   ///< its check, if it stands before it
    uint32_t target = none;  ///< number of the jump destination it begins with
    uint32_t goes_on = none; ///< number of the jump destination it always goes on to
    uint32_t jump = none;    ///< the instruction that does, unless it falls
    uint32_t first_rest = 0; ///< of `rests_`
  };
  /// An instruction that must know the base gas of the rest of its block.
  struct Rest {
    uint32_t instr;
    uint64_t gas_before; ///< of the block, up to and with the instruction
  };
  struct Pushed {
    uint256 value;
    size_t next; ///< pc behind the immediate
  };
  /// What leads a comparison to a jump: [ISZERO] PUSH JUMPI.
  struct JumpTail {
    bool negated;
    uint32_t target;
    size_t next;
  };

  void open_block(size_t pc, bool with_check);
  void close_block();
  size_t skip_dead(size_t pc) const;
  size_t translate(size_t pc);
  size_t translate_push(size_t pc);
  size_t translate_push_jump(size_t pc, const Pushed& pushed, uint8_t jump);
  size_t translate_comparison(size_t pc, const JumpTail& tail);
  std::optional<size_t> translate_selector(size_t pc);
  void translate_plain(size_t pc, uint8_t op);
  void merge_blocks();
  uint32_t body_from(uint32_t index) const;
  void set_pointers();

  uint8_t op_at(size_t pc) const { return pc < code_.size() ? bytes_[pc] : uint8_t{OP_STOP}; }
  bool is_push_at(size_t pc) const {
    const uint8_t op = op_at(pc);
    return is_push(op) || (op == OP_PUSH0 && info(op).defined_in(fork_));
  }
  Pushed pushed_at(size_t pc) const {
    const unsigned size = info(op_at(pc)).immediate_bytes;
    return {from_be({bytes_ + pc + 1, size}), pc + 1 + size};
  }
  std::optional<JumpTail> jump_tail_at(size_t pc) const;
  uint32_t destination_number(const uint256& target) const {
    if (!target.fits_u64() || !code_.is_jump_destination(target.w[0])) return none;
    return code_.rank_of_destination(target.w[0]);
  }

  uint32_t next_index() const { return static_cast<uint32_t>(out_.instrs_.size()); }
  void emit(size_t pc, Handler handler, ThreadedInstr::Argument arg = {.word = 0}) {
    out_.instrs_.push_back({handler, arg});
    out_.pcs_.push_back(static_cast<uint32_t>(pc));
  }
  void emit_with_rest(size_t pc, Handler handler, uint32_t a = 0) {
    rests_.push_back({next_index(), meter_.gas()});
    emit(pc, handler, {.pair = {a, 0}});
  }
  /// The target's number stands in for its address until all are there.
  void emit_jump(size_t pc, Handler handler, uint32_t target) {
    to_targets_.push_back(next_index());
    emit(pc, handler, {.word = target});
  }
  void emit_literal(size_t pc, Handler handler, const uint256& value) {
    to_literals_.push_back(next_index());
    emit(pc, handler, {.word = out_.literals_.size()});
    out_.literals_.push_back(value);
  }

  ThreadedCode& out_;
  const Code& code_;
  const uint8_t* bytes_;
  Fork fork_;
  BlockMeter meter_; ///< of the open block, the last of `blocks_`
  bool open_ = false;
  std::vector<Block> blocks_;
  std::vector<Rest> rests_;
  std::vector<uint32_t> bodies_;                   ///< by target: the first instruction behind it
  std::vector<uint32_t> to_targets_, to_literals_; ///< instructions whose argument is a number
};

void ThreadedTranslator::open_block(size_t pc, bool with_check) {
  Block block{.meter = BlockMeter(fork_), .first_instr = next_index()};
  if (with_check) {
    block.check = block.first_instr++;
    emit(pc, handlers.check);
  }
  block.first_rest = static_cast<uint32_t>(rests_.size());
  blocks_.push_back(block);
  meter_ = block.meter;
  open_ = true;
}

void ThreadedTranslator::close_block() {
  blocks_.back().meter = meter_;
  open_ = false;
}

/// The next JUMPDEST, or the end.
size_t ThreadedTranslator::skip_dead(size_t pc) const {
  while (pc < code_.size() && bytes_[pc] != OP_JUMPDEST) pc += 1 + info(bytes_[pc]).immediate_bytes;
  return pc;
}

std::optional<ThreadedTranslator::JumpTail> ThreadedTranslator::jump_tail_at(size_t pc) const {
  const bool negated = op_at(pc) == OP_ISZERO;
  if (negated) ++pc;
  if (!is_push_at(pc)) return std::nullopt;
  const Pushed pushed = pushed_at(pc);
  if (op_at(pushed.next) != OP_JUMPI) return std::nullopt;
  const uint32_t target = destination_number(pushed.value);
  if (target == none) return std::nullopt;
  return JumpTail{negated, target, pushed.next + 1};
}

size_t ThreadedTranslator::translate_comparison(size_t pc, const JumpTail& tail) {
  const uint8_t op = bytes_[pc];
  meter_.add(op);
  if (tail.negated) meter_.add(OP_ISZERO);
  meter_.add(op_at(pc + 1 + tail.negated));
  meter_.add(OP_JUMPI);
  emit_jump(pc, tail.negated ? handlers.compare_not_jump[op] : handlers.compare_jump[op],
            tail.target);
  close_block();
  open_block(tail.next, true);
  return tail.next;
}

/// DUP1, PUSH, EQ, PUSH, JUMPI: one step of a dispatcher over selectors.
std::optional<size_t> ThreadedTranslator::translate_selector(size_t pc) {
  if (bytes_[pc] != OP_DUP1 || !is_push_at(pc + 1)) return std::nullopt;
  const Pushed selector = pushed_at(pc + 1);
  if (selector.value > 0xffffffff || op_at(selector.next) != OP_EQ) return std::nullopt;
  const auto tail = jump_tail_at(selector.next + 1);
  if (!tail || tail->negated) return std::nullopt;
  for (const size_t at : {pc, pc + 1, selector.next, selector.next + 1}) meter_.add(op_at(at));
  meter_.add(OP_JUMPI);
  emit(pc, handlers.selector_jump,
       {.pair = {static_cast<uint32_t>(selector.value.w[0]), tail->target}});
  close_block();
  open_block(tail->next, true);
  return tail->next;
}

size_t ThreadedTranslator::translate_push_jump(size_t pc, const Pushed& pushed, uint8_t jump) {
  const uint32_t target = destination_number(pushed.value);
  meter_.add(jump);
  const size_t next = pushed.next + 1;
  if (jump == OP_JUMPI) {
    if (target == none)
      emit(pc, handlers.bad_jumpi);
    else
      emit_jump(pc, handlers.jumpi_to, target);
    close_block();
    open_block(next, true);
    return next;
  }
  if (target == none) {
    emit(pc, handlers.bad_jump);
  } else {
    if (pushed.value.w[0] > pc) {
      blocks_.back().goes_on = target;
      blocks_.back().jump = next_index();
    }
    emit_jump(pc, handlers.jump_to, target);
  }
  close_block();
  return next;
}

size_t ThreadedTranslator::translate_push(size_t pc) {
  const Pushed pushed = pushed_at(pc);
  const uint256& value = pushed.value;
  const uint8_t next = op_at(pushed.next);
  meter_.add(bytes_[pc]);
  if (next == OP_JUMP || next == OP_JUMPI) return translate_push_jump(pc, pushed, next);
  if ((next == OP_MLOAD || next == OP_MSTORE) && value <= 0xffffffff) {
    meter_.add(next);
    emit_with_rest(pc, next == OP_MLOAD ? handlers.mload_at : handlers.mstore_at,
                   static_cast<uint32_t>(value.w[0]));
    return pushed.next + 1;
  }
  const auto& fused = value.fits_u64() ? handlers.with_word : handlers.with_literal;
  const bool fuses = info(next).defined_in(fork_) && fused[next] != nullptr;
  if (fuses) meter_.add(next);
  if (value.fits_u64())
    emit(pc, fuses ? fused[next] : handlers.push_word, {.word = value.w[0]});
  else
    emit_literal(pc, fuses ? fused[next] : handlers.push_literal, value);
  return pushed.next + fuses;
}

void ThreadedTranslator::translate_plain(size_t pc, uint8_t op) {
  meter_.add(op);
  if (!info(op).defined_in(fork_))
    emit(pc, handlers.undefined);
  else if (op == OP_PC)
    emit(pc, handlers.push_word, {.word = pc});
  else if (ops::effects[op] != nullptr)
    emit_with_rest(pc, handlers.plain[op]);
  else
    emit(pc, handlers.plain[op]);
  if (!ends_block(op, fork_)) return;
  close_block();
  if (op == OP_JUMPI) open_block(pc + 1, true);
}

/// Translates what begins at `pc`, in an open block; gives the pc behind it.
size_t ThreadedTranslator::translate(size_t pc) {
  const uint8_t op = bytes_[pc];
  if (is_push_at(pc)) return translate_push(pc);
  if (const auto next = translate_selector(pc)) return *next;
  if (handlers.compare_jump[op] != nullptr && info(op).defined_in(fork_))
    if (const auto tail = jump_tail_at(pc + 1)) return translate_comparison(pc, *tail);
  if (op >= OP_SWAP1 && op <= OP_SWAP16 && op_at(pc + 1) == OP_POP) {
    meter_.add(op);
    meter_.add(OP_POP);
    emit(pc, handlers.swap_pop[op - OP_SWAP1 + 1u]);
    return pc + 2;
  }
  translate_plain(pc, op);
  return pc + 1;
}

void ThreadedTranslator::run() {
  open_block(0, true);
  for (size_t pc = 0; pc < code_.size();) {
    if (bytes_[pc] == OP_JUMPDEST) {
      const uint32_t target = code_.rank_of_destination(pc);
      if (open_) {
        blocks_.back().goes_on = target;
        close_block();
      }
      open_block(pc, false);
      blocks_.back().target = target;
      out_.targets_[target].pc = static_cast<uint32_t>(pc);
      meter_.add(OP_JUMPDEST);
      ++pc;
    } else {
      pc = open_ ? translate(pc) : skip_dead(pc);
    }
  }
  if (open_) {
    emit(code_.size(), handlers.stop);
    close_block();
  }
  merge_blocks();
  set_pointers();
}

/// From the last block to the first, so that what a block goes on to, which always stands behind
/// it, is complete.
void ThreadedTranslator::merge_blocks() {
  std::vector<uint32_t> block_of(out_.targets_.size());
  bodies_.resize(out_.targets_.size());
  size_t rests_end = rests_.size();
  for (size_t i = blocks_.size(); i-- > 0;) {
    Block& block = blocks_[i];
    if (block.goes_on != none) {
      const Block& next = blocks_[block_of[block.goes_on]];
      block.meter.append(next.meter);
      if (block.jump != none)
        out_.instrs_[block.jump] = {handlers.go_on_at, {.word = body_from(next.first_instr)}};
    }
    if (block.target != none) {
      block_of[block.target] = static_cast<uint32_t>(i);
      out_.targets_[block.target].facts = block.meter.facts();
      bodies_[block.target] = body_from(block.first_instr);
    }
    if (block.check != none) out_.instrs_[block.check].arg.facts = block.meter.facts();
    for (size_t r = block.first_rest; r < rests_end; ++r) {
      const uint64_t gas = block.meter.gas() - rests_[r].gas_before;
      out_.instrs_[rests_[r].instr].arg.pair.b =
          static_cast<uint32_t>(std::min<uint64_t>(gas, 0xffffffff));
    }
    rests_end = block.first_rest;
  }
}

/// The first instruction to run from `index` on: what only goes on elsewhere is followed.
uint32_t ThreadedTranslator::body_from(uint32_t index) const {
  const ThreadedInstr& instr = out_.instrs_[index];
  return instr.run == handlers.go_on_at ? static_cast<uint32_t>(instr.arg.word) : index;
}

/// Nothing moves any more: numbers become addresses.
void ThreadedTranslator::set_pointers() {
  out_.instrs_.shrink_to_fit();
  for (size_t i = 0; i < bodies_.size(); ++i) out_.targets_[i].body = out_.at(bodies_[i]);
  out_.pcs_.shrink_to_fit();
  for (const uint32_t index : to_targets_) {
    ThreadedInstr& instr = out_.instrs_[index];
    if (instr.run == handlers.go_on_at)
      instr.arg.body = out_.at(static_cast<uint32_t>(instr.arg.word));
    else
      instr.arg.target = &out_.targets_[instr.arg.word];
  }
  for (const uint32_t index : to_literals_) {
    ThreadedInstr& instr = out_.instrs_[index];
    instr.arg.literal = &out_.literals_[instr.arg.word];
  }
}

ThreadedCode::ThreadedCode(const Code& code, Fork fork) : code_(code) {
  ThreadedTranslator(*this, code, fork).run();
}

size_t ThreadedCode::footprint() const {
  return sizeof(*this) + instrs_.capacity() * sizeof(ThreadedInstr) + pcs_.capacity() * 4 +
         literals_.capacity() * sizeof(uint256) + targets_.capacity() * sizeof(JumpTarget);
}

} // namespace runahead
