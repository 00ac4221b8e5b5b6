#include "machine/memory.hpp"

#include <gtest/gtest.h>

namespace runahead {

TEST(Memory, GrowthIsPaidOnce) {
  Memory memory;
  EXPECT_EQ(memory.growth_gas(0, 1), 3);
  EXPECT_EQ(memory.growth_gas(1000000, 0), 0);
  EXPECT_EQ(memory.growth_gas(0, 32 * 1024), 1024 * 3 + 1024 * 1024 / 512);
  memory.grow(31, 2);
  EXPECT_EQ(memory.size(), 64u);
  EXPECT_EQ(memory.growth_gas(0, 64), 0);
  EXPECT_EQ(memory.growth_gas(64, 1), 3);
}

TEST(Memory, WhatNoGasPaysForIsRefused) {
  Memory memory;
  const int64_t most = std::numeric_limits<int64_t>::max();
  EXPECT_EQ(memory.growth_gas(uint256{0, 1, 0, 0}, 1), most);
  EXPECT_EQ(memory.growth_gas(0, uint256{0, 0, 0, 1}), most);
  EXPECT_EQ(memory.growth_gas(~uint64_t{0}, ~uint64_t{0}), most);
  EXPECT_EQ(memory.growth_gas(limits::memory_bytes, 1), most);
}

TEST(Memory, ResetGivesZeros) {
  Memory memory;
  memory.grow(0, 32);
  memory.data()[5] = 7;
  memory.reset();
  memory.grow(0, 32);
  EXPECT_EQ(memory.data()[5], 0);
}

} // namespace runahead
