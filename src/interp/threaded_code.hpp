// Threaded code: the code of a contract as handlers with their arguments, each of which goes
// straight to the next.
//
// It is made lazily, a trace at a time: from where control first arrives along what always follows
// - falling on, jumping to a literal, not taking a JUMPI - up to the first instruction whose
// successor is not known. What a trace goes on into is laid out right behind it, so that a chain of
// unconditional jumps leaves nothing to run. Code that is never reached costs nothing.
//
// Entry checks stand where control arrives: in front of the code's first instruction and behind
// each JUMPI, as an instruction of their own; at a jump destination, as a record that the jump
// looks at. A block that always goes on into another carries that one's facts too. So a check may
// ask for more than the block itself; where it fails, the stepping interpreter finds out what
// really happens.
#pragma once

#include "code/block_facts.hpp"
#include "code/code.hpp"
#include "code/translation.hpp"
#include "interp/threaded_dispatch.hpp"

#include <atomic>
#include <mutex>
#include <span>
#include <vector>

namespace runahead {

/// Where a jump may arrive.
struct JumpTarget {
  enum class Stage : uint8_t {
    untouched,
    open,    ///< its segment is being translated
    drafted, ///< its segment is finished, its trace is not
    ready,   ///< may be run
  };
  const ThreadedInstr* body = nullptr; ///< the first instruction behind the JUMPDEST
  BlockFacts facts{};
  uint32_t pc = 0;
  std::atomic<Stage> stage = Stage::untouched; ///< `body` and `facts` are for all once it is ready

  bool is_ready() const { return stage.load(std::memory_order_acquire) == Stage::ready; }
};
static_assert(sizeof(JumpTarget) == 24);

/// One threaded instruction. What the argument means is the handler's business.
struct ThreadedInstr {
  threaded::Handler run;
  union Argument {
    uint64_t word;
    const JumpTarget* target; ///< into the code's targets
    const ThreadedInstr* body;
    BlockFacts facts;
    struct {
      uint32_t a, b;
    } pair;
  } arg;
};
static_assert(sizeof(ThreadedInstr) == 16);

/// A literal wider than 64 bits takes this many places behind its instruction.
inline constexpr size_t literal_places = sizeof(uint256) / sizeof(ThreadedInstr);

/// Any number of threads may run and extend one.
class ThreadedCode final : public Translation {
public:
  static constexpr TranslationKind kind = TranslationKind::threaded_code;

  /// Translates what runs first; linear in the code's size. `code` must outlive it.
  ThreadedCode(const Code& code, Fork fork);
  ~ThreadedCode() override;

  size_t footprint() const override;

  /// The check in front of the code's first instruction.
  const ThreadedInstr* begin() const { return begin_; }
  /// Where the bytecode of an instruction begins; of a fused one, that of its first part.
  uint32_t pc_of(const ThreadedInstr* instr) const;

  const JumpTarget* targets() const { return targets_.get(); }
  /// Null if `pc` is no jump destination. What is there may not be ready.
  const JumpTarget* destination(uint64_t pc) const {
    return code_.is_jump_destination(pc) ? &targets_[code_.rank_of_destination(pc)] : nullptr;
  }

  /// Translates what begins at `target` unless that is done. Linear in what was not translated yet.
  void make_ready(const JumpTarget& target) const;
  void make_all_ready() const;
  /// All instructions made so far, in no particular order; literals stand among them. For looking
  /// at a translation while nobody extends it.
  std::vector<std::span<const ThreadedInstr>> instructions() const;

private:
  friend class ThreadedTranslator;

  /// Instructions never move: where one chunk is full, its last place leads to the next.
  struct Chunk {
    std::unique_ptr<ThreadedInstr[]> instrs;
    std::unique_ptr<uint32_t[]> pcs; ///< of each
    size_t capacity;
    size_t used = 0; ///< changed by the translator only
    std::unique_ptr<Chunk> older;
  };
  size_t bytes_since(const Chunk* last) const;

  const Code& code_;
  Fork fork_;
  std::unique_ptr<JumpTarget[]> targets_; ///< of each jump destination, ascending
  const ThreadedInstr* begin_ = nullptr;
  mutable std::mutex mutex_;                     ///< held while translating
  mutable std::atomic<Chunk*> newest_ = nullptr; ///< owned; the list only grows
};

} // namespace runahead
