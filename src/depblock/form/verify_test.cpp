// Each invariant is broken once, in a block that is right otherwise, and must be named.
#include "depblock/form/text.hpp"
#include "depblock/form/verify.hpp"

#include <gtest/gtest.h>

#include <functional>

namespace runahead::depblock {
namespace {

constexpr std::string_view sound = "block 10 opcodes 20 gas 300 need 2 grow 3 delta 1\n"
                                   "  $0 = SLOAD @-1 at 12 rest 280\n"
                                   "  $1 = GAS at 14 rest 270\n"
                                   "  $2 = ADD $0 #0x1234567890\n"
                                   "  $3 = unspill -2\n"
                                   "  spill $2 0\n"
                                   "  spill @-1 -2\n"
                                   "  SSTORE $1 $3 at 20 rest 10\n"
                                   "  JUMPI #99 @-1 at 22\n";

/// What the verifier calls broken once `damage` is done to the block.
std::string broken(const std::function<void(Block&)>& damage) {
  Block block = *parse_block(sound);
  EXPECT_TRUE(verify(block.view())) << verify(block.view()).error().message;
  damage(block);
  const auto result = verify(block.view());
  if (result) return "nothing";
  return result.error().message.substr(0, result.error().message.find(':'));
}

/// The operand `index` of an instruction.
Operand& operand(Block& block, size_t instr, uint32_t index) {
  return block.operands[block.instrs[instr].first_operand + index];
}

TEST(Verify, Instruction) {
  for (const uint8_t op : {OP_POP, OP_DUP1, OP_PUSH1, OP_JUMPDEST, OP_JUMP, OP_STOP, OP_PC})
    EXPECT_EQ(broken([&](Block& b) { b.instrs[2].op = op; }), "instruction") << int{op};
  EXPECT_EQ(broken([](Block& b) { b.instrs[2].op = 0x0c; }), "instruction");
}

TEST(Verify, OperandRange) {
  EXPECT_EQ(broken([](Block& b) { b.instrs[4].first_operand = 1000; }), "operand_range");
  EXPECT_EQ(broken([](Block& b) { b.operands.pop_back(); }), "operand_range");
}

TEST(Verify, Definition) {
  const auto value = [](uint32_t id) { return Operand::of(ValueId{id}); };
  EXPECT_EQ(broken([&](Block& b) { operand(b, 2, 0) = value(2); }), "definition");
  EXPECT_EQ(broken([&](Block& b) { operand(b, 2, 0) = value(3); }), "definition");
  EXPECT_EQ(broken([&](Block& b) { b.end.operands[1] = value(4); }), "definition") << "no result";
  EXPECT_EQ(broken([&](Block& b) { b.end.operands[1] = value(77); }), "definition");
  EXPECT_EQ(broken([&](Block& b) { b.spill_at = 2; }), "definition")
      << "spilled before it is known";
}

TEST(Verify, Literal) {
  EXPECT_EQ(broken([](Block& b) { b.literals.clear(); }), "literal");
  EXPECT_EQ(broken([](Block& b) { b.literals[0] = 5; }), "literal") << "fits into the operand";
}

TEST(Verify, EntrySlot) {
  EXPECT_EQ(broken([](Block& b) { operand(b, 0, 0) = Operand::unspill(-3); }), "entry_slot");
  EXPECT_EQ(broken([](Block& b) { operand(b, 0, 0) = Operand::unspill(0); }), "entry_slot");
}

TEST(Verify, ProgramOrder) {
  EXPECT_EQ(broken([](Block& b) { b.instrs[1].pc = 12; }), "program_order");
  EXPECT_EQ(broken([](Block& b) { b.instrs[0].pc = 9; }), "program_order");
  EXPECT_EQ(broken([](Block& b) { b.instrs[4].pc = 22; }), "program_order");
  EXPECT_EQ(broken([](Block& b) { std::swap(b.instrs[0].pc, b.instrs[1].pc); }), "program_order");
}

TEST(Verify, RestGas) {
  EXPECT_EQ(broken([](Block& b) { b.instrs[0].rest_gas = 301; }), "rest_gas");
  EXPECT_EQ(broken([](Block& b) { b.instrs[1].rest_gas = 281; }), "rest_gas");
}

TEST(Verify, PureIsFree) {
  EXPECT_EQ(broken([](Block& b) { b.instrs[2].pc = 13; }), "pure_is_free");
  EXPECT_EQ(broken([](Block& b) { b.instrs[3].rest_gas = 1; }), "pure_is_free");
}

TEST(Verify, Paid) {
  EXPECT_EQ(broken([](Block& b) { b.instrs[0].paid = true; }), "paid");
  EXPECT_EQ(broken([](Block& b) { b.instrs[2].paid = true; }), "paid");
}

TEST(Verify, StackFacts) {
  EXPECT_EQ(broken([](Block& b) { b.delta = 4; }), "stack_facts");
  EXPECT_EQ(broken([](Block& b) { b.delta = -3; }), "stack_facts");
}

TEST(Verify, End) {
  EXPECT_EQ(broken([](Block& b) { b.end.op = OP_JUMP; }), "end");
  EXPECT_EQ(broken([](Block& b) { b.end.next = 22; }), "end");
  EXPECT_EQ(broken([](Block& b) {
              b.instrs.clear();
              b.end.pc = 9;
            }),
            "end");
}

TEST(Verify, SpillSlot) {
  EXPECT_EQ(broken([](Block& b) { b.spills[1].slot = 0; }), "spill_slot") << "twice";
  EXPECT_EQ(broken([](Block& b) { b.spills[0].slot = 1; }), "spill_slot") << "above the top";
  EXPECT_EQ(broken([](Block& b) { b.spills[1].slot = -3; }), "spill_slot") << "not entered";
  EXPECT_EQ(broken([](Block& b) { b.spills[1].slot = -1; }), "spill_slot") << "its own value";
}

TEST(Verify, SpillPlace) {
  EXPECT_EQ(broken([](Block& b) { b.spill_at = 6; }), "spill_place");
}

TEST(Verify, HaltingSpills) {
  EXPECT_EQ(broken([](Block& b) {
              b.end.kind = EndKind::stop;
              b.end.op = OP_STOP;
              b.end.next = 0;
            }),
            "halting_spills");
}

TEST(Verify, NewSlots) {
  EXPECT_EQ(broken([](Block& b) { b.spills.erase(b.spills.begin()); }), "new_slots");
}

TEST(Verify, Temporary) {
  EXPECT_EQ(broken([](Block& b) { operand(b, 3, 0) = Operand::of_word(1); }), "temporary");
  EXPECT_EQ(broken([](Block& b) { b.placed = false; }), "temporary");
}

TEST(Verify, Overwritten) {
  EXPECT_EQ(broken([](Block& b) { operand(b, 4, 1) = Operand::unspill(-2); }), "overwritten");
  EXPECT_EQ(broken([](Block& b) { b.end.operands[1] = Operand::unspill(-2); }), "overwritten");
  EXPECT_EQ(broken([](Block& b) {
              b.spills[0].value = Operand::unspill(-2);
              std::swap(b.spills[0], b.spills[1]);
            }),
            "overwritten");
}

TEST(Verify, Needed) {
  EXPECT_EQ(broken([](Block& b) { b.spills[0].value = Operand::of_word(1); }), "needed");
  EXPECT_EQ(broken([](Block& b) { operand(b, 4, 0) = Operand::of_word(1); }), "needed")
      << "a reader";
}

TEST(Verify, ImpureOnesNeedNoUser) {
  EXPECT_EQ(broken([](Block& b) { operand(b, 2, 0) = Operand::of_word(3); }), "nothing");
}

} // namespace
} // namespace runahead::depblock
