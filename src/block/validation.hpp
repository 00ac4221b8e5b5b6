// What can be told of a block without executing it: its header against its parent's, its body
// against its header, its ommers against its ancestors.
#pragma once

#include "block/block.hpp"
#include "block/fork_schedule.hpp"
#include "block/invalid_block.hpp"

#include <span>

namespace runahead {

/// Empty if the header may follow `parent`, whose hash is taken to be the header's parent hash.
/// Seals (Ethash) are not checked.
std::optional<InvalidBlock> validate_header(const BlockHeader& header, const BlockHeader& parent,
                                            const BlockRules& rules);

/// Empty if transactions, ommers and withdrawals are those that the header names, and the block is
/// not too large. `size_bytes` is that of the encoded block.
std::optional<InvalidBlock> validate_body(const Block& block, size_t size_bytes,
                                          const BlockRules& rules);

/// One of the blocks below a block.
struct Ancestor {
  const BlockHeader* header = nullptr;
  Hash256 hash;
  std::span<const BlockHeader> ommers;
};

/// How many generations of ancestors ommers are judged by: an ommer's parent is the 2nd to 7th.
inline constexpr size_t ommer_generations = 7;

/// Yellow Paper 11.1. `ancestors` begins with the block's parent, each the parent of the one
/// before, as many as there are but at most `ommer_generations`.
std::optional<InvalidBlock> validate_ommers(const Block& block, std::span<const Ancestor> ancestors,
                                            const ForkSchedule& schedule);

/// Sets every sender; the first signature that is none makes the block invalid.
std::optional<InvalidBlock> recover_senders(std::span<SignedTransaction> transactions, Fork fork);

} // namespace runahead
