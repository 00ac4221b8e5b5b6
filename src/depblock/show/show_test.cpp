#include "depblock/show/census.hpp"
#include "depblock/show/listing.hpp"
#include "spec/opcodes.hpp"

#include <gtest/gtest.h>

namespace runahead::depblock {
namespace {

/// 0: PUSH1 1, PUSH1 2, ADD, PUSH1 10, JUMP; 8: INVALID; 9: INVALID; 10: JUMPDEST, PUSH1 0, MSTORE
const Code example(Bytes{OP_PUSH1, 1, OP_PUSH1, 2, OP_ADD, OP_PUSH1, 10, OP_JUMP, OP_INVALID,
                         OP_INVALID, OP_JUMPDEST, OP_PUSH1, 0, OP_MSTORE});

std::string listed(const ListingOptions& options, const Code& code = example) {
  const auto blocks = list_blocks(code, Fork::osaka, options);
  if (!blocks) return blocks.error().message;
  std::string out;
  for (const ListedBlock& block : *blocks)
    out += block.text + (block.flow.empty() ? "" : "; " + block.flow + '\n');
  return out;
}

TEST(Listing, MergedInTheEnd) {
  EXPECT_EQ(listed({}), "block 0 opcodes 8 gas 27 need 0 grow 2 delta 0 pieces 2\n"
                        "  MSTORE #0 #3 at 13 rest 0\n"
                        "  STOP at 14\n"
                        "; from outside, to 10\n");
}

TEST(Listing, AfterAStage) {
  const std::string lifted = listed({.after = "lift"});
  EXPECT_NE(lifted.find("$0 = ADD #2 #1\n  spill $0 0\n  JUMP #10 at 7\n"), lifted.npos) << lifted;
  EXPECT_NE(lifted.find("MSTORE #0 @-1"), lifted.npos) << lifted;
  const std::string folded = listed({.after = "fold-constants"});
  EXPECT_NE(folded.find("  spill #3 0\n  JUMP #10 at 7\n"), folded.npos) << folded;
}

TEST(Listing, WhatAStageChanged) {
  EXPECT_EQ(listed({.diff = "fold-constants"}), " block 0 opcodes 5 gas 20 need 0 grow 2 delta 1\n"
                                                "-  $0 = ADD #2 #1\n"
                                                "-  spill $0 0\n"
                                                "+  spill #3 0\n");
  EXPECT_EQ(listed({.diff = "share-subexpressions"}), "");
}

TEST(Listing, OneBlock) {
  EXPECT_EQ(listed({.after = "lift", .pc = 10}), "block 10 opcodes 3 gas 7 need 1 grow 1 delta -1\n"
                                                 "  MSTORE #0 @-1 at 13 rest 0\n"
                                                 "  STOP at 14\n"
                                                 "; from 0, to\n");
}

TEST(Listing, MistakesAreNamed) {
  EXPECT_EQ(listed({.after = "cse"}),
            "after: unknown stage 'cse': there are lift, fold-constants, share-subexpressions, "
            "remove-dead, place");
  EXPECT_EQ(listed({.pc = 9}), "at: no block begins at 9");
}

TEST(Drawing, BoxesAndArrows) {
  const Code code(Bytes{OP_CALLVALUE, OP_PUSH1, 6, OP_JUMPI, OP_INVALID, OP_INVALID, OP_JUMPDEST,
                        OP_PUSH0, OP_CALLDATALOAD, OP_JUMP});
  const std::string dot = draw_flow(code, Fork::osaka);
  EXPECT_EQ(dot.find("digraph flow {"), 0u);
  for (const char* part :
       {"b0 -> b4;", "b0 -> b6;", "b6 -> unknown;", "color=grey", "  JUMPI #6 $0 at 3\\l"})
    EXPECT_NE(dot.find(part), dot.npos) << part << '\n' << dot;
}

TEST(CensusTest, CountsWhatIsLeft) {
  const Census census = take_census(example, Fork::osaka);
  EXPECT_EQ(census.bytes, 14u);
  EXPECT_EQ(census.reached_bytes, 12u);
  EXPECT_EQ(census.blocks, 2u);
  EXPECT_EQ(census.merged, 1u);
  EXPECT_EQ(census.opcodes, 8u);
  EXPECT_EQ(census.instructions, 2u); // MSTORE and STOP
  EXPECT_EQ(census.jumps, 1u);
  EXPECT_EQ(census.resolved_jumps, 1u);
  EXPECT_EQ(census.spills, 0u);
  Census two = census;
  two += census;
  EXPECT_EQ(two.opcodes, 16u);
  EXPECT_NE(print(two).find("dependency instructions               4   0.250 per opcode"),
            std::string::npos)
      << print(two);
}

} // namespace
} // namespace runahead::depblock
