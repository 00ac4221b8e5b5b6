#include "base/hex.hpp"
#include "code/disassembly.hpp"

#include <gtest/gtest.h>

namespace runahead {
namespace {

/// `pc: text` of each instruction of code given as hex without 0x.
std::vector<std::string> lines_of(std::string_view hex, Fork fork = Fork::osaka) {
  const Code code(*parse_hex_bytes(std::string("0x").append(hex)));
  std::vector<std::string> lines;
  for (const Instruction& next : disassemble(code, fork))
    lines.push_back(std::to_string(next.pc) + ": " + to_text(code, next));
  return lines;
}

using Lines = std::vector<std::string>;

TEST(Disassembly, OfNothingIsNothing) { EXPECT_EQ(lines_of(""), Lines{}); }

TEST(Disassembly, NamesInstructionsAndTheirImmediates) {
  EXPECT_EQ(lines_of("5f608060405260016102035b00"),
            (Lines{"0: PUSH0", "1: PUSH1 0x80", "3: PUSH1 0x40", "5: MSTORE", "6: PUSH1 0x01",
                   "8: PUSH2 0x0203", "11: JUMPDEST", "12: STOP"}));
}

TEST(Disassembly, BytesInImmediatesAreNoInstructions) {
  EXPECT_EQ(lines_of("625b5b005b"), (Lines{"0: PUSH3 0x5b5b00", "4: JUMPDEST"}));
}

TEST(Disassembly, WhatTheForkLacksIsShownByItsByte) {
  EXPECT_EQ(lines_of("0c5f1e"), (Lines{"0: 0x0c", "1: PUSH0", "2: CLZ"}));
  EXPECT_EQ(lines_of("0c5f1e", Fork::cancun), (Lines{"0: 0x0c", "1: PUSH0", "2: 0x1e"}));
  EXPECT_EQ(lines_of("5f", Fork::paris), (Lines{"0: 0x5f"}));
  EXPECT_EQ(lines_of("fe"), (Lines{"0: INVALID"}));
}

TEST(Disassembly, ATruncatedPushIsPadded) {
  EXPECT_EQ(lines_of("0063aabb"), (Lines{"0: STOP", "1: PUSH4 0xaabb0000"}));
  const Code code(Bytes{OP_PUSH4, 0xaa, 0xbb});
  const Instruction push = disassemble(code, Fork::osaka).at(0);
  EXPECT_EQ(push, (Instruction{0, OP_PUSH4, true, 4, 2}));
  EXPECT_EQ(pushed_by(code, push), uint256{0xaabb0000});
  EXPECT_EQ(lines_of("7f"), (Lines{"0: PUSH32 0x" + std::string(64, '0')}));
}

TEST(Disassembly, AWholePushAtTheEndIsNotPadded) {
  const Code code(Bytes{OP_PUSH2, 0xaa, 0xbb});
  EXPECT_EQ(disassemble(code, Fork::osaka).at(0).padding_bytes, 0);
}

TEST(Disassembly, OnlyPushesPush) {
  const Code code(Bytes{OP_PUSH0, OP_PC, OP_PUSH2, 0x01, 0x02});
  const auto osaka = disassemble(code, Fork::osaka), paris = disassemble(code, Fork::paris);
  EXPECT_EQ(pushed_by(code, osaka[0]), uint256{});
  EXPECT_EQ(pushed_by(code, osaka[1]), std::nullopt);
  EXPECT_EQ(pushed_by(code, osaka[2]), uint256{0x0102});
  EXPECT_EQ(pushed_by(code, paris[0]), std::nullopt);
}

std::optional<std::string> text_of_push(std::string_view hex) {
  const Code code(*parse_hex_bytes(std::string("0x").append(hex)));
  return text_in(code, disassemble(code, Fork::osaka).at(0));
}

TEST(Disassembly, TextIsToldByItsBytesAlone) {
  EXPECT_EQ(text_of_push("694e6f7420656e6f756768"), "Not enough");
  EXPECT_EQ(text_of_push("6b4e6f7420656e6f7567680000"), "Not enough");
  EXPECT_EQ(text_of_push("6b4e6f7420656e6f7567680001"), std::nullopt); // not only zeros behind
  EXPECT_EQ(text_of_push("694e6f7420656e6f7567ff"), std::nullopt);     // 0xff is no character
  EXPECT_EQ(text_of_push("6341424344"), std::nullopt);                 // too short to be sure
  EXPECT_EQ(text_of_push("00"), std::nullopt);
}

} // namespace
} // namespace runahead
