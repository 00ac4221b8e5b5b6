#include "code/code_cache.hpp"

namespace runahead {

CodeRef CodeCache::find(const Key& key) {
  const auto found = entries_.find(key);
  if (found == entries_.end()) return nullptr;
  order_.splice(order_.begin(), order_, found->second);
  return found->second->code;
}

CodeRef CodeCache::get(const Hash256& hash, BytesView bytes, Fork fork) {
  const Key key{hash, fork};
  {
    const std::lock_guard lock(mutex_);
    if (CodeRef code = find(key)) return code;
  }
  auto code = std::make_shared<const Code>(bytes);
  // A translation comes later; it is counted as if it were there.
  const size_t size = code->footprint() + bytes.size() * limits::translation_bytes_per_byte;
  const std::lock_guard lock(mutex_);
  if (CodeRef present = find(key)) return present; // another thread was faster
  order_.push_front({key, code, size});
  entries_[key] = order_.begin();
  bytes_ += size;
  while (bytes_ > max_bytes_ && order_.size() > 1) {
    bytes_ -= order_.back().bytes;
    entries_.erase(order_.back().key);
    order_.pop_back();
  }
  return code;
}

size_t CodeCache::bytes() const {
  const std::lock_guard lock(mutex_);
  return bytes_;
}

size_t CodeCache::size() const {
  const std::lock_guard lock(mutex_);
  return entries_.size();
}

} // namespace runahead
