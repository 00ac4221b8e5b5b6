#include "block/fee_market.hpp"

#include <gtest/gtest.h>

namespace runahead {
namespace {

constexpr uint64_t blob = 131072;

uint256 fee_behind(uint64_t gas_used, uint64_t base_fee) {
  BlockHeader parent;
  parent.gas_limit = 20'000'000;
  parent.gas_used = gas_used;
  parent.base_fee = base_fee;
  return next_base_fee(parent);
}

// The cases of EIP-1559's formula at and around the target of half of the limit.
TEST(BaseFee, FollowsTheParentsGas) {
  EXPECT_EQ(fee_behind(10'000'000, 1'000'000'000), uint256{1'000'000'000});
  EXPECT_EQ(fee_behind(9'000'000, 1'000'000'000), uint256{987'500'000});
  EXPECT_EQ(fee_behind(11'000'000, 1'000'000'000), uint256{1'012'500'000});
  EXPECT_EQ(fee_behind(20'000'000, 1'000'000'000), uint256{1'125'000'000});
  EXPECT_EQ(fee_behind(0, 1'000'000'000), uint256{875'000'000});
  EXPECT_EQ(fee_behind(10'000'001, 7), uint256{8}); // rises by one at least
  EXPECT_EQ(fee_behind(0, 7), uint256{7});          // but need not fall
}

TEST(BaseFee, BeginsWithLondon) {
  EXPECT_EQ(next_base_fee(BlockHeader{}), uint256{initial_base_fee});
}

uint64_t excess_behind(uint64_t excess, uint64_t used, Fork fork, uint64_t base_fee = 7) {
  BlockHeader parent;
  parent.excess_blob_gas = excess;
  parent.blob_gas_used = used;
  parent.base_fee = base_fee;
  return next_excess_blob_gas(parent, {fork, default_blob_schedule(fork), 1});
}

TEST(ExcessBlobGas, IsWhatWasUsedAboveTheTarget) {
  EXPECT_EQ(excess_behind(0, 3 * blob, Fork::cancun), 0u);
  EXPECT_EQ(excess_behind(0, 4 * blob, Fork::cancun), blob);
  EXPECT_EQ(excess_behind(blob, 0, Fork::cancun), 0u);
  EXPECT_EQ(excess_behind(5 * blob, 6 * blob, Fork::prague), 5 * blob); // EIP-7691: target 6
  EXPECT_EQ(next_excess_blob_gas(BlockHeader{}, {Fork::cancun, {3, 6, 3338477}, 1}), 0u);
}

// EIP-7918: while execution is dearer than blobs, the excess does not fall, and rises by a third of
// what was used.
TEST(ExcessBlobGas, OsakaHasAReservePrice) {
  const uint64_t excess = 50 * blob;
  EXPECT_EQ(excess_behind(excess, 6 * blob, Fork::osaka, 7), excess);
  EXPECT_EQ(excess_behind(excess, 6 * blob, Fork::osaka, 1'000'000'000), excess + 2 * blob);
  EXPECT_EQ(excess_behind(excess, 6 * blob, Fork::prague, 1'000'000'000), excess);
  EXPECT_EQ(excess_behind(0, 5 * blob, Fork::osaka, 1'000'000'000), 0u); // below the target
}

} // namespace
} // namespace runahead
