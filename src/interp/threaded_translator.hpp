// Translates bytecode to threaded code, one trace at a time, fusing a few sequences into one
// instruction.
#pragma once

#include "interp/threaded_code.hpp"
#include "interp/threaded_machine.hpp"

#include <memory_resource>
#include <optional>
#include <vector>

namespace runahead {

/// Extends one `ThreadedCode`, whose mutex is held.
class ThreadedTranslator {
public:
  explicit ThreadedTranslator(const ThreadedCode& out);

  /// The trace at the code's first instruction; gives its check.
  const ThreadedInstr* translate_entry();
  /// The trace at a jump destination. REQUIRES: it is untouched.
  void translate_from(JumpTarget& target);

private:
  using Argument = ThreadedInstr::Argument;
  using Handler = threaded::Handler;
  using Stage = JumpTarget::Stage;

  /// A part of the bytecode whose instructions run one after the other, entered at its begin only.
  struct Block {
    BlockMeter meter;
    JumpTarget* target;  ///< the jump destination it begins with, if it does
    uint32_t first_rest; ///< of `rests_`
  };
  /// An instruction that must know the base gas of the rest of its segment.
  struct Rest {
    ThreadedInstr* instr;
    uint64_t gas_before; ///< of its block, up to and with the instruction
  };
  struct Pushed {
    uint256 value;
    size_t next; ///< pc behind the immediate
  };
  /// What leads a comparison to a jump: [ISZERO] PUSH JUMPI.
  struct JumpTail {
    bool negated;
    const JumpTarget* target;
    size_t next;
  };

  void run_trace();
  void open_block(JumpTarget* target);
  void open_checked_segment();
  void close_segment(const BlockFacts& after);
  void end_trace(const BlockFacts& after = {});

  void step();
  void push();
  void push_jump(const Pushed& pushed);
  void push_jumpi(const Pushed& pushed);
  bool comparison(uint8_t op);
  bool selector();
  void dup(uint8_t op);
  void swap(uint8_t op);
  void pops();
  void plain(uint8_t op);
  void go_on_to(JumpTarget& target);
  void branch_behind(size_t next);

  uint8_t op_at(size_t pc) const { return bytes_[std::min(pc, size_)]; }
  bool is_push_at(size_t pc) const;
  Pushed pushed_at(size_t pc) const;
  bool has_handler(const std::array<Handler, 256>& handlers, uint8_t op) const {
    return handlers[op] != nullptr && rows_[op].defined;
  }
  bool compares_to_jump_at(size_t pc) const;
  bool fuses_with_dup(size_t pc) const;
  std::optional<JumpTail> jump_tail_at(size_t pc) const;
  JumpTarget* target_of(const uint256& pc) const;

  ThreadedInstr* put(const ThreadedInstr& instr);
  ThreadedInstr* emit(Handler handler, Argument arg = {.word = 0});
  void emit_with_rest(Handler handler, uint32_t a = 0);
  void emit_literal(Handler handler, const uint256& value);
  void extend();

  const ThreadedCode& out_;
  const Code& code_;
  const uint8_t* bytes_;
  size_t size_;
  const OpcodeRows& rows_;
  ThreadedCode::Chunk* chunk_;

  size_t pc_ = 0;
  bool running_ = true;
  BlockMeter meter_;               ///< of the open block, the last of `blocks_`
  uint64_t segment_gas_ = 0;       ///< of the blocks before it
  ThreadedInstr* check_ = nullptr; ///< in front of the segment, if one stands there

  // What a usual trace needs lies beside the translator.
  std::array<std::byte, 4096> scratch_;
  std::pmr::monotonic_buffer_resource pool_{scratch_.data(), scratch_.size()};
  std::pmr::vector<Block> blocks_; ///< of the open segment
  std::pmr::vector<Rest> rests_;   ///< of the open segment
  std::pmr::vector<JumpTarget*> drafted_;
};

} // namespace runahead
