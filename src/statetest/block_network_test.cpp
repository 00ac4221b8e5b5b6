#include "statetest/block_network.hpp"

#include <gtest/gtest.h>

namespace runahead {
namespace {

ForkSchedule network(std::string_view name, const BlobSchedules& blobs = {}) {
  auto schedule = parse_network(name, blobs, 1);
  EXPECT_TRUE(schedule) << name;
  return schedule.value_or(ForkSchedule{});
}

TEST(Network, AForkHoldsFromGenesis) {
  EXPECT_EQ(network("EIP150").at(0, 0, {}).rules.fork, Fork::tangerine_whistle);
  EXPECT_EQ(network("Cancun").at(0, 0, {}).rules.blobs, default_blob_schedule(Fork::cancun));
  EXPECT_EQ(network("ArrowGlacier").at(0, 0, {}).bomb_delay, 10'700'000u);
}

TEST(Network, ChangesComeWhenTheNameSays) {
  const ForkSchedule by_number = network("BerlinToLondonAt5");
  EXPECT_EQ(by_number.at(4, 99, {}).rules.fork, Fork::berlin);
  EXPECT_EQ(by_number.at(5, 0, {}).rules.fork, Fork::london);
  const ForkSchedule by_time = network("ParisToShanghaiAtTime15k");
  EXPECT_EQ(by_time.at(9, 14'999, {}).rules.fork, Fork::paris);
  EXPECT_EQ(by_time.at(9, 15'000, {}).rules.fork, Fork::shanghai);
  const ForkSchedule by_difficulty = network("ArrowGlacierToParisAtDiffC0000");
  EXPECT_EQ(by_difficulty.at(9, 0, 0xbffff).rules.fork, Fork::london);
  EXPECT_EQ(by_difficulty.at(9, 0, 0xc0000).rules.fork, Fork::paris);
  const ForkSchedule dao = network("HomesteadToDaoAt5");
  EXPECT_EQ(dao.at(5, 0, {}).rules.fork, Fork::homestead);
  EXPECT_EQ(dao.dao_fork, 5u);
}

TEST(Network, BlobSchedulesOfTheFileCount) {
  const BlobSchedules blobs = {{"BPO1", {1, 2, 3}}, {"Osaka", {4, 5, 6}}};
  const ForkSchedule schedule = network("OsakaToBPO1AtTime15k", blobs);
  EXPECT_EQ(schedule.at(0, 0, {}).rules.blobs, (BlobSchedule{4, 5, 6}));
  EXPECT_EQ(schedule.at(0, 15'000, {}).rules.blobs, (BlobSchedule{1, 2, 3}));
  EXPECT_EQ(schedule.at(0, 15'000, {}).rules.fork, Fork::osaka);
}

TEST(Network, UnknownNamesAreRefused) {
  for (const char* name : {"", "Atlantis", "BerlinToAtlantisAt5", "BerlinToLondonAtNoon",
                           "BerlinToLondonAtDiff5", "BPO1", "ToAt", "BerlinToLondonAt"})
    EXPECT_FALSE(parse_network(name, {}, 1)) << name;
}

} // namespace
} // namespace runahead
