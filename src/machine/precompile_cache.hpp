// What expensive precompiles answered, by their input: signatures, proofs and hashes are often
// checked again by the next call on the same block. May be used from any thread.
#pragma once

#include "base/bytes.hpp"
#include "base/limits.hpp"

#include <list>
#include <mutex>
#include <optional>
#include <string_view>
#include <unordered_map>

namespace runahead {

class PrecompileCache {
public:
  explicit PrecompileCache(size_t max_bytes = limits::precompile_cache_bytes)
      : max_bytes_(max_bytes) {}

  /// The output that precompile `id` gave on this input, if it is remembered.
  std::optional<Bytes> find(uint16_t id, BytesView input);
  /// Remembers an output; the least recently used ones go where there is no room.
  void remember(uint16_t id, BytesView input, BytesView output);

  /// True if running it again would cost more than remembering: dear, and dear for its size.
  static bool is_worthwhile(uint64_t gas, size_t input_bytes);

  size_t bytes() const;

private:
  struct Entry {
    std::string key; ///< id and input
    Bytes output;
    size_t bytes() const { return sizeof(Entry) + key.size() + output.size(); }
  };
  using Order = std::list<Entry>; ///< most recently used first

  size_t max_bytes_;
  mutable std::mutex mutex_;
  size_t bytes_ = 0;
  Order order_;
  std::unordered_map<std::string_view, Order::iterator> entries_; ///< keys live in the entries
};

} // namespace runahead
