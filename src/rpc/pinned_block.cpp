#include "rpc/pinned_block.hpp"

namespace runahead {

/// Blocks that nobody holds any more, on their way to their loop.
struct PinMaker::Ended {
  std::mutex mutex;
  bool closed = false;
  std::vector<std::unique_ptr<PinnedBlock>> blocks;

  /// True if the loop is to be told.
  bool take(std::unique_ptr<PinnedBlock>& block) {
    const std::lock_guard lock(mutex);
    if (closed) return false;
    blocks.push_back(std::move(block));
    return blocks.size() == 1;
  }

  void clear(bool for_good = false) {
    std::vector<std::unique_ptr<PinnedBlock>> ending; // destroyed behind the lock
    const std::lock_guard lock(mutex);
    ending.swap(blocks);
    closed = closed || for_good;
  }
};

PinMaker::PinMaker(Executor& executor) : executor_(executor), ended_(std::make_shared<Ended>()) {}

PinMaker::~PinMaker() { ended_->clear(true); }

PinRef PinMaker::make(ChainBlock block, std::shared_ptr<StateSource> source) {
  const auto let_go = [ended = ended_, &executor = executor_](PinnedBlock* pinned) {
    std::unique_ptr<PinnedBlock> block_ended(pinned);
    if (ended->take(block_ended)) executor.post([ended] { ended->clear(); });
  };
  return {new PinnedBlock(std::move(block), std::move(source), executor_), let_go};
}

} // namespace runahead
