#include "base/limits.hpp"
#include "sources/code_memory.hpp"

#include <gtest/gtest.h>

namespace runahead {
namespace {

Address account(uint64_t i) {
  Address address;
  address.bytes[0] = static_cast<uint8_t>(i);
  address.bytes[1] = static_cast<uint8_t>(i >> 8);
  return address;
}

TEST(CodeMemory, KeepsTheLastCodeOfAnAccount) {
  CodeMemory memory;
  EXPECT_EQ(memory.find(account(1)), nullptr);
  const BytecodeRef first = make_bytecode({1}), second = make_bytecode({2});
  memory.remember(account(1), first);
  memory.remember(account(1), second);
  EXPECT_EQ(memory.find(account(1)), second);
  EXPECT_EQ(memory.find(account(2)), nullptr);
  memory.remember(account(1), make_bytecode({}));
  EXPECT_EQ(memory.find(account(1)), nullptr);
}

TEST(CodeMemory, IsBounded) {
  CodeMemory memory;
  const BytecodeRef large = make_bytecode(Bytes(CodeMemory::capacity_bytes / 4, 1));
  for (uint64_t i = 0; i < 4; ++i) memory.remember(account(i), large);
  EXPECT_NE(memory.find(account(0)), nullptr);
  memory.forget(account(1));
  memory.remember(account(4), large);
  EXPECT_NE(memory.find(account(0)), nullptr) << "there was room again";
  memory.remember(account(5), large);
  EXPECT_EQ(memory.find(account(0)), nullptr);
  EXPECT_EQ(memory.find(account(5)), large);
}

} // namespace
} // namespace runahead
