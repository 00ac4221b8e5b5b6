#include "code/code.hpp"

#include "code/jump_destinations.hpp"

namespace runahead {

Code::Code(BytesView bytes) : size_(bytes.size()) {
  padded_.reserve(size_ + padding);
  padded_.assign(bytes.begin(), bytes.end());
  padded_.resize(size_ + padding);
  jump_destinations_ = mark_jump_destinations(padded_.data(), size_);
  ranks_.reserve(jump_destinations_.size() + 1);
  ranks_.push_back(0);
  for (const uint64_t word : jump_destinations_)
    ranks_.push_back(ranks_.back() + static_cast<uint32_t>(std::popcount(word)));
}

const Translation* Code::attach(std::unique_ptr<const Translation> made) const {
  const Translation* present = nullptr;
  if (!translation_.compare_exchange_strong(present, made.get())) return present;
  return made.release();
}

} // namespace runahead
