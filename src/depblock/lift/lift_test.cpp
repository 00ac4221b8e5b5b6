// Worked examples: what lifting and placing make of small blocks, as text. And what an outline has
// in common with a block.
#include "base/random.hpp"
#include "depblock/lift/lifted_for_test.hpp"

namespace runahead::depblock {
namespace {

TEST(Lift, SeedBlock) {
  const Bytes code{OP_PUSH1, 1, OP_ADD, OP_SSTORE, OP_PUSH1, 42, OP_PUSH1, 12, OP_JUMP};
  EXPECT_EQ(print(placed(code).view()), "block 0 opcodes 6 gas 20 need 2 grow 1 delta -1\n"
                                        "  $0 = ADD #1 @-1\n"
                                        "  SSTORE $0 @-2 at 3 rest 14\n"
                                        "  spill #42 -2\n"
                                        "  JUMP #12 at 8\n");
}

TEST(Lift, SwapAloneNeedsOneTemporary) {
  EXPECT_EQ(body(placed({OP_SWAP1, OP_JUMPDEST})), "  $0 = unspill -1\n"
                                                   "  spill @-2 -1\n"
                                                   "  spill $0 -2\n"
                                                   "  FALL at 1\n");
}

TEST(Lift, DupAloneIsOneSpill) {
  EXPECT_EQ(body(placed({OP_DUP1, OP_JUMPDEST})), "  spill @-1 0\n"
                                                  "  FALL at 1\n");
}

TEST(Lift, SpillOverLiveUnspill) {
  // A function's return: the jump's target lies where its result goes.
  EXPECT_EQ(body(placed({OP_SWAP1, OP_JUMP})), "  $0 = unspill -2\n"
                                               "  spill @-1 -2\n"
                                               "  JUMP $0 at 1\n");
}

TEST(Lift, RotationOfThreeSlots) {
  EXPECT_EQ(body(placed({OP_SWAP1, OP_SWAP2, OP_JUMPDEST})), "  $0 = unspill -1\n"
                                                             "  spill @-3 -1\n"
                                                             "  spill @-2 -3\n"
                                                             "  spill $0 -2\n"
                                                             "  FALL at 2\n");
}

TEST(Lift, TwoSwapsOfThreeSlotsTheOtherWay) {
  EXPECT_EQ(body(placed({OP_SWAP2, OP_SWAP1, OP_JUMPDEST})), "  $0 = unspill -1\n"
                                                             "  spill @-2 -1\n"
                                                             "  spill @-3 -2\n"
                                                             "  spill $0 -3\n"
                                                             "  FALL at 2\n");
}

TEST(Lift, UnchangedSlotIsNotSpilled) {
  const Bytes code{OP_DUP1, OP_PUSH1, 34, OP_ADD, OP_PUSH0, OP_MSTORE, OP_JUMPDEST};
  EXPECT_EQ(body(placed(code)), "  $0 = ADD #34 @-1\n"
                                "  MSTORE #0 $0 at 5 rest 0\n"
                                "  FALL at 6\n");
}

TEST(Lift, ValueNeededAfterACall) {
  // SLOAD(7); CALL(0, slot -1, 0, 0, 0, 0, 0); MSTORE(0, loaded); its result stays below the
  // call's.
  const Bytes code{OP_PUSH1, 7,        OP_SLOAD,  OP_SWAP1,   OP_PUSH0, OP_PUSH0,
                   OP_PUSH0, OP_PUSH0, OP_PUSH0,  OP_DUP6,    OP_GAS,   OP_CALL,
                   OP_DUP3,  OP_PUSH0, OP_MSTORE, OP_JUMPDEST};
  EXPECT_EQ(body(placed(code)), "  $0 = SLOAD #7 at 2 rest 126\n"
                                "  $1 = GAS at 10 rest 108\n"
                                "  $2 = CALL $1 @-1 #0 #0 #0 #0 #0 at 11 rest 8\n"
                                "  spill $2 1\n"
                                "  spill @-1 0\n"
                                "  spill $0 -1\n"
                                "  MSTORE #0 $0 at 14 rest 0\n"
                                "  FALL at 15\n");
}

TEST(Lift, PureOnesAreComputedAsLateAsPossible) {
  const Bytes code{OP_PUSH1, 1, OP_ADD, OP_PUSH0, OP_SLOAD, OP_SSTORE, OP_STOP};
  EXPECT_EQ(body(placed(code)), "  $0 = SLOAD #0 at 4 rest 0\n"
                                "  $1 = ADD #1 @-1\n"
                                "  SSTORE $0 $1 at 5 rest 0\n"
                                "  STOP at 6\n");
}

TEST(Lift, WhatNobodyNeedsIsLeftOutButPaid) {
  const Block block = placed({OP_DUP1, OP_DUP1, OP_ADD, OP_POP, OP_GAS, OP_POP, OP_STOP});
  EXPECT_EQ(body(block), "  STOP at 6\n");
  EXPECT_EQ(block.facts.gas, 3u + 3 + 3 + 2 + 2 + 2);
}

TEST(Lift, ReadersKeepTheirPlaceAmongWriters) {
  const Bytes code{OP_MSIZE, OP_PUSH0, OP_MLOAD, OP_ADD, OP_MSIZE, OP_SSTORE, OP_STOP};
  EXPECT_EQ(body(placed(code)), "  $0 = MSIZE at 0 rest 10\n"
                                "  $1 = MLOAD #0 at 2 rest 5\n"
                                "  $2 = MSIZE at 4 rest 0\n"
                                "  $3 = ADD $1 $0\n"
                                "  SSTORE $2 $3 at 5 rest 0\n"
                                "  STOP at 6\n");
}

TEST(Lift, HaltingEndsSpillNothing) {
  EXPECT_EQ(body(placed({OP_DUP1, OP_SWAP2, OP_STOP})), "  STOP at 2\n");
  EXPECT_EQ(body(placed({OP_DUP1, OP_SWAP2, OP_RETURN})), "  RETURN @-2 @-1 at 2\n");
  EXPECT_EQ(body(placed({OP_PUSH1, 5, OP_DUP2, OP_REVERT})), "  REVERT @-1 #5 at 3\n");
  EXPECT_EQ(body(placed({OP_DUP1, OP_SELFDESTRUCT})), "  SELFDESTRUCT @-1 at 1\n");
  EXPECT_EQ(body(placed({OP_DUP1, OP_INVALID})), "  INVALID at 1\n");
  EXPECT_EQ(body(placed({OP_DUP1, 0x0c})), "  UNDEFINED 12 at 1\n");
  EXPECT_EQ(body(placed({OP_DUP1, OP_PUSH0}, 0, Fork::london)), "  UNDEFINED 95 at 1\n");
  EXPECT_EQ(body(placed({OP_PUSH2, 1})), "  STOP at 2\n");
}

TEST(Lift, BranchComputesItsConditionBeforeTheSpills) {
  // ISZERO(slot -1) decides, and slot -1 becomes 9.
  const Bytes code{OP_ISZERO, OP_PUSH1, 9, OP_SWAP1, OP_PUSH1, 20, OP_JUMPI};
  EXPECT_EQ(body(placed(code)), "  $0 = ISZERO @-1\n"
                                "  spill #9 -1\n"
                                "  JUMPI #20 $0 at 6\n");
}

TEST(Lift, SpillsStandAsEarlyAsTheyCan) {
  // The new top is known before the SSTORE, which reads none of the old ones.
  const Bytes code{OP_PUSH1, 5, OP_ADD, OP_PUSH1, 1, OP_PUSH1, 2, OP_SSTORE, OP_JUMPDEST};
  EXPECT_EQ(body(placed(code)), "  $0 = ADD #5 @-1\n"
                                "  spill $0 -1\n"
                                "  SSTORE #2 #1 at 7 rest 0\n"
                                "  FALL at 8\n");
}

TEST(Lift, ChainsAreMergedWhileTheyFit) {
  const Bytes code{OP_PUSH1,    4,        OP_JUMP,  OP_INVALID,  OP_JUMPDEST,
                   OP_JUMPDEST, OP_PUSH0, OP_MLOAD, OP_JUMPDEST, OP_STOP};
  const std::array<uint32_t, 2> chain{4, 5};
  EXPECT_EQ(print(placed(code, 0, Fork::osaka, chain).view()),
            "block 0 opcodes 6 gas 18 need 0 grow 1 delta 1 pieces 3\n"
            "  $0 = MLOAD #0 at 7 rest 0\n"
            "  spill $0 0\n"
            "  FALL at 8\n");
  EXPECT_EQ(body(placed(code)), "  JUMP #4 at 2\n");
  const std::array<uint32_t, 1> elsewhere{5};
  EXPECT_EQ(body(placed(code, 0, Fork::osaka, elsewhere)), "  JUMP #4 at 2\n");
}

TEST(Lift, BlockThatNoStackHoldsIsRefused) {
  EXPECT_EQ(placed(Bytes(1024, OP_DUP1)).end.kind, EndKind::stop);
  EXPECT_EQ(placed(Bytes(1025, OP_DUP1)).end.kind, EndKind::refused);
  EXPECT_EQ(placed(Bytes(1024, OP_POP)).end.kind, EndKind::stop);
  EXPECT_EQ(placed(Bytes(1025, OP_POP)).end.kind, EndKind::refused);
  Bytes jump(1024, OP_POP);
  jump.push_back(OP_JUMPI);
  EXPECT_EQ(placed(jump).end.kind, EndKind::refused);
}

TEST(Lift, LongPureChainDoesNotRecurse) {
  Bytes code;
  for (int i = 0; i < 200'000; ++i) code.push_back(OP_NOT);
  code.push_back(OP_JUMPDEST);
  const Block block = placed(code);
  EXPECT_EQ(block.instrs.size(), 200'000u);
  EXPECT_EQ(block.spills.size(), 1u);
}

TEST(Lift, FactsAreThoseOfTheBlockMeter) {
  const Bytes code{OP_DUP4, OP_SWAP2, OP_POP, OP_ADD, OP_CALLER, OP_BALANCE, OP_PUSH1, 3, OP_JUMP};
  BlockMeter meter(Fork::istanbul);
  for (const uint8_t op :
       {OP_DUP4, OP_SWAP2, OP_POP, OP_ADD, OP_CALLER, OP_BALANCE, OP_PUSH1, OP_JUMP})
    meter.add(op);
  EXPECT_EQ(placed(code, 0, Fork::istanbul).facts, meter.facts());
}

/// Moves on the stack, arithmetic, reads and ends, in any order.
Bytes random_code(Random& random) {
  const Bytes opcodes{OP_PUSH1, OP_PUSH0, OP_PUSH32,  OP_DUP1,         OP_DUP3,  OP_SWAP1,
                      OP_SWAP2, OP_POP,   OP_AND,     OP_AND,          OP_ADD,   OP_EXP,
                      OP_NOT,   OP_PC,    OP_CALLER,  OP_CALLDATALOAD, OP_MLOAD, OP_SSTORE,
                      OP_JUMPI, OP_JUMP,  OP_JUMPDEST};
  Bytes code(random.between(1, 60));
  for (uint8_t& byte : code) byte = opcodes[random.below(opcodes.size())];
  return code;
}

/// True if `brief` of an outline stands where `full` does in the whole block.
bool agree(const Block& outline, Operand brief, const Block& block, Operand full) {
  if (brief.is_literal())
    return full.is_literal() && outline.view().literal(brief) == block.view().literal(full);
  if (!brief.is_value() || !full.is_value()) return brief == full;
  const Instr& instr = block.instrs[full.id().index];
  if (brief == Lifter::computed) return op_facts[instr.op].arity != 0;
  if (brief == Lifter::opaque) return instr.op != OP_AND;
  return outline.instrs[brief.id().index].op == instr.op;
}

TEST(Outline, HasHeadEndAndSpillsOfTheBlock) {
  const uint64_t seed = seed_from_environment();
  std::printf("RUNAHEAD_SEED=%lu\n", seed);
  Random random(seed);
  size_t left_out = 0;
  for (int i = 0; i < 5000; ++i) {
    const Code code(random_code(random));
    Lifter lifter(code, Fork::osaka);
    Block block, outline;
    lifter.lift(0, block);
    lifter.outline(0, outline);
    const std::string text = print(block.view());
    ASSERT_EQ(outline.facts, block.facts) << text;
    ASSERT_EQ(outline.opcodes, block.opcodes) << text;
    ASSERT_EQ(outline.pieces, block.pieces) << text;
    ASSERT_EQ(outline.delta, block.delta) << text;
    ASSERT_EQ(outline.end.kind, block.end.kind) << text;
    ASSERT_EQ(outline.end.pc, block.end.pc) << text;
    ASSERT_EQ(outline.end.next, block.end.next) << text;
    for (size_t k = 0; k < block.end_operands().size(); ++k)
      ASSERT_TRUE(agree(outline, outline.end.operands[k], block, block.end.operands[k])) << text;
    ASSERT_EQ(outline.spills.size(), block.spills.size()) << text;
    for (size_t k = 0; k < block.spills.size(); ++k) {
      ASSERT_EQ(outline.spills[k].slot, block.spills[k].slot) << text;
      ASSERT_TRUE(agree(outline, outline.spills[k].value, block, block.spills[k].value)) << text;
    }
    left_out += block.instrs.size() - outline.instrs.size();
  }
  EXPECT_GT(left_out, 1000u);
}

TEST(Outline, KeepsMasksAndWhatIsComputedOfLiterals) {
  const Code code(Bytes{OP_PUSH1, 3, OP_PUSH1, 4, OP_ADD, OP_CALLER, OP_PUSH1, 7, OP_AND, OP_CALLER,
                        OP_PUSH1, 1, OP_ADD, OP_CALLER, OP_JUMPDEST});
  Block outline;
  Lifter(code, Fork::osaka).outline(0, outline);
  ASSERT_EQ(outline.instrs.size(), 2u);
  EXPECT_EQ(outline.instrs[0].op, OP_ADD);
  EXPECT_EQ(outline.instrs[1].op, OP_AND);
  ASSERT_EQ(outline.spills.size(), 4u); // the topmost first
  EXPECT_EQ(outline.spills[0].value, Lifter::opaque);
  EXPECT_EQ(outline.spills[1].value, Lifter::computed);
  EXPECT_EQ(outline.spills[2].value, Operand::of(ValueId{1}));
  EXPECT_EQ(outline.spills[3].value, Operand::of(ValueId{0}));
}

} // namespace
} // namespace runahead::depblock
