#include "base/hex.hpp"
#include "rpc/config_method.hpp"

#include <gtest/gtest.h>

namespace runahead {
namespace {

const Hash256 mainnet =
    *parse_hash("0xd4e56740f876aef8c010b86a40d5f56745a118d0906a34e69aec8c0db1cb8fa3");

std::string hash_after(std::initializer_list<uint64_t> forks) {
  return to_hex(fork_hash(mainnet, {forks.begin(), forks.size()}));
}

// The main network's, as EIP-2124 and EIP-6122 list them.
TEST(ForkHash, OfTheMainNetwork) {
  EXPECT_EQ(hash_after({}), "0xfc64ec04");
  EXPECT_EQ(hash_after({1150000}), "0x97c2c34c");
  EXPECT_EQ(hash_after({1150000, 1920000}), "0x91d1f948");
  EXPECT_EQ(hash_after({1150000, 1920000, 2463000}), "0x7a64da13");
  EXPECT_EQ(hash_after({1150000, 1920000, 2463000, 2675000, 4370000, 7280000}), "0x668db0af");
}

} // namespace
} // namespace runahead
