#include "code/block_facts.hpp"

#include <gtest/gtest.h>

#include <initializer_list>

namespace runahead {
namespace {

BlockMeter meter_of(std::initializer_list<uint8_t> ops, Fork fork = Fork::osaka) {
  BlockMeter meter(fork);
  for (const uint8_t op : ops) meter.add(op);
  return meter;
}

BlockFacts facts_of(std::initializer_list<uint8_t> ops, Fork fork = Fork::osaka) {
  return meter_of(ops, fork).facts();
}

TEST(BlockFacts, OfNothingAreZero) { EXPECT_EQ(facts_of({}), (BlockFacts{0, 0, 0})); }

TEST(BlockFacts, AddUpGasAndHeights) {
  EXPECT_EQ(facts_of({OP_PUSH1, OP_PUSH1, OP_ADD}), (BlockFacts{9, 0, 2}));
  EXPECT_EQ(facts_of({OP_ADD, OP_ADD}), (BlockFacts{6, 3, 0}));
  EXPECT_EQ(facts_of({OP_POP, OP_POP, OP_PUSH1, OP_PUSH1, OP_PUSH1}), (BlockFacts{13, 2, 1}));
  EXPECT_EQ(facts_of({OP_JUMPDEST, OP_PUSH0, OP_JUMPI}), (BlockFacts{13, 1, 1}));
}

TEST(BlockFacts, ReachesBelowTheTopCount) {
  EXPECT_EQ(facts_of({OP_DUP16}), (BlockFacts{3, 16, 1}));
  EXPECT_EQ(facts_of({OP_SWAP16}), (BlockFacts{3, 17, 0}));
  EXPECT_EQ(facts_of({OP_PUSH1, OP_DUP3}), (BlockFacts{6, 2, 2}));
}

TEST(BlockFacts, GrowthIsThatOfTheHighestPointNotOfTheEnd) {
  EXPECT_EQ(facts_of({OP_PUSH1, OP_PUSH1, OP_PUSH1, OP_POP, OP_POP, OP_POP}),
            (BlockFacts{15, 0, 3}));
}

TEST(BlockFacts, UndefinedOpcodesCostAndRequireNothing) {
  EXPECT_EQ(facts_of({OP_PUSH1, 0x0c}), (BlockFacts{3, 0, 1}));
  EXPECT_EQ(facts_of({OP_PUSH0}, Fork::paris), (BlockFacts{0, 0, 0}));
  EXPECT_EQ(facts_of({OP_PUSH0}, Fork::shanghai), (BlockFacts{2, 0, 1}));
  EXPECT_EQ(facts_of({OP_SHL}, Fork::byzantium), (BlockFacts{0, 0, 0}));
}

TEST(BlockFacts, BasePricesAreThoseOfTheFork) {
  EXPECT_EQ(facts_of({OP_SLOAD}, Fork::frontier).gas, 50u);
  EXPECT_EQ(facts_of({OP_SLOAD}, Fork::tangerine_whistle).gas, 200u);
  EXPECT_EQ(facts_of({OP_EXP}, Fork::osaka).gas, 10u);
}

TEST(BlockFacts, StackNumbersSaturate) {
  BlockMeter pops(Fork::osaka), pushes(Fork::osaka);
  for (int i = 0; i < 70'000; ++i) {
    pops.add(OP_POP);
    pushes.add(OP_PUSH1);
  }
  EXPECT_EQ(pops.facts(), (BlockFacts{140'000, 0xffff, 0}));
  EXPECT_EQ(pushes.facts(), (BlockFacts{210'000, 0, 0xffff}));
}

TEST(BlockFacts, GasSaturatesInTheFactsOnly) {
  BlockMeter creates(Fork::osaka);
  for (int i = 0; i < 150'000; ++i) creates.add(OP_CREATE);
  EXPECT_EQ(creates.gas(), uint64_t{32'000} * 150'000);
  EXPECT_EQ(creates.facts().gas, 0xffffffffu);
}

TEST(BlockFacts, AppendingEqualsGoingOn) {
  const auto first = {uint8_t{OP_PUSH1}, uint8_t{OP_POP}, uint8_t{OP_POP}};
  const auto second = {uint8_t{OP_JUMPDEST}, uint8_t{OP_ADD}, uint8_t{OP_PUSH1}, uint8_t{OP_PUSH1},
                       uint8_t{OP_PUSH1}};
  BlockMeter appended = meter_of(first), on = meter_of(first);
  appended.append(facts_of(second));
  for (const uint8_t op : second) on.add(op);
  EXPECT_EQ(appended.facts(), on.facts());
  EXPECT_EQ(on.facts(), (BlockFacts{20, 3, 1}));
}

TEST(BlockFacts, WhatEndsABlock) {
  for (const uint8_t op : {OP_STOP, OP_JUMP, OP_JUMPI, OP_RETURN, OP_INVALID, OP_SELFDESTRUCT})
    EXPECT_TRUE(ends_block(op, Fork::frontier)) << name_of_opcode(op);
  for (const uint8_t op : {OP_ADD, OP_JUMPDEST, OP_CALL, OP_CREATE, OP_SSTORE, OP_GAS})
    EXPECT_FALSE(ends_block(op, Fork::frontier)) << name_of_opcode(op);
  EXPECT_TRUE(ends_block(0x0c, Fork::osaka));
  EXPECT_TRUE(ends_block(OP_PUSH0, Fork::paris));
  EXPECT_FALSE(ends_block(OP_PUSH0, Fork::shanghai));
  EXPECT_TRUE(ends_block(OP_REVERT, Fork::osaka));
}

} // namespace
} // namespace runahead
