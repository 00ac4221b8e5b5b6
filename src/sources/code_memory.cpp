#include "sources/code_memory.hpp"

namespace runahead {

BytecodeRef CodeMemory::find(const Address& address) const {
  const auto found = codes_.find(address);
  return found == codes_.end() ? nullptr : found->second;
}

void CodeMemory::remember(const Address& address, const BytecodeRef& code) {
  if (code->bytes.empty()) return forget(address);
  if (bytes_ + code->bytes.size() > capacity_bytes) {
    codes_.clear();
    bytes_ = 0;
  }
  BytecodeRef& place = codes_[address];
  if (place) bytes_ -= place->bytes.size();
  bytes_ += code->bytes.size();
  place = code;
}

void CodeMemory::forget(const Address& address) {
  const auto found = codes_.find(address);
  if (found == codes_.end()) return;
  bytes_ -= found->second->bytes.size();
  codes_.erase(found);
}

} // namespace runahead
