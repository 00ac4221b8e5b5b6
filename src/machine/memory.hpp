// A frame's memory: zero-initialised bytes in whole words, and what growing it costs.
#pragma once

#include "base/bytes.hpp"
#include "base/limits.hpp"
#include "base/uint256.hpp"
#include "spec/gas.hpp"

#include <limits>

namespace runahead {

constexpr uint64_t words_of(uint64_t size_bytes) {
  return size_bytes / 32 + (size_bytes % 32 != 0);
}

/// Total price of a memory of so many words (Yellow Paper appendix H, C_mem). `words` < 2^31.
constexpr int64_t memory_gas(uint64_t words) {
  return static_cast<int64_t>(gas::memory_word * words + words * words / 512);
}

class Memory {
public:
  size_t size() const { return bytes_.size(); }
  uint8_t* data() { return bytes_.data(); }
  const uint8_t* data() const { return bytes_.data(); }
  BytesView view(uint64_t offset, uint64_t size) const {
    return size == 0 ? BytesView{} : BytesView{bytes_.data() + offset, size};
  }

  /// Gas for making [offset, offset + size) accessible, or the largest number if no gas pays for
  /// it. Nothing is accessed where `size` is 0.
  int64_t growth_gas(const uint256& offset, const uint256& size) const;

  /// Makes [offset, offset + size) accessible; the gas for it has been paid.
  void grow(uint64_t offset, uint64_t size) {
    if (size != 0 && offset + size > bytes_.size()) bytes_.resize(words_of(offset + size) * 32);
  }

  /// Empty again; keeps up to 64 KiB of capacity for the next frame.
  void reset();

private:
  Bytes bytes_;
};

} // namespace runahead
