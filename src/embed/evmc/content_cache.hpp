// Prepared code by its content, for hosts that hand over bytes and no hash. A key is 64 bits of a
// fast hash; what is found under it is compared byte by byte, so that a collision costs time and
// never an answer. Bounded in bytes, as the code cache that it is made of. May be used from any
// thread.
#pragma once

#include "code/code_cache.hpp"

namespace runahead::evmc {

class ContentCache {
public:
  explicit ContentCache(size_t max_bytes = limits::code_cache_bytes) : cache_(max_bytes) {}

  /// `bytes` prepared for `fork`; never null.
  CodeRef get(BytesView bytes, Fork fork);

private:
  CodeCache cache_;
};

/// Not for keys that somebody else must not guess.
uint64_t content_hash(BytesView bytes);

} // namespace runahead::evmc
