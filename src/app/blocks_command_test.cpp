#include "app/blocks_command.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace runahead {
namespace {

// CALLDATASIZE PUSH1 6 JUMPI, 0x0c, JUMPDEST POP PUSH1 0 JUMP, STOP, JUMPDEST CALLDATASIZE JUMPI
const Bytes code{0x36, 0x60, 0x05, 0x57, 0x0c, 0x5b, 0x50,
                 0x60, 0x00, 0x56, 0x00, 0x5b, 0x36, 0x57};

TEST(BlocksCommand, ShowsOneRowABlockAndTotals) {
  EXPECT_EQ(
      show_blocks({code, Fork::osaka}, false),
      "   start      end  instrs      gas  needs  grows  reached   ends\n"
      "     0x0      0x4       3       15      0      2  straight  jumpi to 0x5, else 0x4\n"
      "     0x4      0x5       1        0      0      0  straight  undefined\n"
      "     0x5      0xa       4       14      1      0  straight  jump to 0x0 (no jump "
      "destination)\n"
      "     0xa      0xb       1        0      0      0  dead      stop\n"
      "     0xb      0xe       3       13      1      1  dead      jumpi to a computed target, "
      "else end of code\n"
      "\n14 bytes, 12 instructions, 5 blocks; base gas of each once: 42; rules of Osaka\n"
      "3 blocks reached straight, 0 by computed jumps only, 2 dead (4 bytes)\n"
      "jumps: 1 literal, 1 computed, 1 to no jump destination\n");
}

TEST(BlocksCommand, ShowsTheSameAsJson) {
  const auto json = nlohmann::json::parse(show_blocks({code, Fork::osaka}, true));
  EXPECT_EQ(json["fork"], "Osaka");
  ASSERT_EQ(json["blocks"].size(), 5u);
  EXPECT_EQ(json["blocks"][0], nlohmann::json::parse(R"({"start": 0, "end": 4, "instructions": 3,
      "gas": 15, "stackRequired": 0, "stackGrowth": 2, "reached": "straight", "ends": "jumpi",
      "target": "0x5", "targetIsJumpDestination": true, "goesOnAt": 4})"));
  EXPECT_TRUE(json["blocks"][4]["target"].is_null());
  EXPECT_EQ(json["totals"], nlohmann::json::parse(R"({"bytes": 14, "instructions": 12, "blocks": 5,
      "gas": 42, "computedBlocks": 0, "deadBlocks": 2, "deadBytes": 4, "literalJumps": 1,
      "computedJumps": 1, "badJumps": 1})"));
}

TEST(BlocksCommand, EmptyCodeHasTotalsOfZero) {
  const auto json = nlohmann::json::parse(show_blocks({{}, Fork::london}, true));
  EXPECT_TRUE(json["blocks"].empty());
  EXPECT_EQ(json["totals"]["gas"], 0);
}

} // namespace
} // namespace runahead
