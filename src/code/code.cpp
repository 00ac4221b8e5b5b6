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
  footprint_.grow(own_bytes());
}

Code::~Code() {
  for (const Place& place : translations_) delete place.load();
}

const Translation& Code::attach(TranslationKind kind,
                                std::unique_ptr<const Translation> made) const {
  const size_t bytes = made->footprint(); // before others can make it grow
  const Translation* present = nullptr;
  if (!place_of(kind).compare_exchange_strong(present, made.get())) return *present;
  footprint_.grow(bytes);
  return *made.release();
}

} // namespace runahead
