// Prepared code by its hash and the fork, least recently used dropped first, bounded in bytes.
// May be used from any thread.
#pragma once

#include "base/limits.hpp"
#include "code/code.hpp"
#include "spec/fork.hpp"

#include <list>
#include <mutex>
#include <unordered_map>

namespace runahead {

class CodeCache {
public:
  explicit CodeCache(size_t max_bytes = limits::code_cache_bytes) : max_bytes_(max_bytes) {}

  /// The code with Keccak-256 `hash`, prepared from `bytes` if it is not there yet, for a fork:
  /// what engines attach to it holds for that one. What is dropped stays alive as long as somebody
  /// holds it. A code counts with what engines made of it so far.
  CodeRef get(const Hash256& hash, BytesView bytes, Fork fork);

  size_t bytes() const;
  size_t size() const;

private:
  struct Key {
    Hash256 hash;
    Fork fork;
    friend bool operator==(const Key&, const Key&) = default;
  };
  struct KeyHash {
    size_t operator()(const Key& key) const noexcept {
      return std::hash<Hash256>{}(key.hash) + static_cast<size_t>(key.fork);
    }
  };
  struct Entry {
    Key key;
    CodeRef code;
  };
  CodeRef find(const Key& key);
  void drop_beyond_limit();

  size_t max_bytes_;
  mutable std::mutex mutex_;
  /// The footprints of all that is here; grows as engines translate, without the lock.
  std::shared_ptr<CountedBytes::Total> bytes_ = std::make_shared<CountedBytes::Total>(0);
  std::list<Entry> order_; ///< most recently used first
  std::unordered_map<Key, std::list<Entry>::iterator, KeyHash> entries_;
};

} // namespace runahead
