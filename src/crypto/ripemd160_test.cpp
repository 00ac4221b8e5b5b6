#include "base/hex.hpp"
#include "crypto/ripemd160.hpp"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

namespace runahead {
namespace {

std::string ripemd160_hex(const std::string& message) {
  return to_hex(
      ripemd160(BytesView(reinterpret_cast<const uint8_t*>(message.data()), message.size())));
}

// The first test of the process that uses the library, so the one that sees its set-up raced.
TEST(Ripemd160, FirstUseFromManyThreads) {
  std::vector<std::string> digests(4);
  std::vector<std::thread> threads;
  for (std::string& digest : digests)
    threads.emplace_back([&digest] { digest = ripemd160_hex("abc"); });
  for (std::thread& thread : threads) thread.join();
  for (const std::string& digest : digests)
    EXPECT_EQ(digest, "0x8eb208f7e05d987a9b044a8e98c6b087f15a0bfc");
}

// The vectors of the function's authors (Dobbertin, Bosselaers, Preneel, 1996).
TEST(Ripemd160, PublishedVectors) {
  EXPECT_EQ(ripemd160_hex(""), "0x9c1185a5c5e9fc54612808977ee8f548b2258d31");
  EXPECT_EQ(ripemd160_hex("abc"), "0x8eb208f7e05d987a9b044a8e98c6b087f15a0bfc");
  EXPECT_EQ(ripemd160_hex("message digest"), "0x5d0689ef49d2fae572b881b123a85ffa21595f36");
  EXPECT_EQ(ripemd160_hex("abcdefghijklmnopqrstuvwxyz"),
            "0xf71c27109c692c1b56bbdceb5b9d2865b3708dbc");
  EXPECT_EQ(ripemd160_hex(std::string(1'000'000, 'a')),
            "0x52783243c1697bdbe16d37f97f68f08325dc1528");
}

} // namespace
} // namespace runahead
