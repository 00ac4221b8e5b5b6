// Values that may rest on guesses. A tag is the set of reads, as bits, whose missing values were
// guessed on the way to a value; an empty tag means the value is what it will really be, as far as
// this path goes.
#pragma once

#include "base/bytes.hpp"
#include "base/uint256.hpp"

#include <memory>
#include <vector>

namespace runahead {

/// One bit a missing read; reads beyond 64 share bits, which only makes reruns more frequent.
using Tag = uint64_t;

/// A word of the stack. `bytes` narrows the tag to the bytes that may really be different, bit 0
/// the lowest: words that are copied from memory hold parts of several values, and masks cut parts
/// off.
struct TaggedWord {
  TaggedWord() = default;
  TaggedWord(const uint256& v, Tag t) : value(v), tag(t), bytes(t != 0 ? all_bytes : 0) {}
  TaggedWord(const uint256& v, Tag t, uint32_t b)
      : value(v), tag(b != 0 ? t : 0), bytes(t != 0 ? b : 0) {}

  /// The same value, resting on `more` as a whole too.
  TaggedWord also(Tag more) const { return more != 0 ? TaggedWord(value, tag | more) : *this; }

  static constexpr uint32_t all_bytes = ~uint32_t{0};
  uint256 value;
  Tag tag = 0;
  uint32_t bytes = 0; ///< not zero exactly where `tag` is not
};

/// The result of a pure opcode on words, `value` computed already.
TaggedWord combine(uint8_t op, const uint256& value, const TaggedWord& a, const TaggedWord& b);

/// Tags are kept per 4 bytes: ABI call data has its words at 4 modulo 32, packed data at multiples
/// of 4.
inline constexpr size_t tag_grain_bytes = 4;

/// An immutable byte string with tags, such as call data; copies share it.
class TaggedBytes {
public:
  TaggedBytes() = default;
  /// Bytes that are known; they must outlive every copy.
  explicit TaggedBytes(BytesView known) : bytes_(known) {}
  /// Owned bytes, and a tag for each or none at all.
  TaggedBytes(Bytes bytes, std::vector<Tag> tags);
  /// Owned bytes, all with the one tag.
  TaggedBytes(Bytes bytes, Tag tag);

  size_t size() const { return bytes_.size(); }
  BytesView bytes() const { return bytes_; }
  /// The tags of every byte in [offset, offset + size).
  Tag tag(size_t offset, size_t size) const;
  Tag tag() const { return tag(0, size()); }
  /// The word at `offset`, zeros behind the end.
  TaggedWord word(uint64_t offset) const;

private:
  struct Storage {
    Bytes bytes;
    std::vector<Tag> tags;
  };
  std::shared_ptr<const Storage> storage_; ///< null for known bytes of others
  BytesView bytes_;
};

/// A frame's memory: pages that are shared between copies until written, over the memory of the
/// spine's frame.
class TaggedMemory {
public:
  TaggedMemory() = default;
  /// Starts as `base`, which must outlive it.
  explicit TaggedMemory(BytesView base) : base_(base), size_(base.size()) {}

  size_t size() const { return size_; }
  /// Makes [offset, offset + size) part of it, in whole words.
  void grow(uint64_t offset, uint64_t size);

  TaggedWord load(uint64_t offset) const;
  void store(uint64_t offset, const TaggedWord& word);
  void store_byte(uint64_t offset, uint8_t byte, Tag tag);
  /// Writes bytes with the tags of `source` from `source_offset` on; zeros behind its end.
  void copy_in(uint64_t offset, const TaggedBytes& source, uint64_t source_offset, uint64_t size);
  TaggedBytes copy_out(uint64_t offset, uint64_t size) const;

private:
  static constexpr size_t page_bytes = 1024;
  /// Tags are kept per byte: packed encodings put words at any offset, and what is overwritten must
  /// lose its tag.
  struct Page {
    std::array<uint8_t, page_bytes> bytes{};
    std::vector<Tag> tags; ///< empty while none is tagged
  };

  const Page* page_at(uint64_t offset) const;
  Page& writable(uint64_t offset);
  void read(uint64_t offset, uint8_t* out, size_t size) const;
  Tag tag(uint64_t offset, uint64_t size) const;
  void write(uint64_t offset, BytesView bytes, Tag tag);
  uint32_t tagged_bytes(uint64_t offset) const;

  BytesView base_;
  size_t size_ = 0;
  std::vector<std::shared_ptr<Page>> pages_; ///< null: as in `base_`, zeros behind it
};

} // namespace runahead
