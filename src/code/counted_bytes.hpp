// A number of bytes that grows, and a total that it is part of while somebody counts it there. Any
// thread may make it grow, also after the total's owner is gone.
#pragma once

#include <atomic>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

namespace runahead {

class CountedBytes {
public:
  using Total = std::atomic<size_t>;

  explicit CountedBytes(size_t bytes) : state_(bytes) {}

  size_t bytes() const { return state_.load(std::memory_order_relaxed) & ~counted; }

  void grow(size_t by) {
    if ((state_.fetch_add(by) & counted) != 0) total_->fetch_add(by);
  }
  /// From now on all of it is part of `total`. REQUIRES: no other thread knows it yet, and it is
  /// counted nowhere.
  void count_in(std::shared_ptr<Total> total) {
    total_ = std::move(total);
    total_->fetch_add(state_.fetch_or(counted));
  }
  /// What it is, and what it grows by later, is no longer part of the total. REQUIRES: it was.
  void count_out() {
    const uint64_t state = state_.fetch_and(~counted);
    assert((state & counted) != 0);
    total_->fetch_sub(state & ~counted);
  }

private:
  static constexpr uint64_t counted = uint64_t{1} << 63; ///< in `state_`, above the bytes

  std::atomic<uint64_t> state_;
  std::shared_ptr<Total> total_;
};

} // namespace runahead
