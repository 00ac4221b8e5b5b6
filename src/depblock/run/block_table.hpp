// The dependency blocks of one code under one fork, each made when it is first reached. Attached to
// the code by the engine that runs them; may be used from any thread.
#pragma once

#include "code/translation.hpp"
#include "depblock/flow/flow_graph.hpp"
#include "depblock/form/block_store.hpp"
#include "depblock/lift/block_starts.hpp"
#include "depblock/lift/lift.hpp"
#include "depblock/lift/place.hpp"
#include "depblock/passes/block_passes.hpp"

#include <atomic>
#include <mutex>

namespace runahead::depblock {

class BlockTable final : public Translation {
public:
  static constexpr TranslationKind kind = TranslationKind::dependency_blocks;

  /// `code` must outlive it. Linear in the code's size.
  BlockTable(const Code& code, Fork fork);

  size_t footprint() const override;

  const BlockStarts& starts() const { return starts_; }
  const FlowGraph& flow() const { return flow_; }
  /// The block of a number, merged with its followers, improved and placed.
  const BlockView& block(BlockNumber number) const;

private:
  const BlockView* make(BlockNumber number) const;

  const Code& code_;
  BlockStarts starts_;
  FlowGraph flow_;
  std::unique_ptr<std::atomic<const BlockView*>[]> blocks_; ///< null until they are made
  // What makes blocks, one at a time.
  mutable std::mutex making_;
  mutable Lifter lifter_;
  mutable BlockPasses passes_;
  mutable Placer placer_;
  mutable Block loose_, placed_;
  mutable std::vector<uint32_t> chain_;
  mutable BlockStore store_;
};

} // namespace runahead::depblock
