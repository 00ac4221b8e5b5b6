#include "depblock/form/block_store.hpp"

#include <algorithm>
#include <cstring>
#include <new>

namespace runahead::depblock {
namespace {

constexpr size_t chunk_bytes = 16 * 1024;
constexpr size_t alignment = alignof(BlockView);

template <class T>
constexpr size_t padded_size(const std::vector<T>& list) {
  static_assert(std::is_trivially_copyable_v<T> && alignof(T) <= alignment);
  return (list.size() * sizeof(T) + alignment - 1) / alignment * alignment;
}

} // namespace

std::byte* BlockStore::allocate(size_t size) {
  if (size > left_) {
    left_ = std::max(size, chunk_bytes);
    chunks_.push_back(std::make_unique_for_overwrite<std::byte[]>(left_));
    footprint_ += left_;
    if (left_ > chunk_bytes) { // of its own; the one before is not used up
      left_ = 0;
      return chunks_.back().get();
    }
  }
  std::byte* const place = chunks_.back().get() + (chunk_bytes - left_);
  left_ -= size;
  return place;
}

template <class T>
std::span<const T> BlockStore::copy(const std::vector<T>& from, std::byte*& to) {
  T* const first = reinterpret_cast<T*>(to);
  std::ranges::uninitialized_copy(from, std::span(first, from.size()));
  to += padded_size(from);
  return {first, from.size()};
}

const BlockView* BlockStore::add(const Block& block) {
  constexpr size_t head = (sizeof(BlockView) + alignment - 1) / alignment * alignment;
  std::byte* place = allocate(head + padded_size(block.instrs) + padded_size(block.operands) +
                              padded_size(block.literals) + padded_size(block.spills));
  auto* const view = new (place) BlockView;
  static_cast<BlockHead&>(*view) = block;
  place += head;
  view->instrs = copy(block.instrs, place);
  view->operands = copy(block.operands, place);
  view->literals = copy(block.literals, place);
  view->spills = copy(block.spills, place);
  return view;
}

} // namespace runahead::depblock
