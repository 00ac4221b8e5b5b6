#include "code/code_cache.hpp"

namespace runahead {

CodeRef CodeCache::find(const Key& key) {
  const auto found = entries_.find(key);
  if (found == entries_.end()) return nullptr;
  order_.splice(order_.begin(), order_, found->second);
  drop_beyond_limit();
  return order_.front().code;
}

void CodeCache::drop_beyond_limit() {
  while (*bytes_ > max_bytes_ && order_.size() > 1) {
    order_.back().code->count_out();
    entries_.erase(order_.back().key);
    order_.pop_back();
  }
}

CodeRef CodeCache::get(const Hash256& hash, BytesView bytes, Fork fork) {
  const Key key{hash, fork};
  {
    const std::lock_guard lock(mutex_);
    if (CodeRef code = find(key)) return code;
  }
  auto code = std::make_shared<Code>(bytes);
  const std::lock_guard lock(mutex_);
  if (CodeRef present = find(key)) return present; // another thread was faster
  code->count_in(bytes_);
  order_.push_front({key, code});
  entries_[key] = order_.begin();
  drop_beyond_limit();
  return code;
}

size_t CodeCache::bytes() const { return *bytes_; }

size_t CodeCache::size() const {
  const std::lock_guard lock(mutex_);
  return entries_.size();
}

} // namespace runahead
