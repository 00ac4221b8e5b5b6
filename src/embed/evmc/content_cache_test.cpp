#include "base/random.hpp"
#include "embed/evmc/content_cache.hpp"

#include <gtest/gtest.h>

#include <set>

namespace runahead::evmc {
namespace {

TEST(ContentCache, GivesTheSameCodeForTheSameBytesAndFork) {
  ContentCache cache;
  const Bytes bytes{0x60, 0x01, 0x5b, 0x00}, same = bytes;
  const CodeRef code = cache.get(bytes, Fork::osaka);
  EXPECT_TRUE(equal(code->bytes(), bytes));
  EXPECT_EQ(cache.get(same, Fork::osaka), code);
  EXPECT_NE(cache.get(bytes, Fork::paris), code);
  EXPECT_EQ(cache.get({}, Fork::osaka)->size(), 0u);
}

TEST(ContentCache, BytesChangedInPlaceAreOtherBytes) {
  ContentCache cache;
  Bytes bytes(5000, 0x5b);
  const CodeRef before = cache.get(bytes, Fork::osaka);
  bytes[4321] = 0x00;
  const CodeRef after = cache.get(bytes, Fork::osaka);
  EXPECT_TRUE(before->is_jump_destination(4321));
  EXPECT_FALSE(after->is_jump_destination(4321));
}

/// Two codes with the same hash: 32 bytes whose second lane undoes what the first 32 changed there.
TEST(ContentCache, ACollisionDoesNotMixCodesUp) {
  constexpr uint64_t start = 0x243f6a8885a308d3, factor = 0x9e3779b97f4a7c15;
  const auto step = [](uint64_t lane, uint64_t word) {
    lane = (lane ^ word) * factor;
    return lane ^ lane >> 32;
  };
  const uint64_t one = step(start, 1), two = step(start, 2), word = 0x5b;
  Bytes a(64), b(64);
  a[0] = 1;
  b[0] = 2;
  std::memcpy(a.data() + 32, &word, 8);
  const uint64_t compensating = one ^ two ^ word;
  std::memcpy(b.data() + 32, &compensating, 8);
  ASSERT_NE(a, b);
  ASSERT_EQ(content_hash(a), content_hash(b));
  ContentCache cache;
  for (int round = 0; round < 2; ++round) {
    EXPECT_TRUE(equal(cache.get(a, Fork::osaka)->bytes(), a));
    EXPECT_TRUE(equal(cache.get(b, Fork::osaka)->bytes(), b));
  }
}

TEST(ContentHash, EveryByteAndTheLengthCount) {
  Random random(1);
  for (const size_t size : {0, 1, 31, 32, 33, 64, 100}) {
    const Bytes bytes = random.bytes(size);
    std::set<uint64_t> seen{content_hash(bytes)};
    for (size_t i = 0; i < size; ++i) {
      Bytes other = bytes;
      other[i] ^= 1;
      EXPECT_TRUE(seen.insert(content_hash(other)).second) << size << ' ' << i;
    }
    Bytes longer = bytes;
    longer.push_back(0);
    EXPECT_TRUE(seen.insert(content_hash(longer)).second) << size;
  }
}

} // namespace
} // namespace runahead::evmc
