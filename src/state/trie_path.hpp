// Paths of tries: keys as rows of nibbles, high half of a byte first (Yellow Paper, appendices C
// and D).
#pragma once

#include "base/bytes.hpp"

#include <algorithm>
#include <compare>

namespace runahead {

/// Some nibbles of a byte string that belongs to someone else.
class NibbleView {
public:
  NibbleView() = default;
  /// All of a key.
  explicit NibbleView(BytesView key) : bytes_(key.data()), end_(2 * key.size()) {}
  NibbleView(const uint8_t* bytes, size_t count) : bytes_(bytes), end_(count) {}

  size_t size() const { return end_ - begin_; }
  bool empty() const { return begin_ == end_; }
  unsigned operator[](size_t index) const {
    const size_t i = begin_ + index;
    return i % 2 == 0 ? bytes_[i / 2] >> 4 : bytes_[i / 2] & 0x0f;
  }
  unsigned front() const { return (*this)[0]; }

  NibbleView first(size_t count) const { return {bytes_, begin_, begin_ + count}; }
  NibbleView without_first(size_t count) const { return {bytes_, begin_ + count, end_}; }

  /// How many nibbles both begin with.
  size_t common_prefix(const NibbleView& other) const {
    const size_t end = std::min(size(), other.size());
    size_t i = 0;
    while (i < end && (*this)[i] == other[i]) ++i;
    return i;
  }
  friend bool operator==(const NibbleView& a, const NibbleView& b) {
    return a.size() == b.size() && a.common_prefix(b) == a.size();
  }
  /// As strings of nibbles: a prefix is less than what it begins.
  friend std::strong_ordering operator<=>(const NibbleView& a, const NibbleView& b) {
    const size_t shared = a.common_prefix(b);
    if (shared == a.size() || shared == b.size()) return a.size() <=> b.size();
    return a[shared] <=> b[shared];
  }

  /// Bytes that `pack` writes.
  size_t packed_bytes() const { return (size() + 1) / 2; }
  /// Writes two nibbles a byte; an odd one at the end is a high half.
  void pack(uint8_t* out) const {
    for (size_t i = 0; i < size(); i += 2)
      *out++ = static_cast<uint8_t>((*this)[i] << 4 | (i + 1 < size() ? (*this)[i + 1] : 0));
  }

  /// Bytes that `hex_prefix` writes.
  size_t hex_prefix_bytes() const { return 1 + size() / 2; }
  /// Writes the hex-prefix encoding (Yellow Paper, appendix C), in which a flag tells leaves.
  void hex_prefix(uint8_t* out, bool is_leaf) const {
    unsigned flags = is_leaf ? 0x20 : 0x00;
    size_t i = 0;
    if (size() % 2 != 0) flags |= 0x10 | (*this)[i++];
    *out++ = static_cast<uint8_t>(flags);
    if ((begin_ + i) % 2 == 0) {
      std::copy_n(bytes_ + (begin_ + i) / 2, (size() - i) / 2, out);
      return;
    }
    for (; i < size(); i += 2) *out++ = static_cast<uint8_t>((*this)[i] << 4 | (*this)[i + 1]);
  }

private:
  NibbleView(const uint8_t* bytes, size_t begin, size_t end)
      : bytes_(bytes), begin_(begin), end_(end) {}

  const uint8_t* bytes_ = nullptr;
  size_t begin_ = 0, end_ = 0;
};

} // namespace runahead
