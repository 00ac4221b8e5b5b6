#include "base/hex.hpp"
#include "interp/threaded_code.hpp"
#include "interp/threaded_machine.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <thread>

namespace runahead {
namespace {

using threaded::handlers;

/// Code and its translation, from hex without 0x.
struct Translated {
  explicit Translated(std::string_view hex, Fork fork = Fork::osaka)
      : code(*parse_hex_bytes(std::string("0x").append(hex))), threaded(code, fork) {}

  /// Of what runs first, behind its check, which is the first.
  const ThreadedInstr& at(size_t place) const { return threaded.begin()[place]; }
  bool runs(size_t place, threaded::Handler handler) const { return at(place).run == handler; }
  BlockFacts facts_at(size_t place) const { return at(place).arg.facts; }
  /// A jump destination, ready.
  const JumpTarget& target(uint64_t pc) const {
    const JumpTarget* const there = threaded.destination(pc);
    threaded.make_ready(*there);
    return *there;
  }

  Code code;
  ThreadedCode threaded;
};

uint256 literal_behind(const ThreadedInstr& instr) {
  uint256 literal;
  std::memcpy(&literal, &instr + 1, sizeof literal);
  return literal;
}

TEST(ThreadedCode, EmptyCodeIsACheckAndAStop) {
  const Translated t("");
  EXPECT_TRUE(t.runs(0, handlers.check));
  EXPECT_TRUE(t.runs(1, handlers.plain[OP_STOP]));
  EXPECT_EQ(t.facts_at(0), BlockFacts{});
}

TEST(ThreadedCode, OneInstruction) {
  const Translated t("30"); // ADDRESS
  EXPECT_EQ(t.facts_at(0), (BlockFacts{2, 0, 1}));
  EXPECT_TRUE(t.runs(1, handlers.plain[OP_ADDRESS]));
  EXPECT_TRUE(t.runs(2, handlers.plain[OP_STOP]));
}

TEST(ThreadedCode, ChecksStandAtTheStartAndBehindJumpi) {
  const Translated t("36600557"
                     "5050"
                     "00"); // CALLDATASIZE PUSH1 5 (none) JUMPI POP POP STOP
  EXPECT_TRUE(t.runs(0, handlers.check));
  EXPECT_EQ(t.facts_at(0), (BlockFacts{15, 0, 2}));
  EXPECT_TRUE(t.runs(2, handlers.bad_jumpi));
  EXPECT_TRUE(t.runs(3, handlers.check));
  EXPECT_EQ(t.facts_at(3), (BlockFacts{4, 2, 0}));
}

TEST(ThreadedCode, JumpiAsTheLastByteStopsBehind) {
  const Translated t("57");
  EXPECT_EQ(t.facts_at(0), (BlockFacts{10, 2, 0}));
  EXPECT_TRUE(t.runs(1, handlers.plain[OP_JUMPI]));
  EXPECT_TRUE(t.runs(2, handlers.check));
  EXPECT_EQ(t.facts_at(2), BlockFacts{});
  EXPECT_TRUE(t.runs(3, handlers.plain[OP_STOP]));
}

TEST(ThreadedCode, AJumpdestBehindJumpiIsChargedOnce) {
  const Translated t("57"
                     "5b"
                     "50"); // JUMPI, JUMPDEST POP
  EXPECT_EQ(t.facts_at(2), (BlockFacts{3, 1, 0}));
  EXPECT_EQ(t.target(1).facts, (BlockFacts{3, 1, 0}));
  EXPECT_EQ(t.target(1).body, &t.at(3));
}

TEST(ThreadedCode, ABlockThatFallsOnCarriesTheNextOnesFacts) {
  const Translated t("6001"
                     "5b"
                     "5050"
                     "5b"
                     "50"); // PUSH1 1, JUMPDEST POP POP, JUMPDEST POP
  EXPECT_EQ(t.facts_at(0), (BlockFacts{3 + 5 + 3, 2, 1}));
  ASSERT_NE(t.threaded.destination(2), nullptr);
  EXPECT_EQ(t.target(2).facts, (BlockFacts{8, 3, 0}));
  EXPECT_EQ(t.target(5).facts, (BlockFacts{3, 1, 0}));
  EXPECT_EQ(t.target(5).pc, 5u);
}

TEST(ThreadedCode, WhatAJumpToALiteralReachesFirstStandsRightBehind) {
  const Translated t("6004"
                     "56"
                     "fe"
                     "5b"
                     "50"); // PUSH1 4 JUMP INVALID JUMPDEST POP
  EXPECT_EQ(t.facts_at(0), (BlockFacts{3 + 8 + 1 + 2, 1, 1}));
  EXPECT_TRUE(t.runs(1, handlers.plain[OP_POP]));
  EXPECT_EQ(t.target(4).body, &t.at(1));
}

TEST(ThreadedCode, WhatIsThereAlreadyIsGoneOnAt) {
  const Translated t("00"
                     "5b50"
                     "00"
                     "5b600156"); // STOP, JUMPDEST POP STOP, JUMPDEST PUSH1 1 JUMP
  const JumpTarget& shared = t.target(1);
  const JumpTarget& second = t.target(4);
  EXPECT_EQ(second.facts, (BlockFacts{1 + 3 + 8 + shared.facts.gas, 1, 1}));
  EXPECT_EQ(second.body->run, handlers.go_on_at);
  EXPECT_EQ(second.body->arg.body, shared.body);
}

TEST(ThreadedCode, AnOpenBlockIsJumpedTo) {
  const Translated t("5b50"
                     "5b6000"
                     "56"); // JUMPDEST POP, JUMPDEST PUSH1 0 JUMP: a loop, entered in the middle
  const JumpTarget& second = t.target(2);
  EXPECT_EQ(second.facts, (BlockFacts{1 + 3 + 8, 0, 1})); // up to the jump back
  EXPECT_EQ(second.body->run, handlers.jump_to);
  EXPECT_EQ(second.body->arg.target, &t.target(0));
  EXPECT_EQ(t.target(0).facts, (BlockFacts{1 + 2 + 12, 1, 0}));
}

TEST(ThreadedCode, ALoopIsCheckedOnceARound) {
  const Translated t("5b"
                     "6000"
                     "56"); // JUMPDEST PUSH1 0 JUMP
  EXPECT_EQ(t.target(0).facts, (BlockFacts{12, 0, 1}));
  const ThreadedInstr& body = *t.target(0).body;
  EXPECT_EQ(body.run, handlers.jump_to);
  EXPECT_EQ(body.arg.target, &t.target(0));
}

TEST(ThreadedCode, WhatNothingReachedYetIsNotTranslated) {
  const Translated t("00"
                     "605b"
                     "5b"
                     "00"); // STOP, JUMPDEST in an immediate, JUMPDEST STOP
  EXPECT_EQ(t.threaded.destination(2), nullptr);
  ASSERT_NE(t.threaded.destination(3), nullptr);
  EXPECT_FALSE(t.threaded.destination(3)->is_ready());
  EXPECT_TRUE(t.target(3).is_ready());
  EXPECT_EQ(t.target(3).body->run, handlers.plain[OP_STOP]);
}

TEST(ThreadedCode, LongTracesLeadFromChunkToChunk) {
  std::string code;
  for (int i = 0; i < 20'000; ++i) code += "3050"; // ADDRESS POP
  const Translated t(code);
  EXPECT_EQ(t.facts_at(0), (BlockFacts{80'000, 0, 1}));
  const ThreadedInstr* instr = &t.at(1);
  for (uint32_t pc = 0; pc < 40'000; ++pc, ++instr) {
    while (instr->run == handlers.go_on_at) instr = instr->arg.body;
    ASSERT_EQ(instr->run, handlers.plain[pc % 2 == 0 ? OP_ADDRESS : OP_POP]) << pc;
    ASSERT_EQ(t.threaded.pc_of(instr), pc);
  }
}

TEST(ThreadedCode, ThreadsMayExtendItTogether) {
  std::string hex; // JUMPDEST PUSH2 next JUMPI PUSH2 back JUMP, 1,000 times, each to other places
  for (unsigned i = 0; i < 1000; ++i) {
    char part[32];
    std::snprintf(part, sizeof part, "5b61%04x5761%04x56", i * 7919 % 1000 * 9,
                  i * 104'729 % 1000 * 9);
    hex += part;
  }
  const Translated together(hex);
  std::vector<std::thread> threads;
  for (unsigned t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      for (unsigned i = 0; i < 1000; ++i) {
        const JumpTarget& target = together.threaded.targets()[(i * (2 * t + 1) + t * 250) % 1000];
        if (!target.is_ready()) together.threaded.make_ready(target);
        EXPECT_EQ(together.threaded.pc_of(target.body), target.pc + 1);
      }
    });
  for (std::thread& thread : threads) thread.join();
  for (unsigned i = 0; i < 1000; ++i) {
    ASSERT_TRUE(together.threaded.targets()[i].is_ready());
    EXPECT_GE(together.threaded.targets()[i].facts.gas, 1u + 3 + 10);
  }
}

TEST(ThreadedCode, SegmentsAreCutBeforeTheirGasCouldSaturate) {
  std::string creates;
  for (int i = 0; i < 70'000; ++i) creates += "f0"; // 32,000 gas each: 2.24e9 in all
  const Translated t(creates);
  EXPECT_GT(t.facts_at(0).gas, 1u << 30);
  EXPECT_LT(t.facts_at(0).gas, (1u << 30) + 64'000);
}

TEST(ThreadedCode, WideLiteralsKeepTheirValue) {
  const Translated t("68010000000000000000"
                     "7f" +
                     std::string(64, 'f') + "67ffffffffffffffff");
  ASSERT_TRUE(t.runs(1, handlers.push_literal));
  EXPECT_EQ(literal_behind(t.at(1)), uint256{1} << 64u);
  ASSERT_TRUE(t.runs(4, handlers.push_literal));
  EXPECT_EQ(literal_behind(t.at(4)), ~uint256{});
  ASSERT_TRUE(t.runs(7, handlers.push_word));
  EXPECT_EQ(t.at(7).arg.word, ~uint64_t{});
}

TEST(ThreadedCode, ATruncatedPushReadsZerosBehindTheEnd) {
  const Translated t("61ff");
  ASSERT_TRUE(t.runs(1, handlers.push_word));
  EXPECT_EQ(t.at(1).arg.word, 0xff00u);
  EXPECT_TRUE(t.runs(2, handlers.plain[OP_STOP]));
}

TEST(ThreadedCode, SequencesBecomeOneInstruction) {
  EXPECT_TRUE(Translated("600101").runs(1, handlers.with_word[OP_ADD]));
  EXPECT_TRUE(Translated("68010000000000000000"
                         "01")
                  .runs(1, handlers.with_literal[OP_ADD]));
  EXPECT_TRUE(Translated("9150").runs(1, handlers.swap_pop[2]));
  EXPECT_TRUE(Translated("602051").runs(1, handlers.mload_at));
  EXPECT_TRUE(Translated("602052").runs(1, handlers.mstore_at));
  EXPECT_TRUE(Translated("106005575b").runs(1, handlers.plain[OP_LT])); // 5 is no destination
  EXPECT_TRUE(Translated("106004575b").runs(1, handlers.compare_jump[OP_LT]));
  EXPECT_TRUE(Translated("10156005575b").runs(1, handlers.compare_not_jump[OP_LT]));
  EXPECT_TRUE(Translated("8063aabbccdd146009575b").runs(1, handlers.plain[OP_DUP1]));
  EXPECT_TRUE(Translated("8063aabbccdd14600a575b").runs(1, handlers.selector_jump));
  EXPECT_TRUE(Translated("8103").runs(1, handlers.with_dup[OP_SUB]));
  EXPECT_TRUE(Translated("8151").runs(1, handlers.dup_mload));
  EXPECT_TRUE(Translated("8152").runs(1, handlers.dup_mstore));
  EXPECT_TRUE(Translated("8182").runs(1, handlers.dup_dup));
  EXPECT_TRUE(Translated("818203").runs(1, handlers.plain[OP_DUP2])); // the second joins SUB
  EXPECT_TRUE(Translated("600181").runs(1, handlers.push_dup));
  EXPECT_TRUE(Translated("60018103").runs(1, handlers.push_word));
  EXPECT_TRUE(Translated("9003").runs(1, handlers.with_swap[OP_SUB]));
  EXPECT_TRUE(Translated("9103").runs(1, handlers.plain[OP_SWAP2]));
  EXPECT_TRUE(Translated("8110600557"
                         "5b")
                  .runs(1, handlers.plain[OP_DUP2])); // LT joins the jump
}

TEST(ThreadedCode, RowsOfPopsBecomeOneInstruction) {
  std::string pops;
  for (int i = 0; i < 49'152; ++i) pops += "50";
  const Translated t(pops);
  EXPECT_EQ(t.facts_at(0), (BlockFacts{2 * 49'152, 49'152, 0}));
  EXPECT_TRUE(t.runs(1, handlers.pops));
  EXPECT_EQ(t.at(1).arg.word, 49'152u);
  EXPECT_TRUE(t.runs(2, handlers.plain[OP_STOP]));
}

TEST(ThreadedCode, WhatTheForkLacksIsNotFused) {
  const Translated t("60011b", Fork::byzantium); // PUSH1 1 SHL
  ASSERT_TRUE(t.runs(1, handlers.push_word));
  EXPECT_TRUE(t.runs(2, handlers.undefined));
}

TEST(ThreadedCode, EffectsKnowTheRestOfTheirBlocksGas) {
  const Translated t("54"
                     "50"
                     "5b"
                     "50"); // SLOAD POP, JUMPDEST POP: 2 + 3 behind
  EXPECT_EQ(t.at(1).arg.pair.b, 5u);
  EXPECT_EQ(t.threaded.pc_of(&t.at(1)), 0u);
  EXPECT_EQ(t.threaded.pc_of(&t.at(2)), 1u);
}

TEST(ThreadedCode, StackNumbersOfLongBlocksSaturate) {
  std::string pops;
  for (int i = 0; i < 70'000; ++i) pops += "50";
  EXPECT_EQ(Translated(pops).facts_at(0), (BlockFacts{140'000, 0xffff, 0}));
}

} // namespace
} // namespace runahead
