// Threaded code and code/basic_blocks.hpp mean the same blocks: on real contracts, what a jump
// checks is what its block asks for, perhaps with blocks that always follow.
#include "code/basic_blocks.hpp"
#include "code/real_contracts_for_test.hpp"
#include "interp/threaded_code.hpp"

#include <gtest/gtest.h>

namespace runahead {
namespace {

/// The block that always follows a block: the one it falls into or jumps to.
const BasicBlock* follower(const std::vector<BasicBlock>& blocks, const BasicBlock& block) {
  const bool goes_to_literal = block.how == BlockEnd::jump && block.target_is_good;
  if (block.how != BlockEnd::falls && !goes_to_literal) return nullptr;
  const uint64_t pc = goes_to_literal ? block.target->w[0] : block.end;
  return &*std::ranges::lower_bound(blocks, pc, {}, &BasicBlock::start);
}

/// The facts of blocks that follow one another for certain, as one.
BlockFacts facts_of(const std::vector<const BasicBlock*>& chain) {
  BlockFacts facts = chain.back()->meter.facts();
  for (size_t i = chain.size() - 1; i-- > 0;) {
    BlockMeter meter = chain[i]->meter;
    meter.append(facts);
    facts = meter.facts();
  }
  return facts;
}

/// True if these are the facts of the block alone or with some that always follow.
bool explains(const std::vector<BasicBlock>& blocks, const BasicBlock& first,
              const BlockFacts& facts) {
  std::vector<const BasicBlock*> chain = {&first};
  while (facts_of(chain) != facts) {
    chain.push_back(follower(blocks, *chain.back()));
    if (chain.back() == nullptr || chain.size() > blocks.size()) return false;
  }
  return true;
}

/// Compares every jump destination; gives how many there are.
size_t compare(const Code& code, Fork fork) {
  const ThreadedCode threaded(code, fork);
  threaded.make_all_ready();
  const std::vector<BasicBlock> blocks = basic_blocks(code, fork);
  size_t compared = 0;
  for (const BasicBlock& block : blocks) {
    const JumpTarget* target = threaded.destination(block.start);
    EXPECT_EQ(target != nullptr, block.entered_by_jump) << "pc " << block.start;
    if (target == nullptr) continue;
    ++compared;
    EXPECT_EQ(target->pc, block.start);
    EXPECT_TRUE(explains(blocks, block, target->facts)) << "pc " << block.start;
  }
  return compared;
}

TEST(ThreadedBlocks, AreThoseOfTheAnalysis) {
  // JUMPDEST PUSH1 5 JUMP, INVALID, JUMPDEST ADD, JUMPDEST POP STOP, JUMPDEST (undefined)
  const Code code(Bytes{0x5b, 0x60, 0x05, 0x56, 0xfe, 0x5b, 0x01, 0x5b, 0x50, 0x00, 0x5b, 0x0c});
  EXPECT_EQ(compare(code, Fork::osaka), 4u);
}

TEST(ThreadedBlocks, AreThoseOfTheAnalysisOnRealContracts) {
  const auto contracts = real_contracts();
  if (contracts.empty()) GTEST_SKIP() << no_real_contracts;
  size_t compared = 0;
  for (size_t i = 0; i < contracts.size() && !::testing::Test::HasFailure(); ++i) {
    const Fork fork = static_cast<Fork>(i % fork_count);
    SCOPED_TRACE("contract " + std::to_string(i) + " in " + std::string(name(fork)));
    compared += compare(Code(contracts[i]), fork);
  }
  EXPECT_GT(compared, 100'000u);
}

} // namespace
} // namespace runahead
