// How control flows between the blocks of a code, as far as it can be told without running it.
// Plain data, made by flow/analysis.hpp; the passes over it add to it. What is not known is said to
// be unknown, never guessed.
#pragma once

#include "depblock/form/block.hpp"
#include "depblock/lift/block_starts.hpp"

namespace runahead::depblock {

inline constexpr BlockNumber no_block = 0xffffffff;

/// What flow needs to know of one block.
struct FlowBlock {
  EndKind end = EndKind::refused;
  bool reached = false;      ///< some path from the first block may come here
  bool unknown_jump = false; ///< some path leaves for a place that is not known
  bool bad_jump = false;     ///< some path ends in a jump to what is no destination
  bool literal_jump = false; ///< its jump names a literal
  bool only_aborts = false;  ///< every path from here ends in REVERT, INVALID or a fault
  uint16_t contexts = 0;     ///< different stacks of return addresses it was entered with; 1 where
                             ///< the frame ends
  uint32_t pc = 0, bytes = 0, opcodes = 0;
  BlockNumber reconverges = no_block; ///< where all paths from it meet first, if that is known
  BlockNumber merged_into = no_block; ///< the block it is a piece of, for those that always come
                                      ///< from there
};

/// Lists of edges by block, in two flat arrays.
class Edges {
public:
  Edges() = default;
  /// `pairs`: from, to; in any order, repetitions are dropped. Linear.
  Edges(BlockNumber blocks, std::span<const std::pair<BlockNumber, BlockNumber>> pairs);

  std::span<const BlockNumber> of(BlockNumber block) const {
    return std::span(targets_).subspan(first_[block], first_[block + 1] - first_[block]);
  }
  size_t count() const { return targets_.size(); }
  size_t footprint() const { return (first_.size() + targets_.size()) * sizeof(uint32_t); }
  /// The same edges the other way; each list ascends.
  Edges reversed() const;

private:
  void drop_repetitions();

  std::vector<uint32_t> first_;
  std::vector<BlockNumber> targets_;
};

struct FlowGraph {
  std::vector<FlowBlock> blocks; ///< by number
  Edges successors, predecessors;
  /// True if some reached jump leaves for an unknown place: any jump destination may then be
  /// entered with any stack.
  bool has_unknown_jump = false;
  /// True if a bound stopped the exploration; what it had not come to counts as unknown.
  bool cut_short = false;

  size_t footprint() const {
    return blocks.size() * sizeof(FlowBlock) + successors.footprint() + predecessors.footprint();
  }
};

} // namespace runahead::depblock
