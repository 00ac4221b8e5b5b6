#include "machine/precompile_cache.hpp"
#include "machine/precompiles.hpp"

#include <gtest/gtest.h>

namespace runahead {
namespace {

TEST(PrecompileCache, KnowsWhatItWasTold) {
  PrecompileCache cache;
  EXPECT_FALSE(cache.find(1, Bytes{1, 2}));
  cache.remember(1, Bytes{1, 2}, Bytes{9});
  EXPECT_EQ(cache.find(1, Bytes{1, 2}), Bytes{9});
  EXPECT_FALSE(cache.find(2, Bytes{1, 2}));
  EXPECT_FALSE(cache.find(1, Bytes{1}));
  EXPECT_FALSE(cache.find(0x101, Bytes{2}));
}

TEST(PrecompileCache, DropsTheLeastRecentlyUsed) {
  PrecompileCache cache(4'000);
  const Bytes input(1'000, 7);
  for (uint16_t id = 1; id <= 3; ++id) cache.remember(id, input, {});
  EXPECT_TRUE(cache.find(1, input));
  cache.remember(4, input, {});
  EXPECT_FALSE(cache.find(2, input));
  for (const uint16_t id : {uint16_t{1}, uint16_t{3}, uint16_t{4}})
    EXPECT_TRUE(cache.find(id, input)) << id;
  EXPECT_LE(cache.bytes(), 4'000u);
  cache.remember(5, Bytes(10'000), {});
  EXPECT_FALSE(cache.find(5, Bytes(10'000)));
  EXPECT_TRUE(cache.find(4, input));
}

/// A remembered answer is charged as a computed one, and a fork that refuses the input still does.
TEST(PrecompileCache, RemembersNeitherPriceNorRefusal) {
  PrecompileCache cache;
  Bytes input(96 + 3 * 1'500, 1); // MODEXP with operands of 1,500 bytes
  for (const size_t at : {0u, 32u, 64u}) {
    std::fill_n(input.begin() + static_cast<ptrdiff_t>(at), 32, uint8_t{0});
    input[at + 30] = 1'500 >> 8;
    input[at + 31] = 1'500 & 0xff;
  }
  input.back() = 0xff;
  Address modexp;
  modexp.bytes[19] = 5;
  constexpr int64_t plenty = int64_t{1} << 40;
  const auto run = [&](int64_t gas, Fork fork) {
    return run_precompile(modexp, input, gas, fork, cache);
  };
  const PrecompileOutcome first = run(plenty, Fork::prague);
  ASSERT_EQ(first.status, PrecompileStatus::success);
  EXPECT_GT(cache.bytes(), 4'500u);
  const PrecompileOutcome again = run(plenty, Fork::prague);
  EXPECT_EQ(again.output, first.output);
  EXPECT_EQ(again.gas_left, first.gas_left);
  EXPECT_EQ(run(plenty - first.gas_left - 1, Fork::prague).status, PrecompileStatus::out_of_gas);
  EXPECT_EQ(run(plenty, Fork::osaka).status, PrecompileStatus::failure);
}

} // namespace
} // namespace runahead
