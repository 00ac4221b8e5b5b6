#include "spec/gas.hpp"
#include "spec/opcodes.hpp"

#include <gtest/gtest.h>

namespace runahead {

TEST(Opcodes, RegularFamiliesFollowTheirNumber) {
  for (unsigned n = 1; n <= 32; ++n)
    EXPECT_EQ(info(static_cast<uint8_t>(0x5f + n)).immediate_bytes, n);
  for (unsigned n = 1; n <= 16; ++n) {
    EXPECT_EQ(info(static_cast<uint8_t>(0x7f + n)).stack_in, n);
    EXPECT_EQ(info(static_cast<uint8_t>(0x7f + n)).stack_change(), 1);
    EXPECT_EQ(info(static_cast<uint8_t>(0x8f + n)).stack_in, n + 1);
    EXPECT_EQ(info(static_cast<uint8_t>(0x8f + n)).stack_change(), 0);
  }
  for (unsigned n = 0; n <= 4; ++n) EXPECT_EQ(info(static_cast<uint8_t>(0xa0 + n)).stack_in, n + 2);
}

TEST(Opcodes, CountPerFork) {
  const auto count = [](Fork fork) {
    int n = 0;
    for (const OpInfo& op : opcode_table) n += op.defined_in(fork);
    return n;
  };
  // 128 at launch counting INVALID; what each fork added stands in its EIPs.
  EXPECT_EQ(count(Fork::homestead) - count(Fork::frontier), 1);        // EIP-7
  EXPECT_EQ(count(Fork::byzantium) - count(Fork::spurious_dragon), 4); // EIP-140, 211, 214
  EXPECT_EQ(count(Fork::constantinople) - count(Fork::byzantium), 5);  // EIP-145, 1014, 1052
  EXPECT_EQ(count(Fork::istanbul) - count(Fork::petersburg), 2);       // EIP-1344, 1884
  EXPECT_EQ(count(Fork::london) - count(Fork::berlin), 1);             // EIP-3198
  EXPECT_EQ(count(Fork::shanghai) - count(Fork::paris), 1);            // EIP-3855
  EXPECT_EQ(count(Fork::cancun) - count(Fork::shanghai), 5);           // EIP-1153, 4844, 5656, 7516
  EXPECT_EQ(count(Fork::prague) - count(Fork::cancun), 0);
  EXPECT_EQ(count(Fork::osaka) - count(Fork::prague), 1); // EIP-7939
}

TEST(Opcodes, UndefinedBytesHaveAHexName) {
  EXPECT_EQ(name_of_opcode(0x0c), "0x0c");
  EXPECT_EQ(name_of_opcode(0x60), "PUSH1");
}

TEST(Gas, UndefinedOpcodesCostNothing) {
  for (unsigned op = 0; op < 256; ++op)
    if (!info(static_cast<uint8_t>(op)).defined_in(Fork::osaka))
      EXPECT_EQ(gas_schedule(Fork::osaka).base[op], 0) << op;
}

TEST(Gas, RepricedOpcodesByFork) {
  EXPECT_EQ(gas_schedule(Fork::frontier).base[OP_SLOAD], 50);
  EXPECT_EQ(gas_schedule(Fork::tangerine_whistle).base[OP_SLOAD], 200); // EIP-150
  EXPECT_EQ(gas_schedule(Fork::istanbul).base[OP_SLOAD], 800);          // EIP-1884
  EXPECT_EQ(gas_schedule(Fork::berlin).base[OP_SLOAD], 100);            // EIP-2929, warm
  EXPECT_EQ(gas_schedule(Fork::frontier).base[OP_CALL], 40);
  EXPECT_EQ(gas_schedule(Fork::tangerine_whistle).base[OP_CALL], 700);
  EXPECT_EQ(gas_schedule(Fork::osaka).base[OP_CALL], 100);
  EXPECT_EQ(gas_schedule(Fork::osaka).base[OP_EXTCODEHASH], 100);
  EXPECT_EQ(gas_schedule(Fork::osaka).base[OP_CLZ], 5);        // EIP-7939
  EXPECT_EQ(gas_schedule(Fork::spurious_dragon).exp_byte, 50); // EIP-160
}

} // namespace runahead
