// A frame's memory: zero-initialised bytes in whole words, and what growing it costs.
#pragma once

#include "base/bytes.hpp"
#include "base/limits.hpp"
#include "base/uint256.hpp"
#include "spec/gas.hpp"

#include <limits>
#include <memory>

namespace runahead {

constexpr uint64_t words_of(uint64_t size_bytes) {
  return size_bytes / 32 + (size_bytes % 32 != 0);
}

/// Total price of a memory of so many words (Yellow Paper appendix H, C_mem). `words` < 2^31.
constexpr int64_t memory_gas(uint64_t words) {
  return static_cast<int64_t>(gas::memory_word * words + words * words / 512);
}

/// Keeps its buffer from frame to frame. Zeros are written some pages ahead of the size, so that
/// growing word by word costs next to nothing.
class Memory {
public:
  size_t size() const { return size_; }
  uint8_t* data() { return bytes_.get(); }
  const uint8_t* data() const { return bytes_.get(); }
  BytesView view(uint64_t offset, uint64_t size) const {
    return size == 0 ? BytesView{} : BytesView{bytes_.get() + offset, size};
  }

  /// Gas for making [offset, offset + size) accessible, or the largest number if no gas pays for
  /// it. Nothing is accessed where `size` is 0.
  int64_t growth_gas(const uint256& offset, const uint256& size) const {
    if (size.is_zero()) return 0;
    constexpr int64_t unpayable = std::numeric_limits<int64_t>::max();
    if (!offset.fits_u64() || !size.fits_u64()) return unpayable;
    const uint64_t from = offset.w[0], length = size.w[0];
    if (from > limits::memory_bytes || length > limits::memory_bytes - from) return unpayable;
    if (from + length <= size_) return 0;
    return memory_gas(words_of(from + length)) - memory_gas(size_ / 32);
  }

  /// Makes [offset, offset + size) accessible; the gas for it has been paid.
  void grow(uint64_t offset, uint64_t size) {
    if (size == 0 || offset + size <= size_) return;
    const size_t wanted = words_of(offset + size) * 32;
    if (wanted > zeroed_) zero_up_to(wanted);
    size_ = wanted;
  }

  /// Empty again. Keeps a buffer of up to limits::pooled_memory_bytes for the next frame; what was
  /// used of it is zeroed.
  void reset();
  /// Bytes of its buffer.
  size_t capacity() const { return capacity_; }

private:
  void zero_up_to(size_t size);

  std::unique_ptr<uint8_t[]> bytes_;
  size_t size_ = 0;
  size_t zeroed_ = 0; ///< bytes from `size_` to here are zero
  size_t capacity_ = 0;
};

} // namespace runahead
