#include "machine/memory.hpp"

namespace runahead {

int64_t Memory::growth_gas(const uint256& offset, const uint256& size) const {
  if (size.is_zero()) return 0;
  constexpr int64_t unpayable = std::numeric_limits<int64_t>::max();
  if (!offset.fits_u64() || !size.fits_u64()) return unpayable;
  const uint64_t from = offset.w[0], length = size.w[0];
  if (from > limits::memory_bytes || length > limits::memory_bytes - from) return unpayable;
  if (from + length <= bytes_.size()) return 0;
  return memory_gas(words_of(from + length)) - memory_gas(bytes_.size() / 32);
}

void Memory::reset() {
  bytes_.clear();
  if (bytes_.capacity() > 64 * limits::kib) bytes_.shrink_to_fit();
}

} // namespace runahead
