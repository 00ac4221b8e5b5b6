#include "machine/memory.hpp"

#include <algorithm>
#include <cstring>

namespace runahead {
namespace {

/// Zeros are written this far ahead; the buffer grows by at least so much.
constexpr size_t step_bytes = 4 * limits::kib;

} // namespace

void Memory::zero_up_to(size_t size) {
  const size_t ready = (size + step_bytes - 1) / step_bytes * step_bytes;
  if (ready > capacity_) {
    const size_t capacity = std::max(ready, 2 * capacity_);
    auto larger = std::make_unique_for_overwrite<uint8_t[]>(capacity);
    if (size_ != 0) std::memcpy(larger.get(), bytes_.get(), size_);
    bytes_ = std::move(larger);
    capacity_ = capacity;
    zeroed_ = size_;
  }
  std::memset(bytes_.get() + zeroed_, 0, ready - zeroed_);
  zeroed_ = ready;
}

void Memory::reset() {
  if (capacity_ > limits::pooled_memory_bytes) {
    bytes_.reset();
    zeroed_ = capacity_ = 0;
  } else if (size_ != 0) {
    std::memset(bytes_.get(), 0, size_);
  }
  size_ = 0;
}

} // namespace runahead
