// Prepared code by its hash, least recently used dropped first, bounded in bytes.
// Used from one thread.
#pragma once

#include "base/limits.hpp"
#include "code/code.hpp"

#include <list>
#include <unordered_map>

namespace runahead {

class CodeCache {
public:
  explicit CodeCache(size_t max_bytes = limits::code_cache_bytes) : max_bytes_(max_bytes) {}

  /// The code with Keccak-256 `hash`, prepared from `bytes` if it is not there yet. What is dropped
  /// stays alive as long as somebody holds it.
  CodeRef get(const Hash256& hash, BytesView bytes);

  size_t bytes() const { return bytes_; }
  size_t size() const { return entries_.size(); }

private:
  struct Entry {
    Hash256 hash;
    CodeRef code;
  };
  size_t max_bytes_;
  size_t bytes_ = 0;
  std::list<Entry> order_; ///< most recently used first
  std::unordered_map<Hash256, std::list<Entry>::iterator> entries_;
};

} // namespace runahead
