#include "depblock/lift/block_starts.hpp"

#include "spec/opcodes.hpp"

namespace runahead::depblock {

BlockStarts::BlockStarts(const Code& code) : bits_(code.size() / 64 + 1) {
  pcs_.reserve(code.size() / 16 + 1);
  const auto begin = [&](size_t pc) {
    uint64_t& word = bits_[pc / 64];
    const uint64_t bit = uint64_t{1} << (pc % 64);
    if ((word & bit) == 0) pcs_.push_back(static_cast<uint32_t>(pc));
    word |= bit;
  };
  begin(0);
  for (size_t pc = 0; pc < code.size(); ++pc) {
    const uint8_t op = code.padded()[pc];
    if (op == OP_JUMPDEST)
      begin(pc);
    else if (op == OP_JUMPI)
      begin(pc + 1);
    else if (is_push(op))
      pc += op - OP_PUSH1 + 1u;
  }
  ranks_.reserve(bits_.size());
  BlockNumber before = 0;
  for (const uint64_t word : bits_) {
    ranks_.push_back(before);
    before += static_cast<BlockNumber>(std::popcount(word));
  }
}

} // namespace runahead::depblock
