// Frames of calls that have ended, for calls to come: with them, a call like the one before
// allocates nothing for its frames, stacks and memories. May be used from any thread.
#pragma once

#include "machine/frame_store.hpp"

#include <mutex>

namespace runahead {

class FramePool {
public:
  explicit FramePool(size_t max_bytes = limits::frame_pool_bytes) : max_bytes_(max_bytes) {}

  /// A store of before, or a new one. No frame in it is alive.
  FrameStore take();
  /// Keeps the store, made small, unless the pool is full.
  void give(FrameStore store);

  StackSegment take_segment();
  void give(StackSegment segment);

  /// Bytes kept, at most what it was made for.
  size_t bytes() const;

private:
  const size_t max_bytes_;
  mutable std::mutex mutex_;
  size_t bytes_ = 0;
  std::vector<FrameStore> stores_;
  std::vector<StackSegment> segments_;
};

} // namespace runahead
