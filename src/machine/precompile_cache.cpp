#include "machine/precompile_cache.hpp"

namespace runahead {
namespace {

std::string key_of(uint16_t id, BytesView input) {
  std::string key;
  key.reserve(input.size() + 2);
  key.push_back(static_cast<char>(id >> 8));
  key.push_back(static_cast<char>(id));
  key.append(reinterpret_cast<const char*>(input.data()), input.size());
  return key;
}

} // namespace

std::optional<Bytes> PrecompileCache::find(uint16_t id, BytesView input) {
  const std::string key = key_of(id, input);
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(key);
  if (found == entries_.end()) return std::nullopt;
  order_.splice(order_.begin(), order_, found->second);
  return found->second->output;
}

void PrecompileCache::remember(uint16_t id, BytesView input, BytesView output) {
  Entry entry{key_of(id, input), to_bytes(output)};
  const size_t size = entry.bytes();
  const std::lock_guard lock(mutex_);
  if (size > max_bytes_ || entries_.contains(entry.key)) return;
  while (bytes_ + size > max_bytes_) {
    bytes_ -= order_.back().bytes();
    entries_.erase(order_.back().key);
    order_.pop_back();
  }
  order_.push_front(std::move(entry));
  entries_.emplace(order_.front().key, order_.begin());
  bytes_ += size;
}

bool PrecompileCache::is_worthwhile(uint64_t gas, size_t input_bytes) {
  constexpr uint64_t dear = 1'000, dear_per_byte = 8;
  return gas >= dear && gas / dear_per_byte >= input_bytes;
}

size_t PrecompileCache::bytes() const {
  const std::lock_guard lock(mutex_);
  return bytes_;
}

} // namespace runahead
