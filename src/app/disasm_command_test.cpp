#include "app/disasm_command.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace runahead {
namespace {

// PUSH1 7 JUMP, 0x0c, PUSH1 0 JUMP, JUMPDEST... : see the lines below.
const Bytes code{0x60, 0x06, 0x56, 0x60, 0x00, 0x56, 0x5b, 0x0c, 0x61, 0xaa};

TEST(DisasmCommand, ShowsEveryInstructionWithWhatIsCertain) {
  EXPECT_EQ(show_disassembly({code, Fork::osaka}, false),
            "; 10 bytes, rules of Osaka\n"
            "  0000  PUSH1 0x06\n"
            "  0002  JUMP\n"
            "  0003  PUSH1 0x00                        ; no jump destination\n"
            "  0005  JUMP\n"
            "> 0006  JUMPDEST\n"
            "  0007  0x0c                              ; undefined in Osaka\n"
            "  0008  PUSH2 0xaa00                      ; the last 1 of 2 bytes lie behind the end "
            "of the code, as zeros\n");
}

TEST(DisasmCommand, ShowsTextInImmediates) {
  const Bytes push{0x69, 'N', 'o', 't', ' ', 'e', 'n', 'o', 'u', 'g', 'h'};
  EXPECT_EQ(show_disassembly({push, Fork::osaka}, false),
            "; 11 bytes, rules of Osaka\n"
            "  0000  PUSH10 0x4e6f7420656e6f756768     ; \"Not enough\"\n");
}

TEST(DisasmCommand, ShowsTheSameAsJson) {
  const auto json = nlohmann::json::parse(show_disassembly({code, Fork::osaka}, true));
  EXPECT_EQ(json["fork"], "Osaka");
  EXPECT_EQ(json["bytes"], 10);
  const auto& list = json["instructions"];
  ASSERT_EQ(list.size(), 7u);
  EXPECT_EQ(list[0], nlohmann::json::parse(R"({"pc": 0, "byte": "0x60", "name": "PUSH1",
      "immediate": "0x06", "jumpsTo": "0x6", "isJumpDestination": true})"));
  EXPECT_EQ(list[2]["isJumpDestination"], false);
  EXPECT_EQ(list[4],
            nlohmann::json::parse(
                R"({"pc": 6, "byte": "0x5b", "name": "JUMPDEST", "jumpDestination": true})"));
  EXPECT_EQ(list[5], nlohmann::json::parse(R"({"pc": 7, "byte": "0x0c", "name": null})"));
  EXPECT_EQ(list[6]["paddingBytes"], 1);
  EXPECT_EQ(list[6]["immediate"], "0xaa00");
}

TEST(DisasmCommand, EmptyCodeHasNoLines) {
  EXPECT_EQ(show_disassembly({{}, Fork::london}, false), "; 0 bytes, rules of London\n");
}

} // namespace
} // namespace runahead
