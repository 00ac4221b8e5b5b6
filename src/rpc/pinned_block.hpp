// A block with what was read of its state; shared by the calls pinned to it. Values never outlive
// their block.
#pragma once

#include "rpc/chain_access.hpp"
#include "state/broker.hpp"

#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace runahead {

/// Source and broker belong to one loop; `block` and what the broker has found (`broker.find`) may
/// be read from any thread.
struct PinnedBlock {
  PinnedBlock(ChainBlock pinned, std::shared_ptr<StateSource> state, Executor& executor)
      : block(std::move(pinned)), source(std::move(state)), broker(*source, executor) {}

  ChainBlock block;
  std::shared_ptr<StateSource> source;
  Broker broker;
};
using PinRef = std::shared_ptr<PinnedBlock>;

/// Makes pinned blocks that any thread may let go of: they end on the loop that they belong to.
class PinMaker {
public:
  /// `executor` is the loop's, and must outlive the maker and every thread that holds a block.
  explicit PinMaker(Executor& executor);
  /// Blocks that are still held end wherever they are let go of from now on: then no other thread
  /// may hold one.
  ~PinMaker();
  PinMaker(const PinMaker&) = delete;
  PinMaker& operator=(const PinMaker&) = delete;

  /// On the loop's thread.
  PinRef make(ChainBlock block, std::shared_ptr<StateSource> source);

private:
  struct Ended;

  Executor& executor_;
  std::shared_ptr<Ended> ended_;
};

} // namespace runahead
