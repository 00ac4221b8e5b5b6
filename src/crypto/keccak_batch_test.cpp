#include "base/random.hpp"
#include "crypto/keccak.hpp"
#include "crypto/keccak_batch.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace runahead {
namespace {

/// Every path that this machine has.
std::vector<CpuLevel> levels() {
  std::vector<CpuLevel> all = {CpuLevel::scalar, CpuLevel::v3};
  if (machine_cpu_level() >= CpuLevel::v4) all.push_back(CpuLevel::v4);
  return all;
}

void expect_hashes_of(const std::vector<Bytes>& inputs, CpuLevel level) {
  const std::vector<BytesView> views(inputs.begin(), inputs.end());
  std::vector<Hash256> hashes(inputs.size());
  keccak256_batch(level, views, hashes);
  for (size_t i = 0; i < inputs.size(); ++i)
    ASSERT_EQ(hashes[i], keccak256(inputs[i]))
        << name(level) << ": input " << i << " of " << inputs.size() << ", " << inputs[i].size()
        << " bytes";
}

TEST(KeccakBatch, EveryLengthGivesTheScalarHash) {
  const uint64_t seed = seed_from_environment();
  SCOPED_TRACE("RUNAHEAD_SEED=" + std::to_string(seed));
  Random random(seed);
  for (const CpuLevel level : levels()) {
    std::vector<Bytes> all;
    for (size_t size = 0; size <= 1000; ++size) {
      all.push_back(random.bytes(size));
      // Alone in its length, in batches that fill lanes and that do not.
      if (size % 10 == 0 || size % 136 < 2 || size % 136 == 135)
        for (const size_t count : {1, 2, 4, 5, 8, 9})
          expect_hashes_of(std::vector<Bytes>(count, all.back()), level);
    }
    expect_hashes_of(all, level);
    std::ranges::reverse(all);
    expect_hashes_of(all, level);
  }
}

TEST(KeccakBatch, MixedLengthsGiveTheScalarHashes) {
  const uint64_t seed = seed_from_environment();
  SCOPED_TRACE("RUNAHEAD_SEED=" + std::to_string(seed));
  Random random(seed);
  for (const CpuLevel level : levels()) {
    for (int round = 0; round < 300; ++round) {
      const size_t longest = 1 + random.below(random.chance(0.3) ? 5'000 : 300);
      std::vector<Bytes> inputs(random.below(40));
      for (Bytes& input : inputs) input = random.bytes(random.below(longest));
      expect_hashes_of(inputs, level);
    }
    // More than share the lanes at once.
    std::vector<Bytes> many(2'000);
    for (Bytes& input : many) input = random.bytes(random.below(600));
    expect_hashes_of(many, level);
  }
}

TEST(KeccakBatch, TheLevelOfThisMachineIsTheDefault) {
  const std::vector<Bytes> inputs = {{}, {1}, Bytes(200, 7)};
  const std::vector<BytesView> views(inputs.begin(), inputs.end());
  std::vector<Hash256> hashes(3);
  keccak256_batch(views, hashes);
  for (size_t i = 0; i < 3; ++i) EXPECT_EQ(hashes[i], keccak256(inputs[i]));
  keccak256_batch({}, {});
}

} // namespace
} // namespace runahead
