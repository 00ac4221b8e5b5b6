#include "state/trie_arena.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

namespace runahead {

TrieArena::TrieArena(const TrieArena& other)
    : end_(other.end_), released_(other.released_), free_(other.free_) {
  if (other.capacity_ == 0) return;
  grow(end_ + end_ / 8 + 128); // so that the first changes of a copy do not move it
  std::memcpy(units_.get(), other.units_.get(), end_ * sizeof(uint64_t));
}

TrieArena& TrieArena::operator=(const TrieArena& other) {
  if (this != &other) *this = TrieArena(other);
  return *this;
}

TrieArena::TrieArena(TrieArena&& other) noexcept { *this = std::move(other); }

TrieArena& TrieArena::operator=(TrieArena&& other) noexcept {
  if (this == &other) return *this;
  units_ = std::move(other.units_);
  end_ = std::exchange(other.end_, 1);
  capacity_ = std::exchange(other.capacity_, 0);
  released_ = std::exchange(other.released_, 1);
  free_ = std::exchange(other.free_, {});
  return *this;
}

TrieArena::SizeClass TrieArena::size_class(size_t size_bytes) {
  const size_t units = (size_bytes + sizeof(uint64_t) - 1) / sizeof(uint64_t);
  if (units <= exact_units) return {units, units};
  const size_t rounded = std::bit_ceil(units);
  return {rounded, std::min(exact_units + std::bit_width(rounded - 1), lists - 1)};
}

void TrieArena::grow(size_t units) {
  constexpr size_t most_units = size_t{1} << 32;
  // realloc, because it moves large blocks by their page tables alone.
  void* const moved =
      units > most_units ? nullptr : std::realloc(units_.get(), units * sizeof(uint64_t));
  if (moved == nullptr) std::abort();
  (void)units_.release();
  units_.reset(static_cast<uint64_t*>(moved));
  capacity_ = units;
}

void TrieArena::reserve(size_t size_bytes) {
  const size_t needed = end_ + size_class(size_bytes).units;
  if (needed > capacity_) grow(needed);
}

NodeRef TrieArena::allocate(size_t size_bytes) {
  const SizeClass size = size_class(size_bytes);
  if (const NodeRef reused = free_[size.list]; reused != NodeRef::none) {
    std::memcpy(&free_[size.list], at(reused), sizeof(NodeRef));
    released_ -= size.units;
    return reused;
  }
  const size_t needed = end_ + size.units;
  if (needed > capacity_) grow(std::max({needed, capacity_ + capacity_ / 2, size_t{128}}));
  const auto fresh = static_cast<NodeRef>(end_);
  end_ = needed;
  return fresh;
}

void TrieArena::release(NodeRef record, size_t size_bytes) {
  const SizeClass size = size_class(size_bytes);
  std::memcpy(at(record), &free_[size.list], sizeof(NodeRef));
  free_[size.list] = record;
  released_ += size.units;
}

} // namespace runahead
