#include "base/random.hpp"
#include "depblock/lift/lifted_for_test.hpp"

namespace runahead::depblock {
namespace {

Block parsed(std::string_view text) {
  auto block = parse_block(text);
  EXPECT_TRUE(block) << block.error().message;
  return block ? std::move(*block) : Block{};
}

std::string error_of(std::string_view text) {
  const auto block = parse_block(text);
  return block ? "no error" : block.error().message;
}

TEST(Text, ReadsWhatAPersonWrites) {
  const Block block = parsed("block 4 opcodes 7 gas 30 need 1 grow 2 delta 0 pieces 2\n"
                             "; a comment\n\n"
                             "$0 = EXP.paid #0x10000000000000001 @-1   ; and another\n"
                             "  spill $0 -1\n"
                             "  JUMPI #12 $0 at 20\n");
  EXPECT_EQ(block.pc, 4u);
  EXPECT_EQ(block.pieces, 2u);
  EXPECT_TRUE(block.placed);
  ASSERT_EQ(block.instrs.size(), 1u);
  EXPECT_TRUE(block.instrs[0].paid);
  EXPECT_EQ(block.literals.at(0), (uint256{1, 1, 0, 0}));
  EXPECT_EQ(block.end.next, 21u);
  EXPECT_TRUE(same(parsed(print(block.view())).view(), block.view()));
}

TEST(Text, RandomBlocksComeBack) {
  Random random(seed_from_environment());
  for (int i = 0; i < 2000; ++i) {
    Bytes code(random.between(1, 200));
    for (uint8_t& byte : code) byte = static_cast<uint8_t>(random.next());
    const Block block = placed(code, 0, static_cast<Fork>(random.below(fork_count)));
    const Block back = parsed(print(block.view()));
    ASSERT_TRUE(same(back.view(), block.view())) << print(block.view()) << print(back.view());
  }
}

TEST(Text, ErrorsNameTheLine) {
  const std::string head = "block 0 opcodes 1 gas 3 need 1 grow 0 delta 0\n";
  EXPECT_EQ(error_of("blok 0"), "line 1: expected `block`");
  EXPECT_EQ(error_of("block x"), "line 1: expected a number for block, not 'x'");
  EXPECT_EQ(error_of("block 0 opcodes 1 gas 3 need 70000 grow 0 delta 0"),
            "line 1: expected a number for need, not '70000'");
  EXPECT_EQ(error_of(head), "the block has no end");
  EXPECT_EQ(error_of(head + "$0 = ADD #1 %2\n"), "line 2: expected an operand, not '%2'");
  EXPECT_EQ(error_of(head + "$1 = ADD #1 #2\n"), "line 2: expected $0");
  EXPECT_EQ(error_of(head + "$0 = PUSH1 #2\n"), "line 2: unknown instruction 'PUSH1'");
  EXPECT_EQ(error_of(head + "ADD #1 #2\n"), "line 2: ADD gives a result");
  EXPECT_EQ(error_of(head + "$0 = SSTORE #1 #2 at 3 rest 3\n"), "line 2: SSTORE gives no result");
  EXPECT_EQ(error_of(head + "$0 = ADD #1 #2 #3\n"), "line 2: unexpected '#3'");
  EXPECT_EQ(error_of(head + "SSTORE #1 #2 at 3\n"), "line 2: expected `rest`");
  EXPECT_EQ(error_of(head + "spill #1 -1\n$0 = NOT #1\nspill $0 0\n"),
            "line 4: the spills stand apart");
  EXPECT_EQ(error_of(head + "STOP at 1\nSTOP at 2\n"), "line 3: the block has ended");
}

} // namespace
} // namespace runahead::depblock
