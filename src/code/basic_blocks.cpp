#include "code/basic_blocks.hpp"

#include <array>

namespace runahead {
namespace {

constexpr std::array<std::string_view, 10> end_names = {
    "fallthrough", "jump",         "jumpi",   "stop",      "return",
    "revert",      "selfdestruct", "invalid", "undefined", "end"};
constexpr std::array<std::string_view, 3> reach_names = {"straight", "computed", "dead"};

/// How a block ends with an instruction that ends blocks.
BlockEnd end_by(const Instruction& last) {
  if (!last.defined) return BlockEnd::undefined;
  switch (last.op) {
  case OP_JUMP: return BlockEnd::jump;
  case OP_JUMPI: return BlockEnd::jumpi;
  case OP_RETURN: return BlockEnd::returns;
  case OP_REVERT: return BlockEnd::reverts;
  case OP_SELFDESTRUCT: return BlockEnd::selfdestruct;
  case OP_INVALID: return BlockEnd::invalid;
  default: return BlockEnd::stop;
  }
}

/// One block, from the instruction `first` on; moves `first` behind it.
BasicBlock block_at(const Code& code, Fork fork, const std::vector<Instruction>& all,
                    size_t& first) {
  size_t i = first;
  BasicBlock block{
      .start = all[i].pc, .meter = BlockMeter(fork), .entered_by_jump = all[i].op == OP_JUMPDEST};
  bool ended = false;
  do {
    block.meter.add(all[i].op);
    ended = ends_block(all[i].op, fork);
    ++i;
  } while (!ended && i < all.size() && all[i].op != OP_JUMPDEST);
  if (ended)
    block.how = end_by(all[i - 1]);
  else if (i < all.size())
    block.how = BlockEnd::falls;
  if (block.jumps() && i - first > 1) block.target = pushed_by(code, all[i - 2]);
  block.target_is_good =
      block.target && block.target->fits_u64() && code.is_jump_destination(block.target->w[0]);
  block.instructions = static_cast<uint32_t>(i - first);
  block.end = i < all.size() ? all[i].pc : static_cast<uint32_t>(code.size());
  first = i;
  return block;
}

/// Follows control over the blocks, each once.
class ReachFinder {
public:
  ReachFinder(const Code& code, std::vector<BasicBlock>& blocks) : code_(code), blocks_(blocks) {
    for (size_t i = 0; i < blocks.size(); ++i)
      if (blocks[i].entered_by_jump) by_destination_.push_back(i);
  }

  void run() {
    if (blocks_.empty()) return;
    arrive(0, Reach::straight);
    follow(Reach::straight);
    if (!computed_jump_) return;
    for (const size_t i : by_destination_) arrive(i, Reach::computed);
    follow(Reach::computed);
  }

private:
  void arrive(size_t index, Reach reach) {
    if (index >= blocks_.size() || blocks_[index].reach != Reach::dead) return;
    blocks_[index].reach = reach;
    open_.push_back(index);
  }

  void follow(Reach reach) {
    while (!open_.empty()) {
      const size_t index = open_.back();
      open_.pop_back();
      const BasicBlock& block = blocks_[index];
      if (block.goes_on_behind()) arrive(index + 1, reach);
      if (block.target_is_good)
        arrive(by_destination_[code_.rank_of_destination(block.target->w[0])], reach);
      computed_jump_ = computed_jump_ || (block.jumps() && !block.target);
    }
  }

  const Code& code_;
  std::vector<BasicBlock>& blocks_;
  std::vector<size_t> by_destination_; ///< block of each jump destination, ascending
  std::vector<size_t> open_;
  bool computed_jump_ = false; ///< one was arrived at
};

} // namespace

std::string_view name(BlockEnd end) { return end_names[static_cast<size_t>(end)]; }

std::string_view name(Reach reach) { return reach_names[static_cast<size_t>(reach)]; }

std::vector<BasicBlock> basic_blocks(const Code& code, Fork fork) {
  const std::vector<Instruction> instructions = disassemble(code, fork);
  std::vector<BasicBlock> blocks;
  for (size_t i = 0; i < instructions.size();)
    blocks.push_back(block_at(code, fork, instructions, i));
  ReachFinder(code, blocks).run();
  return blocks;
}

BlockTotals total_of(std::span<const BasicBlock> blocks) {
  BlockTotals totals;
  for (const BasicBlock& block : blocks) {
    ++totals.blocks;
    totals.bytes += block.end - block.start;
    totals.instructions += block.instructions;
    totals.gas += block.meter.gas();
    if (block.reach == Reach::computed) ++totals.computed_blocks;
    if (block.reach == Reach::dead) {
      ++totals.dead_blocks;
      totals.dead_bytes += block.end - block.start;
    }
    if (!block.jumps()) continue;
    ++(!block.target          ? totals.computed_jumps
       : block.target_is_good ? totals.literal_jumps
                              : totals.bad_jumps);
  }
  return totals;
}

} // namespace runahead
