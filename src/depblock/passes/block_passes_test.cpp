// Each pass on small blocks, as text; and that none of them changes what a block does is proved by
// the engines' comparison (tests/differential).
#include "depblock/lift/lifted_for_test.hpp"
#include "depblock/passes/block_passes.hpp"

namespace runahead::depblock {
namespace {

/// The body of the loose block after the first `passes` passes.
std::string after(size_t passes, const Bytes& bytes, Block* out = nullptr,
                  Fork fork = Fork::osaka) {
  const Code code(bytes);
  Block loose;
  Lifter(code, fork).lift(0, loose);
  BlockPasses(fork).run(loose, passes);
  const auto sound = verify(loose.view());
  EXPECT_TRUE(sound) << sound.error().message;
  if (out != nullptr) *out = loose;
  Block result;
  Placer().place(loose, result);
  const auto placed_is_sound = verify(result.view());
  EXPECT_TRUE(placed_is_sound) << placed_is_sound.error().message;
  return body(result);
}

TEST(FoldConstants, LiteralsAreComputed) {
  EXPECT_EQ(after(1, {OP_PUSH1, 3, OP_PUSH1, 4, OP_ADD, OP_PUSH1, 2, OP_MUL, OP_JUMPDEST}),
            "  spill #14 0\n"
            "  FALL at 8\n");
  EXPECT_EQ(after(1, {OP_PUSH1, 5, OP_PUSH1, 3, OP_PUSH1, 4, OP_MULMOD, OP_JUMPDEST}),
            "  spill #2 0\n"
            "  FALL at 7\n");
  EXPECT_EQ(after(1, {OP_PUSH1, 1, OP_PUSH1, 64, OP_SHL, OP_JUMPDEST}),
            "  spill #0x10000000000000000 0\n"
            "  FALL at 5\n");
}

TEST(FoldConstants, AlgebraSettlesMuch) {
  const auto with_literal = [](uint8_t op, uint8_t top) {
    return after(1, {OP_PUSH1, top, op, OP_JUMPDEST});
  };
  const std::string unchanged = "  FALL at 3\n", zero = "  spill #0 -1\n  FALL at 3\n";
  for (const uint8_t op : {OP_ADD, OP_OR, OP_XOR, OP_SHL, OP_SHR, OP_SAR})
    EXPECT_EQ(with_literal(op, 0), unchanged) << int{op};
  for (const uint8_t op : {OP_MUL, OP_AND, OP_DIV, OP_MOD, OP_GT})
    EXPECT_EQ(with_literal(op, 0), zero) << int{op};
  EXPECT_EQ(with_literal(OP_MUL, 1), unchanged);
  EXPECT_EQ(with_literal(OP_SIGNEXTEND, 31), unchanged);
  EXPECT_EQ(with_literal(OP_BYTE, 32), zero);
  EXPECT_EQ(after(1, {OP_PUSH0, OP_NOT, OP_AND, OP_JUMPDEST}), unchanged);
  const auto with_itself = [](uint8_t op) { return after(1, {OP_DUP1, op, OP_JUMPDEST}); };
  for (const uint8_t op : {OP_SUB, OP_XOR, OP_LT, OP_SGT, OP_MOD})
    EXPECT_EQ(with_itself(op), "  spill #0 -1\n  FALL at 2\n") << int{op};
  EXPECT_EQ(with_itself(OP_EQ), "  spill #1 -1\n  FALL at 2\n");
  EXPECT_EQ(with_itself(OP_AND), "  FALL at 2\n");
  EXPECT_NE(with_itself(OP_DIV), "  spill #1 -1\n  FALL at 2\n") << "0 / 0 is 0";
}

TEST(FoldConstants, LiteralsOfTwoOperationsAreJoined) {
  EXPECT_EQ(after(1, {OP_PUSH1, 3, OP_ADD, OP_PUSH1, 4, OP_ADD, OP_JUMPDEST}), "  $0 = ADD #7 @-1\n"
                                                                               "  spill $0 -1\n"
                                                                               "  FALL at 6\n");
  EXPECT_EQ(after(1, {OP_PUSH1, 3, OP_ADD, OP_PUSH1, 3, OP_NOT, OP_PUSH1, 1, OP_ADD, OP_ADD,
                      OP_JUMPDEST}),
            "  FALL at 10\n");
}

TEST(FoldConstants, TruthsAreSimplified) {
  EXPECT_EQ(after(1, {OP_ISZERO, OP_ISZERO, OP_ISZERO, OP_JUMPDEST}), "  $0 = ISZERO @-1\n"
                                                                      "  spill $0 -1\n"
                                                                      "  FALL at 3\n");
  EXPECT_EQ(after(1, {OP_LT, OP_ISZERO, OP_ISZERO, OP_JUMPDEST}), "  $0 = LT @-1 @-2\n"
                                                                  "  spill $0 -2\n"
                                                                  "  FALL at 3\n");
  EXPECT_EQ(after(1, {OP_PUSH0, OP_EQ, OP_PUSH1, 9, OP_JUMPI}), "  $0 = ISZERO @-1\n"
                                                                "  JUMPI #9 $0 at 4\n");
  EXPECT_EQ(after(1, {OP_ISZERO, OP_ISZERO, OP_PUSH1, 9, OP_JUMPI}), "  JUMPI #9 @-1 at 4\n");
}

TEST(FoldConstants, BranchOnALiteral) {
  EXPECT_EQ(after(1, {OP_PUSH1, 1, OP_PUSH1, 9, OP_JUMPI}), "  JUMP #9 at 4\n");
  EXPECT_EQ(after(1, {OP_PUSH0, OP_PUSH1, 9, OP_JUMPI}), "  FALL at 4\n");
}

TEST(FoldConstants, KnownExponentIsPaidInTheBase) {
  // MLOAD(0), then EXP(slot -1, 0x1234): two bytes, 50 gas each.
  const Bytes code{OP_PUSH0, OP_MLOAD, OP_POP,   OP_PUSH2, 0x12,   0x34,
                   OP_SWAP1, OP_EXP,   OP_PUSH0, OP_MLOAD, OP_POP, OP_JUMPDEST};
  Block block;
  EXPECT_EQ(after(1, code, &block), "  $0 = EXP.paid @-1 #4660\n"
                                    "  spill $0 -1\n"
                                    "  $1 = MLOAD #0 at 1 rest 125\n"
                                    "  $2 = MLOAD #0 at 9 rest 2\n"
                                    "  FALL at 11\n");
  EXPECT_EQ(block.facts.gas, 130u);
  EXPECT_EQ(after(1, {OP_PUSH1, 2, OP_PUSH1, 3, OP_EXP, OP_JUMPDEST}, &block), "  spill #9 0\n"
                                                                               "  FALL at 5\n");
  EXPECT_EQ(block.facts.gas, 16u + 50);
  after(1, {OP_PUSH1, 2, OP_PUSH1, 3, OP_EXP, OP_JUMPDEST}, &block, Fork::homestead);
  EXPECT_EQ(block.facts.gas, 16u + 10);
}

TEST(FoldConstants, SpillOfItsOwnOldValueGoes) {
  EXPECT_EQ(after(1, {OP_PUSH0, OP_ADD, OP_JUMPDEST}), "  FALL at 2\n");
}

TEST(ShareSubexpressions, EqualOnesBecomeOne) {
  const Bytes code{OP_DUP2, OP_DUP2, OP_ADD, OP_DUP2, OP_DUP4, OP_ADD, OP_MUL, OP_JUMPDEST};
  EXPECT_EQ(after(2, code), "  $0 = ADD @-2 @-1\n"
                            "  $1 = MUL $0 $0\n"
                            "  spill $1 0\n"
                            "  FALL at 7\n");
  const Bytes loads{OP_PUSH1, 4, OP_CALLDATALOAD, OP_PUSH1, 4, OP_CALLDATALOAD, OP_JUMPDEST};
  EXPECT_EQ(after(2, loads), "  $0 = CALLDATALOAD #4\n"
                             "  spill $0 1\n"
                             "  spill $0 0\n"
                             "  FALL at 6\n");
}

TEST(ShareSubexpressions, OrderMattersWhereItDoes) {
  const Bytes code{OP_DUP2, OP_DUP2, OP_SUB, OP_DUP2, OP_DUP4, OP_SUB, OP_JUMPDEST};
  EXPECT_EQ(after(2, code), "  $0 = SUB @-2 @-1\n"
                            "  $1 = SUB @-1 @-2\n"
                            "  spill $0 1\n"
                            "  spill $1 0\n"
                            "  FALL at 6\n");
}

TEST(ShareSubexpressions, ReadersAreNotShared) {
  EXPECT_EQ(after(2, {OP_GAS, OP_GAS, OP_SUB, OP_JUMPDEST}), "  $0 = GAS at 0 rest 5\n"
                                                             "  $1 = GAS at 1 rest 3\n"
                                                             "  $2 = SUB $1 $0\n"
                                                             "  spill $2 0\n"
                                                             "  FALL at 3\n");
}

TEST(RemoveDead, LeavesWhatIsNeeded) {
  const Bytes code{OP_DUP1, OP_NOT,   OP_DUP2,  OP_ADD, OP_POP,    OP_GAS,
                   OP_POP,  OP_PUSH0, OP_MLOAD, OP_POP, OP_CALLER, OP_JUMPDEST};
  Block block;
  after(3, code, &block);
  ASSERT_EQ(block.instrs.size(), 2u);
  EXPECT_EQ(block.instrs[0].op, OP_MLOAD);
  EXPECT_EQ(block.instrs[1].op, OP_CALLER);
}

TEST(BlockPasses, AreTimed) {
  const Code code(Bytes{OP_PUSH1, 3, OP_PUSH1, 4, OP_ADD, OP_STOP});
  Block loose;
  Lifter(code, Fork::osaka).lift(0, loose);
  PassTimes times;
  BlockPasses(Fork::osaka).run(loose, BlockPasses::names.size(), &times);
  ASSERT_EQ(times.rows.size(), BlockPasses::names.size());
  for (size_t i = 0; i < times.rows.size(); ++i)
    EXPECT_EQ(times.rows[i].pass, BlockPasses::names[i]);
}

} // namespace
} // namespace runahead::depblock
