#include "base/random.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <optional>
#include <set>

namespace runahead {
namespace {

// The numbers come from a second implementation of the published algorithm. Kept seeds must keep
// their meaning.
TEST(Random, KeepsItsSequence) {
  Random a(1), b(1), c(2);
  std::array<uint64_t, 4> first;
  for (auto& x : first) x = a.next();
  for (const uint64_t x : first) EXPECT_EQ(b.next(), x);
  EXPECT_NE(c.next(), first[0]);
  EXPECT_EQ(first, (std::array<uint64_t, 4>{0xb3f2af6d0fc710c5, 0x853b559647364cea,
                                            0x92f89756082a4514, 0x642e1c7bc266a3a7}));
}

TEST(Random, BelowIsInRangeAndReachesEveryValue) {
  Random random(3);
  for (const uint64_t n : {1ull, 2ull, 3ull, 7ull, 10ull}) {
    std::array<int, 10> seen{};
    for (int i = 0; i < 5000; ++i) {
      const uint64_t x = random.below(n);
      ASSERT_LT(x, n);
      ++seen[x];
    }
    const double even = 5000.0 / static_cast<double>(n);
    for (uint64_t x = 0; x < n; ++x) EXPECT_NEAR(seen[x], even, even * 0.25) << x << " of " << n;
  }
  // Three quarters of 2^64 is where scaling without redrawing would give each third value twice.
  int multiples = 0;
  for (int i = 0; i < 6000; ++i) multiples += random.below(3ull << 62) % 3 == 0;
  EXPECT_NEAR(multiples, 2000, 200);
}

TEST(Random, BetweenIncludesBothEnds) {
  Random random(4);
  std::set<uint64_t> seen;
  for (int i = 0; i < 200; ++i) seen.insert(random.between(5, 8));
  EXPECT_EQ(seen, (std::set<uint64_t>{5, 6, 7, 8}));
  EXPECT_EQ(random.between(9, 9), 9u);
  EXPECT_NE(random.between(0, ~0ull), random.between(0, ~0ull));
}

TEST(Random, ChanceFollowsItsProbability) {
  Random random(5);
  int never = 0, always = 0, some = 0;
  for (int i = 0; i < 10'000; ++i) {
    never += random.chance(0);
    always += random.chance(1);
    some += random.chance(0.3);
  }
  EXPECT_EQ(never, 0);
  EXPECT_EQ(always, 10'000);
  EXPECT_NEAR(some, 3000, 200);
}

TEST(Random, FillsEveryByte) {
  Random random(6);
  std::array<uint8_t, 21> any{};
  for (int i = 0; i < 30; ++i) {
    const Bytes bytes = random.bytes(any.size());
    for (size_t k = 0; k < any.size(); ++k) any[k] |= bytes[k];
  }
  for (const uint8_t b : any) EXPECT_GT(b, 0x7f);
  EXPECT_TRUE(random.bytes(0).empty());
}

TEST(Random, EdgeWordsReachTheBorders) {
  Random random(7);
  std::set<uint256> seen;
  size_t powers = 0, narrow = 0, uniform = 0;
  for (int i = 0; i < 20'000; ++i) {
    const uint256 x = random.edge_word();
    seen.insert(x);
    powers += !x.is_zero() && (x & (x - 1)).is_zero();
    narrow += x.fits_u64();
    uniform += x.bit_width() > 240;
  }
  const uint256 sign = uint256(1) << 255;
  for (const uint256& border : {uint256(0), uint256(1), uint256(2), uint256::max(),
                                uint256::max() - 1, sign, sign - 1, sign + 1}) {
    EXPECT_TRUE(seen.contains(border));
  }
  EXPECT_GT(powers, 1000u);
  EXPECT_GT(narrow, 3000u);
  EXPECT_GT(uniform, 5000u);
}

TEST(Random, ForksAreIndependentOfTheirParent) {
  Random a(8), b(8);
  Random fork_a = a.fork(), fork_b = b.fork();
  for (int i = 0; i < 5; ++i) (void)fork_a.next();
  EXPECT_EQ(a.next(), b.next());
  EXPECT_NE(fork_b.next(), b.next());
}

/// Sets RUNAHEAD_SEED and puts back what was there.
class SeedVariable {
public:
  SeedVariable() {
    if (const char* old = std::getenv("RUNAHEAD_SEED")) old_ = old;
  }
  ~SeedVariable() {
    if (old_) {
      set(old_->c_str());
    } else {
      unset();
    }
  }
  void set(const char* text) { setenv("RUNAHEAD_SEED", text, 1); }
  void unset() { unsetenv("RUNAHEAD_SEED"); }

private:
  std::optional<std::string> old_;
};

TEST(Random, TakesTheSeedFromTheEnvironment) {
  SeedVariable variable;
  variable.set("12345");
  EXPECT_EQ(seed_from_environment(), 12345u);
  variable.set("0xff");
  EXPECT_EQ(seed_from_environment(), 255u);
  variable.set("18446744073709551615");
  EXPECT_EQ(seed_from_environment(), ~0ull);
  variable.set("a word");
  const uint64_t of_text = seed_from_environment();
  EXPECT_EQ(seed_from_environment(), of_text);
  variable.set("b word");
  EXPECT_NE(seed_from_environment(), of_text);
  variable.unset();
  EXPECT_NE(seed_from_environment(), seed_from_environment());
  variable.set("");
  EXPECT_NE(seed_from_environment(), seed_from_environment());
}

} // namespace
} // namespace runahead
