#include "base/hex.hpp"
#include "code/basic_blocks.hpp"
#include "code/real_contracts_for_test.hpp"

#include <gtest/gtest.h>

#include <array>

namespace runahead {
namespace {

/// Blocks of code given as hex without 0x.
std::vector<BasicBlock> blocks_of(std::string_view hex, Fork fork = Fork::osaka) {
  return basic_blocks(Code(*parse_hex_bytes(std::string("0x").append(hex))), fork);
}

TEST(BasicBlocks, EmptyCodeHasNone) {
  EXPECT_TRUE(blocks_of("").empty());
  EXPECT_EQ(total_of({}).blocks, 0u);
}

TEST(BasicBlocks, OfOneInstruction) {
  struct Row {
    std::string_view code;
    BlockFacts facts;
    BlockEnd how;
  };
  for (const Row& row :
       {Row{"00", {0, 0, 0}, BlockEnd::stop}, Row{"01", {3, 2, 0}, BlockEnd::code_end},
        Row{"5b", {1, 0, 0}, BlockEnd::code_end}, Row{"56", {8, 1, 0}, BlockEnd::jump},
        Row{"57", {10, 2, 0}, BlockEnd::jumpi}, Row{"f3", {0, 2, 0}, BlockEnd::returns},
        Row{"fd", {0, 2, 0}, BlockEnd::reverts}, Row{"ff", {5000, 1, 0}, BlockEnd::selfdestruct},
        Row{"fe", {0, 0, 0}, BlockEnd::invalid}, Row{"0c", {0, 0, 0}, BlockEnd::undefined}}) {
    const auto blocks = blocks_of(row.code);
    ASSERT_EQ(blocks.size(), 1u) << row.code;
    EXPECT_EQ(blocks[0].start, 0u);
    EXPECT_EQ(blocks[0].end, 1u);
    EXPECT_EQ(blocks[0].instructions, 1u);
    EXPECT_EQ(blocks[0].meter.facts(), row.facts) << row.code;
    EXPECT_EQ(blocks[0].how, row.how) << row.code;
    EXPECT_EQ(blocks[0].reach, Reach::straight);
    EXPECT_EQ(blocks[0].target, std::nullopt);
  }
}

TEST(BasicBlocks, AJumpdestBehindJumpiIsChargedOnce) {
  const auto blocks = blocks_of("36600457"
                                "5b"
                                "00"); // CALLDATASIZE PUSH1 4 JUMPI, JUMPDEST STOP
  ASSERT_EQ(blocks.size(), 2u);
  EXPECT_EQ(blocks[0].meter.facts(), (BlockFacts{2 + 3 + 10, 0, 2}));
  EXPECT_EQ(blocks[0].how, BlockEnd::jumpi);
  EXPECT_EQ(blocks[0].target, uint256{4});
  EXPECT_TRUE(blocks[0].target_is_good);
  EXPECT_EQ(blocks[1].start, 4u);
  EXPECT_EQ(blocks[1].meter.facts(), (BlockFacts{1, 0, 0}));
  EXPECT_TRUE(blocks[1].entered_by_jump);
  EXPECT_EQ(total_of(blocks).gas, 16u);
}

TEST(BasicBlocks, JumpiAsTheLastByteGoesOnToTheEnd) {
  const auto blocks = blocks_of("5f5f57");
  ASSERT_EQ(blocks.size(), 1u);
  EXPECT_EQ(blocks[0].how, BlockEnd::jumpi);
  EXPECT_EQ(blocks[0].end, 3u);
  EXPECT_EQ(blocks[0].target, uint256{});
  EXPECT_FALSE(blocks[0].target_is_good);
  EXPECT_EQ(total_of(blocks).bad_jumps, 1u);
}

TEST(BasicBlocks, BehindAnEndComesDeadCode) {
  const auto blocks = blocks_of("00"
                                "605b50"
                                "fe"
                                "0c"
                                "5b00"); // STOP, PUSH1 5b POP INVALID, 0c, JUMPDEST STOP
  ASSERT_EQ(blocks.size(), 4u);
  EXPECT_EQ(blocks[0].reach, Reach::straight);
  for (size_t i = 1; i < 4; ++i) EXPECT_EQ(blocks[i].reach, Reach::dead) << i;
  const BlockTotals totals = total_of(blocks);
  EXPECT_EQ(totals.dead_blocks, 3u);
  EXPECT_EQ(totals.dead_bytes, 7u);
  EXPECT_EQ(totals.bytes, 8u);
  EXPECT_EQ(totals.instructions, 7u);
}

TEST(BasicBlocks, ComputedJumpsMayReachEveryDestination) {
  // CALLDATASIZE JUMP, JUMPDEST PUSH1 9 JUMP, ADD, INVALID, JUMPDEST STOP
  const auto blocks = blocks_of("3656"
                                "5b600956"
                                "0101fe"
                                "5b00");
  ASSERT_EQ(blocks.size(), 4u);
  EXPECT_EQ(blocks[0].reach, Reach::straight);
  EXPECT_EQ(blocks[1].reach, Reach::computed);
  EXPECT_EQ(blocks[2].reach, Reach::dead);
  EXPECT_EQ(blocks[3].reach, Reach::computed);
  EXPECT_EQ(total_of(blocks).computed_jumps, 1u);
  EXPECT_EQ(total_of(blocks).literal_jumps, 1u);
}

TEST(BasicBlocks, ComputedJumpsInDeadCodeReachNothing) {
  const auto blocks = blocks_of("00"
                                "3656"
                                "5b00"); // STOP, CALLDATASIZE JUMP, JUMPDEST STOP
  ASSERT_EQ(blocks.size(), 3u);
  EXPECT_EQ(blocks[2].reach, Reach::dead);
}

TEST(BasicBlocks, LiteralJumpsAndFallsAreStraight) {
  // PUSH1 4 JUMP, STOP, JUMPDEST, JUMPDEST PUSH1 0 CALLDATASIZE PUSH1 5 JUMPI, STOP
  const auto blocks = blocks_of("600456"
                                "00"
                                "5b"
                                "5b600036600557"
                                "00");
  ASSERT_EQ(blocks.size(), 5u);
  EXPECT_EQ(blocks[1].reach, Reach::dead);
  for (const size_t i : {0, 2, 3, 4}) EXPECT_EQ(blocks[i].reach, Reach::straight) << i;
  EXPECT_EQ(blocks[2].how, BlockEnd::falls);
  EXPECT_EQ(blocks[3].target, uint256{5});
}

TEST(BasicBlocks, ALiteralStandsRightInFrontOfItsJump) {
  EXPECT_EQ(blocks_of("60005056")[0].target, std::nullopt); // PUSH1 POP JUMP
  EXPECT_EQ(blocks_of("6000"
                      "5b"
                      "56")[1]
                .target,
            std::nullopt); // PUSH1, JUMPDEST JUMP: the second block may be jumped to
  EXPECT_EQ(blocks_of("68010000000000000000"
                      "56")[0]
                .target,
            uint256{1} << 64u);
  EXPECT_FALSE(blocks_of("68010000000000000000"
                         "56")[0]
                   .target_is_good);
}

TEST(BasicBlocks, ATruncatedPushEndsWithTheCode) {
  const auto blocks = blocks_of("5b61ff");
  ASSERT_EQ(blocks.size(), 1u);
  EXPECT_EQ(blocks[0].end, 3u);
  EXPECT_EQ(blocks[0].instructions, 2u);
  EXPECT_EQ(blocks[0].how, BlockEnd::code_end);
  EXPECT_EQ(blocks[0].meter.facts(), (BlockFacts{4, 0, 1}));
}

TEST(BasicBlocks, OfManyPops) {
  const auto blocks = basic_blocks(Code(Bytes(49'152, OP_POP)), Fork::osaka);
  ASSERT_EQ(blocks.size(), 1u);
  EXPECT_EQ(blocks[0].instructions, 49'152u);
  EXPECT_EQ(blocks[0].meter.facts(), (BlockFacts{98'304, 49'152, 0}));
}

TEST(BasicBlocks, UndefinedOpcodesEndThemAndCostNothing) {
  const auto paris = blocks_of("5f5f", Fork::paris), shanghai = blocks_of("5f5f", Fork::shanghai);
  ASSERT_EQ(paris.size(), 2u);
  EXPECT_EQ(paris[0].how, BlockEnd::undefined);
  EXPECT_EQ(paris[0].meter.facts(), BlockFacts{});
  ASSERT_EQ(shanghai.size(), 1u);
  EXPECT_EQ(shanghai[0].meter.facts(), (BlockFacts{4, 0, 2}));
}

TEST(BasicBlocks, BaseCostsOfExpAndCallInEveryFork) {
  // CALL: 40, since EIP-150 700, since EIP-2929 the price of a warm account.
  constexpr std::array<uint32_t, fork_count> call_gas = {40,  40,  700, 700, 700, 700, 700, 700,
                                                         100, 100, 100, 100, 100, 100, 100};
  for (size_t i = 0; i < fork_count; ++i) {
    const Fork fork = static_cast<Fork>(i);
    EXPECT_EQ(blocks_of("0a", fork)[0].meter.facts(), (BlockFacts{10, 2, 0})) << name(fork);
    EXPECT_EQ(blocks_of("f1", fork)[0].meter.facts(), (BlockFacts{call_gas[i], 7, 0}))
        << name(fork);
  }
}

/// True if the instructions can run from a stack of `height` items without one too few.
bool runs_from(std::span<const Instruction> instructions, int height) {
  for (const Instruction& next : instructions) {
    if (!next.defined) continue;
    if (height < info(next.op).stack_in) return false;
    height += info(next.op).stack_change();
  }
  return true;
}

/// What the facts say, found out by walking the block's instructions.
void expect_facts(const BasicBlock& block, std::span<const Instruction> instructions, Fork fork) {
  const BlockFacts facts = block.meter.facts();
  uint64_t gas = 0;
  int height = 0, highest = 0;
  for (const Instruction& next : instructions) {
    if (!next.defined) continue;
    gas += static_cast<uint64_t>(gas_schedule(fork).base[next.op]);
    height += info(next.op).stack_change();
    highest = std::max(highest, height);
  }
  ASSERT_EQ(facts.gas, gas);
  ASSERT_EQ(facts.stack_growth, highest);
  ASSERT_TRUE(runs_from(instructions, facts.stack_required));
  ASSERT_TRUE(facts.stack_required == 0 || !runs_from(instructions, facts.stack_required - 1));
}

/// The blocks cover the code, begin and end where the contract says, and have the facts that their
/// instructions have.
void expect_sound(const Code& code, Fork fork) {
  const auto instructions = disassemble(code, fork);
  const auto blocks = basic_blocks(code, fork);
  size_t i = 0;
  uint32_t pc = 0;
  for (const BasicBlock& block : blocks) {
    ASSERT_EQ(block.start, pc);
    ASSERT_EQ(block.entered_by_jump, code.is_jump_destination(pc));
    const size_t first = i;
    for (; i < instructions.size() && instructions[i].pc < block.end; ++i) {
      const bool is_last = instructions[i].next() >= block.end;
      const bool destination = code.is_jump_destination(instructions[i].pc);
      ASSERT_TRUE(i == first || !destination);
      ASSERT_TRUE(is_last || !ends_block(instructions[i].op, fork));
    }
    const bool ended = ends_block(instructions[i - 1].op, fork);
    ASSERT_TRUE(ended || block.end == code.size() || code.is_jump_destination(block.end));
    ASSERT_EQ(block.instructions, i - first);
    expect_facts(block, std::span(instructions).subspan(first, i - first), fork);
    pc = block.end;
  }
  ASSERT_EQ(pc, code.size());
  ASSERT_EQ(total_of(blocks).instructions, instructions.size());
}

TEST(BasicBlocks, OfRealContractsAreSoundInEveryFork) {
  const auto contracts = real_contracts();
  if (contracts.empty()) GTEST_SKIP() << no_real_contracts;
  ASSERT_GT(contracts.size(), 1000u);
  for (size_t i = 0; i < contracts.size(); ++i) {
    // Each contract in two forks, all forks by turns.
    for (const size_t turn : {i, i + fork_count / 2}) {
      const Fork fork = static_cast<Fork>(turn % fork_count);
      SCOPED_TRACE("contract " + std::to_string(i) + " in " + std::string(name(fork)));
      expect_sound(Code(contracts[i]), fork);
      if (HasFatalFailure()) return;
    }
  }
}

} // namespace
} // namespace runahead
