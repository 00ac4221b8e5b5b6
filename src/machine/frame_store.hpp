// Where the frames of one call stack live: frames that are used again, and their EVM stacks one
// behind another. A callee's stack begins where its caller's ends, so that what a waiting call
// holds is what it uses.
#pragma once

#include "base/limits.hpp"
#include "machine/frame.hpp"

#include <memory>
#include <span>
#include <vector>

namespace runahead {

class FramePool;

/// Slots for stacks, not initialised. A frame may begin wherever limits::stack_height slots follow;
/// so a segment that has no room for another frame is at least half in use.
class StackSegment {
public:
  static constexpr size_t slots = 2 * limits::stack_height;
  static constexpr size_t bytes = slots * sizeof(uint256);

  StackSegment() : begin_(static_cast<uint256*>(::operator new(bytes))) {}
  uint256* begin() const { return begin_.get(); }
  bool has_room_at(const uint256* bottom) const {
    return begin_.get() + slots - bottom >= static_cast<ptrdiff_t>(limits::stack_height);
  }

private:
  struct Free {
    void operator()(uint256* memory) const { ::operator delete(memory); }
  };
  std::unique_ptr<uint256, Free> begin_;
};

class FrameStore {
public:
  FrameStore() = default;
  FrameStore(FrameStore&&) = default;
  FrameStore& operator=(FrameStore&&) = default;

  /// A frame on top, with an empty stack and memory, that is still to begin. `pool` gives what is
  /// missing.
  Frame& push(FramePool& pool);
  /// The top frame ends. It stays readable, but for its code and memory, until the next `push`.
  void pop();
  /// All frames end.
  void clear();
  /// Keeps the buffer for the output of the next outermost frame.
  void keep_output(Bytes buffer);

  Frame& top() { return *frames_[depth_ - 1]; }
  size_t depth() const { return depth_; }
  /// The frames alive, outermost first.
  std::span<const std::unique_ptr<Frame>> frames() const { return {frames_.data(), depth_}; }

  /// Makes the store small for a long wait: what the topmost segment holds moves to a buffer of its
  /// size. The frames stay readable; none may run before `unpark`. Does nothing where it would save
  /// nothing.
  void park(FramePool& pool);
  void unpark(FramePool& pool);

  /// Bytes held, itself included.
  size_t footprint() const;
  /// Drops frames and segments that nobody uses, the deepest first, until `footprint` is at most
  /// `most_bytes` or nothing is left to drop. REQUIRES: no frame is alive.
  void trim(size_t most_bytes);

private:
  void move_top_segment(const uint256* from, uint256* to);

  std::vector<std::unique_ptr<Frame>> frames_; ///< the first `depth_` are alive
  size_t depth_ = 0;
  std::vector<StackSegment> segments_; ///< the first `segments_used_` hold stacks
  size_t segments_used_ = 0;
  std::vector<uint256> parked_; ///< in the place of the topmost segment; else empty
  bool is_parked_ = false;
};

} // namespace runahead
