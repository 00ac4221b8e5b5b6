// Memory of tries: one block that holds all nodes, found by 32-bit references. Copying it is one
// memcpy. Belongs to one thread at a time.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>

namespace runahead {

/// A node in an arena. `none` is no node: the root of an empty trie.
enum class NodeRef : uint32_t { none = 0 };

/// Gives out records of any size. Released ones are given out again for records of the same size;
/// sizes above 1 KiB are rounded up to powers of two for that.
class TrieArena {
public:
  TrieArena() = default;
  TrieArena(const TrieArena& other);
  TrieArena& operator=(const TrieArena& other);
  TrieArena(TrieArena&& other) noexcept;
  TrieArena& operator=(TrieArena&& other) noexcept;
  ~TrieArena() = default;

  /// A record of undefined content, aligned to 8 bytes. Moves all records: pointers and views into
  /// the arena are valid until the next call. Ends the process if memory, or the 32 GiB that
  /// references can tell apart, are used up.
  NodeRef allocate(size_t size_bytes);
  /// REQUIRES: the size it was allocated with.
  void release(NodeRef record, size_t size_bytes);

  /// Takes memory for further records of this many bytes in all, so that the next ones do not move.
  void reserve(size_t size_bytes);

  void* at(NodeRef record) { return units_.get() + static_cast<uint32_t>(record); }
  const void* at(NodeRef record) const { return units_.get() + static_cast<uint32_t>(record); }

  /// Bytes in records that are not released.
  size_t used_bytes() const { return (end_ - released_) * sizeof(uint64_t); }
  /// Bytes taken from the system.
  size_t held_bytes() const { return capacity_ * sizeof(uint64_t); }

private:
  struct Free {
    void operator()(uint64_t* units) const { std::free(units); }
  };
  /// Units of 8 bytes that a record of this size takes, and which list its like are released to.
  struct SizeClass {
    size_t units;
    size_t list;
  };
  static constexpr size_t exact_units = 128;
  static constexpr size_t lists = exact_units + 33;

  static SizeClass size_class(size_t size_bytes);
  void grow(size_t units);

  std::unique_ptr<uint64_t, Free> units_;
  size_t end_ = 1; ///< unit 0 is NodeRef::none
  size_t capacity_ = 0;
  size_t released_ = 1;
  std::array<NodeRef, lists> free_{}; ///< each a list linked through the records' first bytes
};

} // namespace runahead
