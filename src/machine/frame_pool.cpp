#include "machine/frame_pool.hpp"

#include <utility>

namespace runahead {

FrameStore FramePool::take() {
  const std::lock_guard lock(mutex_);
  if (stores_.empty()) return {};
  FrameStore store = std::move(stores_.back());
  stores_.pop_back();
  bytes_ -= store.footprint();
  return store;
}

void FramePool::give(FrameStore store) {
  store.clear();
  store.trim(limits::pooled_store_bytes);
  const size_t size = store.footprint();
  const std::lock_guard lock(mutex_);
  if (bytes_ + size > max_bytes_) return;
  bytes_ += size;
  stores_.push_back(std::move(store));
}

StackSegment FramePool::take_segment() {
  {
    const std::lock_guard lock(mutex_);
    if (!segments_.empty()) {
      StackSegment segment = std::move(segments_.back());
      segments_.pop_back();
      bytes_ -= StackSegment::bytes;
      return segment;
    }
  }
  return {};
}

void FramePool::give(StackSegment segment) {
  const std::lock_guard lock(mutex_);
  if (bytes_ + StackSegment::bytes > max_bytes_) return;
  bytes_ += StackSegment::bytes;
  segments_.push_back(std::move(segment));
}

size_t FramePool::bytes() const {
  const std::lock_guard lock(mutex_);
  return bytes_;
}

} // namespace runahead
