#include "speculate/dataflow_scout.hpp"

#include <algorithm>

namespace runahead {

uint64_t DataflowScout::run(const CallStack& spine, const Stall& stall, Reads& reads) {
  uint64_t steps = 0;
  // A program may have gone on to another call, in another world: a block's next transaction.
  if (path_ != nullptr && spine_.lock() != spine.lifetime().lock()) path_ = nullptr;
  if (path_ != nullptr) {
    const uint64_t before = path_->stats().steps;
    path_->arrive(arrived_);
    if (foresaw(stall)) path_->go_on();
    steps = path_->stats().steps - before;
    if (path_->derailed() || !foresaw(stall)) path_ = nullptr;
  }
  arrived_.clear();
  if (path_ != nullptr) return steps;
  path_ = std::make_unique<Path>(spine, reads, facts_, history_, full_);
  spine_ = spine.lifetime();
  path_->go_on();
  return steps + path_->stats().steps;
}

/// On the spine's way, the path waits for what the spine waits for.
bool DataflowScout::foresaw(const Stall& stall) const {
  return std::ranges::any_of(stall.wanted,
                             [&](const StateKey& key) { return path_->waits_for(key); });
}

void DataflowScout::arrived(const StateKey& key) {
  if (path_ != nullptr && path_->waits_for(key)) arrived_.push_back(key);
}

} // namespace runahead
