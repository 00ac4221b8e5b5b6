// Threaded code: the code of a contract as a list of handlers with their arguments, each of which
// goes straight to the next. Made once per code and fork, in one pass; never changed afterwards, so
// any number of threads may run it.
//
// Entry checks stand where control arrives: in front of the code's first instruction and behind
// each JUMPI, as an instruction of their own; at a jump destination, as a record that the jump
// looks at. A block that always goes on into a later one - it falls into a JUMPDEST, or jumps
// forward to a literal - carries that one's facts too and goes on without a check. So a check may
// ask for more than the block itself; where it fails, the stepping interpreter finds out what
// really happens.
#pragma once

#include "code/block_facts.hpp"
#include "code/code.hpp"
#include "code/translation.hpp"
#include "interp/threaded_dispatch.hpp"

#include <vector>

namespace runahead {

/// Where a jump may arrive.
struct JumpTarget {
  const ThreadedInstr* body; ///< the first instruction behind the JUMPDEST
  BlockFacts facts;
  uint32_t pc;
};

/// One threaded instruction. What the argument means is the handler's business.
struct ThreadedInstr {
  threaded::Handler run;
  union Argument {
    uint64_t word;
    const uint256* literal;   ///< into the code's literals
    const JumpTarget* target; ///< into the code's targets
    const ThreadedInstr* body;
    BlockFacts facts;
    struct {
      uint32_t a, b;
    } pair;
  } arg;
};
static_assert(sizeof(ThreadedInstr) == 16);

class ThreadedCode final : public Translation {
public:
  /// Linear in the code's size. `code` must outlive it.
  ThreadedCode(const Code& code, Fork fork);

  size_t footprint() const override;

  /// Begins with the check of the first block.
  const ThreadedInstr* begin() const { return instrs_.data(); }
  const ThreadedInstr* at(uint32_t index) const { return &instrs_[index]; }
  uint32_t index_of(const ThreadedInstr* instr) const {
    return static_cast<uint32_t>(instr - instrs_.data());
  }
  size_t size() const { return instrs_.size(); }
  /// Where the bytecode of an instruction begins; of a fused one, that of its first part.
  uint32_t pc_of(uint32_t index) const { return pcs_[index]; }

  const JumpTarget* targets() const { return targets_.data(); }
  /// Null if `pc` is no jump destination.
  const JumpTarget* destination(uint64_t pc) const {
    return code_.is_jump_destination(pc) ? &targets_[code_.rank_of_destination(pc)] : nullptr;
  }

private:
  friend class ThreadedTranslator;

  const Code& code_;
  std::vector<ThreadedInstr> instrs_;
  std::vector<uint32_t> pcs_;
  std::vector<uint256> literals_;   ///< wider than 64 bits
  std::vector<JumpTarget> targets_; ///< of each jump destination, ascending
};

} // namespace runahead
