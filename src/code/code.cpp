#include "code/code.hpp"

#include "spec/opcodes.hpp"

namespace runahead {

Code::Code(BytesView bytes) : size_(bytes.size()), jump_destinations_(bytes.size() / 64 + 1) {
  padded_.reserve(size_ + 33);
  padded_.assign(bytes.begin(), bytes.end());
  padded_.resize(size_ + 33);
  for (size_t pc = 0; pc < size_; ++pc) {
    const uint8_t op = padded_[pc];
    if (op == OP_JUMPDEST)
      jump_destinations_[pc / 64] |= uint64_t{1} << (pc % 64);
    else if (is_push(op))
      pc += info(op).immediate_bytes;
  }
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
