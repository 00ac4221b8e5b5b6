#include "code/code_cache.hpp"

namespace runahead {

CodeRef CodeCache::get(const Hash256& hash, BytesView bytes) {
  if (const auto it = entries_.find(hash); it != entries_.end()) {
    order_.splice(order_.begin(), order_, it->second);
    return it->second->code;
  }
  auto code = std::make_shared<const Code>(bytes);
  order_.push_front({hash, code});
  entries_[hash] = order_.begin();
  bytes_ += code->footprint();
  while (bytes_ > max_bytes_ && order_.size() > 1) {
    bytes_ -= order_.back().code->footprint();
    entries_.erase(order_.back().hash);
    order_.pop_back();
  }
  return code;
}

} // namespace runahead
