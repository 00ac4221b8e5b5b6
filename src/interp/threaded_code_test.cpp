#include "base/hex.hpp"
#include "interp/threaded_code.hpp"
#include "interp/threaded_machine.hpp"

#include <gtest/gtest.h>

namespace runahead {
namespace {

using threaded::handlers;

/// Code and its translation, from hex without 0x.
struct Translated {
  explicit Translated(std::string_view hex, Fork fork = Fork::osaka)
      : code(*parse_hex_bytes(std::string("0x").append(hex))), threaded(code, fork) {}
  bool runs(uint32_t index, threaded::Handler handler) const {
    return index < threaded.size() && threaded.at(index)->run == handler;
  }
  BlockFacts facts_at(uint32_t index) const { return threaded.at(index)->arg.facts; }

  Code code;
  ThreadedCode threaded;
};

TEST(ThreadedCode, EmptyCodeIsACheckAndAStop) {
  const Translated t("");
  ASSERT_EQ(t.threaded.size(), 2u);
  EXPECT_TRUE(t.runs(0, handlers.check));
  EXPECT_TRUE(t.runs(1, handlers.stop));
  EXPECT_EQ(t.facts_at(0), BlockFacts{});
}

TEST(ThreadedCode, ChecksStandAtTheStartAndBehindJumpi) {
  const Translated t("36600557"
                     "5050"
                     "00"); // CALLDATASIZE PUSH1 5 (none) JUMPI POP POP STOP
  ASSERT_EQ(t.threaded.size(), 7u);
  EXPECT_TRUE(t.runs(0, handlers.check));
  EXPECT_EQ(t.facts_at(0), (BlockFacts{15, 0, 2}));
  EXPECT_TRUE(t.runs(2, handlers.bad_jumpi));
  EXPECT_TRUE(t.runs(3, handlers.check));
  EXPECT_EQ(t.facts_at(3), (BlockFacts{4, 2, 0}));
}

TEST(ThreadedCode, ABlockThatFallsOnCarriesTheNextOnesFacts) {
  const Translated t("6001"
                     "5b"
                     "5050"
                     "5b"
                     "50"); // PUSH1 1, JUMPDEST POP POP, JUMPDEST POP
  EXPECT_EQ(t.facts_at(0), (BlockFacts{3 + 5 + 3, 2, 1}));
  ASSERT_NE(t.threaded.destination(2), nullptr);
  EXPECT_EQ(t.threaded.destination(2)->facts, (BlockFacts{8, 3, 0}));
  EXPECT_EQ(t.threaded.destination(5)->facts, (BlockFacts{3, 1, 0}));
  EXPECT_EQ(t.threaded.destination(5)->pc, 5u);
}

TEST(ThreadedCode, AForwardJumpToALiteralGoesOnWithoutACheck) {
  const Translated t("6004"
                     "56"
                     "fe"
                     "5b"
                     "50"); // PUSH1 4 JUMP INVALID JUMPDEST POP
  EXPECT_EQ(t.facts_at(0), (BlockFacts{3 + 8 + 1 + 2, 1, 1}));
  ASSERT_TRUE(t.runs(1, handlers.go_on_at));
  EXPECT_EQ(t.threaded.at(1)->arg.body, t.threaded.destination(4)->body);
}

TEST(ThreadedCode, ABackwardJumpIsChecked) {
  const Translated t("5b"
                     "6000"
                     "56"); // JUMPDEST PUSH1 0 JUMP
  EXPECT_EQ(t.threaded.destination(0)->facts, (BlockFacts{12, 0, 1}));
  const auto& body = *t.threaded.destination(0)->body;
  EXPECT_EQ(body.run, handlers.jump_to);
  EXPECT_EQ(body.arg.target, t.threaded.destination(0));
}

TEST(ThreadedCode, DeadCodeIsLeftOut) {
  // STOP, nothing that can be reached with a JUMPDEST in an immediate, JUMPDEST, STOP
  const Translated t("00"
                     "0101015050"
                     "605b"
                     "5b"
                     "00");
  EXPECT_EQ(t.threaded.size(), 3u); // check, STOP, STOP
  EXPECT_EQ(t.threaded.destination(7), nullptr);
  ASSERT_NE(t.threaded.destination(8), nullptr);
  EXPECT_EQ(t.threaded.destination(8)->body, t.threaded.at(2));
}

TEST(ThreadedCode, WideLiteralsKeepTheirValue) {
  const Translated t("68010000000000000000"
                     "7f" +
                     std::string(64, 'f') + "67ffffffffffffffff");
  ASSERT_TRUE(t.runs(1, handlers.push_literal));
  EXPECT_EQ(*t.threaded.at(1)->arg.literal, uint256{1} << 64u);
  ASSERT_TRUE(t.runs(2, handlers.push_literal));
  EXPECT_EQ(*t.threaded.at(2)->arg.literal, ~uint256{});
  ASSERT_TRUE(t.runs(3, handlers.push_word));
  EXPECT_EQ(t.threaded.at(3)->arg.word, ~uint64_t{});
}

TEST(ThreadedCode, ATruncatedPushReadsZerosBehindTheEnd) {
  const Translated t("61ff");
  ASSERT_TRUE(t.runs(1, handlers.push_word));
  EXPECT_EQ(t.threaded.at(1)->arg.word, 0xff00u);
  EXPECT_TRUE(t.runs(2, handlers.stop));
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
  EXPECT_EQ(t.threaded.at(1)->arg.pair.b, 5u);
  EXPECT_EQ(t.threaded.pc_of(1), 0u);
  EXPECT_EQ(t.threaded.pc_of(2), 1u);
}

TEST(ThreadedCode, StackNumbersOfLongBlocksSaturate) {
  std::string pops;
  for (int i = 0; i < 70'000; ++i) pops += "50";
  EXPECT_EQ(Translated(pops).facts_at(0), (BlockFacts{140'000, 0xffff, 0}));
}

} // namespace
} // namespace runahead
