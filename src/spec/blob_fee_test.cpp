#include "base/hex.hpp"
#include "spec/blob_fee.hpp"

#include <gtest/gtest.h>

namespace runahead {
namespace {

uint256 fee(uint64_t excess, uint64_t fraction) { return blob_base_fee(excess, {6, 9, fraction}); }

// The expected values are EIP-4844's fake_exponential, computed with Python's integers.
TEST(BlobFee, FollowsTheSpecificationsIntegers) {
  EXPECT_EQ(fee(0, 3338477), uint256(1));
  EXPECT_EQ(fee(2314057, 3338477), uint256(1));
  EXPECT_EQ(fee(2314058, 3338477), uint256(2));
  EXPECT_EQ(fee(10 * 1024 * 1024, 3338477), uint256(23));
  EXPECT_EQ(to_hex(fee(584233550, 11684671)), "0x119103e407ed9e03351");
  EXPECT_EQ(to_hex(fee(500783945, 5007716)), "0x13557a53496d8833fe30aea318ae7366f53ec");
}

TEST(BlobFee, IsExactUpToItsBound) {
  EXPECT_EQ(to_hex(fee(791219127, 5007716)),
            "0xf69049c83c83515193177e27448dd64a3621884781f36023cdf996271");
  EXPECT_EQ(to_hex(fee(1834493346, 11684671)),
            "0x5ab4a8b473ef5b73048c84d1b5e4a5211f0df34e804ec2ae835ba4195");
  EXPECT_EQ(to_hex(fee(~uint64_t{0}, (uint64_t{1} << 57) + 12345)),
            "0x195e54c5dc1041f9266d742d9209880c1ac32e714c2af1c");
}

TEST(BlobFee, SaturatesAbove) {
  EXPECT_EQ(fee(159ull * 5007716, 5007716), uint256::max());
  EXPECT_EQ(fee(~uint64_t{0}, 1), uint256::max());
  EXPECT_EQ(fee(~uint64_t{0}, ~uint64_t{0}), uint256(2)); // e, cut to an integer
}

} // namespace
} // namespace runahead
