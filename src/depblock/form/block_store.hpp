// Where finished blocks are kept: copies in large chunks, which never move.
#pragma once

#include "depblock/form/block.hpp"

#include <cstddef>
#include <memory>

namespace runahead::depblock {

class BlockStore {
public:
  /// Copies the block; the view and its lists live as long as the store.
  const BlockView* add(const Block& block);

  size_t footprint() const { return footprint_; }

private:
  std::byte* allocate(size_t size);
  template <class T>
  std::span<const T> copy(const std::vector<T>& from, std::byte*& to);

  std::vector<std::unique_ptr<std::byte[]>> chunks_;
  size_t left_ = 0; ///< bytes of the last chunk
  size_t footprint_ = 0;
};

} // namespace runahead::depblock
