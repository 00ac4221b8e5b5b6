// Frames that wait for their next message, with their stacks and memories. May be used from any
// thread.
#pragma once

#include "machine/frame.hpp"

#include <mutex>
#include <vector>

namespace runahead::evmc {

class FramePool {
public:
  FramePool() { idle_.reserve(limits::evmc_idle_frames); }

  /// A frame, to be begun.
  std::unique_ptr<Frame> take() {
    const std::lock_guard lock(mutex_);
    if (idle_.empty()) return std::make_unique<Frame>();
    std::unique_ptr<Frame> frame = std::move(idle_.back());
    idle_.pop_back();
    return frame;
  }

  /// Beyond limits::evmc_idle_frames it is freed.
  void give_back(std::unique_ptr<Frame> frame) {
    frame->code.reset();
    frame->request.code.reset();
    const std::lock_guard lock(mutex_);
    if (idle_.size() < limits::evmc_idle_frames) idle_.push_back(std::move(frame));
  }

private:
  std::mutex mutex_;
  std::vector<std::unique_ptr<Frame>> idle_;
};

} // namespace runahead::evmc
