#include "machine/frame_store.hpp"

#include "machine/frame_pool.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace runahead {

Frame& FrameStore::push(FramePool& pool) {
  uint256* bottom = depth_ == 0 ? nullptr : top().sp;
  if (depth_ == 0 || !segments_[segments_used_ - 1].has_room_at(bottom)) {
    if (segments_used_ == segments_.size()) segments_.push_back(pool.take_segment());
    bottom = segments_[segments_used_++].begin();
  }
  if (depth_ == frames_.size()) frames_.push_back(std::make_unique<Frame>());
  Frame& frame = *frames_[depth_++];
  frame.bottom = frame.sp = bottom;
  frame.segment = static_cast<uint32_t>(segments_used_ - 1);
  return frame;
}

void FrameStore::pop() {
  Frame& frame = top();
  frame.code = frame.message.code = frame.request.code = nullptr;
  frame.memory.reset();
  --depth_;
  segments_used_ = depth_ == 0 ? 0 : top().segment + 1;
}

void FrameStore::clear() {
  is_parked_ = false;
  while (depth_ > 0) pop();
}

void FrameStore::keep_output(Bytes buffer) {
  if (!frames_.empty()) frames_[0]->output = std::move(buffer);
}

/// `from` and `to` are the places of the topmost segment's first slot.
void FrameStore::move_top_segment(const uint256* from, uint256* to) {
  const size_t used = static_cast<size_t>(top().sp - from);
  std::copy_n(from, used, to);
  for (size_t i = depth_; i-- > 0 && frames_[i]->segment + 1 == segments_used_;) {
    Frame& frame = *frames_[i];
    frame.sp = to + (frame.sp - from);
    frame.bottom = to + (frame.bottom - from);
  }
}

void FrameStore::park(FramePool& pool) {
  if (is_parked_ || depth_ == 0) return;
  StackSegment& segment = segments_[segments_used_ - 1];
  const auto used = static_cast<size_t>(top().sp - segment.begin());
  if (used > StackSegment::slots / 2) return;
  parked_.resize(used);
  move_top_segment(segment.begin(), parked_.data());
  for (; segments_.size() >= segments_used_; segments_.pop_back())
    pool.give(std::move(segments_.back()));
  is_parked_ = true;
}

void FrameStore::unpark(FramePool& pool) {
  if (!is_parked_) return;
  is_parked_ = false;
  segments_.push_back(pool.take_segment());
  move_top_segment(parked_.data(), segments_.back().begin());
}

size_t FrameStore::footprint() const {
  size_t bytes = sizeof(*this) + parked_.capacity() * sizeof(uint256) +
                 frames_.capacity() * sizeof(frames_[0]) +
                 segments_.capacity() * sizeof(segments_[0]) +
                 segments_.size() * StackSegment::bytes;
  for (const auto& frame : frames_) bytes += frame->footprint();
  return bytes;
}

void FrameStore::trim(size_t most_bytes) {
  assert(depth_ == 0);
  size_t bytes = footprint();
  for (; bytes > most_bytes && segments_.size() > 1; segments_.pop_back())
    bytes -= StackSegment::bytes;
  for (; bytes > most_bytes && !frames_.empty(); frames_.pop_back())
    bytes -= frames_.back()->footprint();
}

} // namespace runahead
