#include "depblock/run/block_table.hpp"

#include "depblock/flow/analysis.hpp"
#include "depblock/flow/flow_passes.hpp"
#include "depblock/form/verify.hpp"

namespace runahead::depblock {

BlockTable::BlockTable(const Code& code, Fork fork)
    : code_(code), starts_(code), flow_(analyse_flow(code, fork, starts_)),
      blocks_(std::make_unique<std::atomic<const BlockView*>[]>(starts_.count())),
      lifter_(code, fork), passes_(fork) {}

size_t BlockTable::footprint() const {
  const std::lock_guard lock(making_);
  return sizeof(*this) + starts_.footprint() + starts_.count() * sizeof(blocks_[0]) +
         flow_.footprint() + store_.footprint();
}

const BlockView& BlockTable::block(BlockNumber number) const {
  const BlockView* present = blocks_[number].load(std::memory_order_acquire);
  return present != nullptr ? *present : *make(number);
}

const BlockView* BlockTable::make(BlockNumber number) const {
  const std::lock_guard lock(making_);
  if (const BlockView* present = blocks_[number].load(std::memory_order_relaxed)) return present;
  chain_of(flow_, number, chain_);
  lifter_.lift(starts_.pc_of(number), loose_, chain_);
  verify_in_debug(loose_.view(), "lifting");
  passes_.run(loose_);
  placer_.place(loose_, placed_);
  verify_in_debug(placed_.view(), "placing");
  const size_t before = store_.footprint();
  const BlockView* made = store_.add(placed_);
  code_.count_growth(*this, store_.footprint() - before);
  blocks_[number].store(made, std::memory_order_release);
  return made;
}

} // namespace runahead::depblock
