#include "base/hex.hpp"
#include "machine/create_address.hpp"
#include "ops/pure.hpp"

#include <gtest/gtest.h>

namespace runahead {

TEST(Pure, TheTableHoldsEveryComputingOpcodeByItsOperands) {
  for (unsigned i = 0; i < 256; ++i) {
    const OpInfo& op = info(static_cast<uint8_t>(i));
    const bool computes = op.category == OpCategory::arithmetic ||
                          op.category == OpCategory::comparison ||
                          op.category == OpCategory::bitwise;
    const ops::PureOp& pure = ops::pure_table[i];
    EXPECT_EQ(computes, static_cast<bool>(pure)) << op.name;
    if (!computes) continue;
    EXPECT_EQ(op.stack_in == 1, pure.fn1 != nullptr) << op.name;
    EXPECT_EQ(op.stack_in == 2, pure.fn2 != nullptr) << op.name;
    EXPECT_EQ(op.stack_in == 3, pure.fn3 != nullptr) << op.name;
  }
}

TEST(Pure, OperandOrderIsTopFirst) {
  const auto fn2 = [](uint8_t op, uint64_t a, uint64_t b) {
    return ops::pure_table[op].fn2(a, b).w[0];
  };
  EXPECT_EQ(fn2(OP_SUB, 7, 5), 2u);
  EXPECT_EQ(fn2(OP_DIV, 7, 2), 3u);
  EXPECT_EQ(fn2(OP_LT, 1, 2), 1u);
  EXPECT_EQ(fn2(OP_GT, 1, 2), 0u);
  EXPECT_EQ(fn2(OP_SHL, 4, 1), 16u);
  EXPECT_EQ(fn2(OP_EXP, 2, 10), 1024u);
  EXPECT_EQ(fn2(OP_BYTE, 31, 0xabcd), 0xcdu);
}

TEST(CreateAddress, KnownAddresses) {
  // The vector of EIP-1014's first example, and of the first contract of a well-known development
  // key.
  EXPECT_EQ(to_hex(create2_address({}, {}, keccak256(Bytes{0x00}))),
            "0x4d1a2e2bb4f88f0250f26ffff098b0b30b26bf38");
  EXPECT_EQ(to_hex(create_address(*parse_address("0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266"), 0)),
            "0x5fbdb2315678afecb367f032d93f642f64180aa3");
}

} // namespace runahead
