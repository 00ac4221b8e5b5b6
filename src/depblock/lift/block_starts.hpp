// Where the blocks of a code begin, and their numbers: at 0, at each JUMPDEST and behind each
// JUMPI. Never changed after it is made.
#pragma once

#include "code/code.hpp"

#include <bit>
#include <optional>
#include <vector>

namespace runahead::depblock {

/// A block's number: blocks are counted in the order of their pcs.
using BlockNumber = uint32_t;

class BlockStarts {
public:
  /// Linear.
  explicit BlockStarts(const Code& code);

  BlockNumber count() const { return static_cast<BlockNumber>(pcs_.size()); }
  uint32_t pc_of(BlockNumber block) const { return pcs_[block]; }
  /// Nothing if no block begins there. Any pc may be asked.
  std::optional<BlockNumber> at(uint64_t pc) const {
    if (pc / 64 >= bits_.size() || (bits_[pc / 64] >> (pc % 64) & 1) == 0) return std::nullopt;
    const uint64_t before = bits_[pc / 64] & ((uint64_t{1} << pc % 64) - 1);
    return ranks_[pc / 64] + static_cast<uint32_t>(std::popcount(before));
  }
  size_t footprint() const {
    return bits_.size() * 8 + ranks_.size() * 4 + pcs_.size() * sizeof(pcs_[0]);
  }

private:
  std::vector<uint64_t> bits_;
  std::vector<BlockNumber> ranks_; ///< starts before each word of bits
  std::vector<uint32_t> pcs_;
};

} // namespace runahead::depblock
