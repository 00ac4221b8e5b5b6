#include "spec/chain.hpp"

#include <gtest/gtest.h>

#include <ostream>

namespace runahead {

void PrintTo(Fork fork, std::ostream* out) { *out << name(fork); }

namespace {

constexpr uint64_t now = 1'900'000'000;

TEST(Chain, KnowsThePublicChainsOnly) {
  for (const uint64_t id : {1, 11155111, 17000, 560048}) {
    ASSERT_NE(find_chain(id), nullptr) << id;
    EXPECT_EQ(find_chain(id)->chain_id, id);
    const Rules rules = rules_at(*find_chain(id), 30'000'000, now);
    EXPECT_EQ(rules.fork, Fork::osaka);
    EXPECT_EQ(rules.blobs, (BlobSchedule{14, 21, 11684671}));
    EXPECT_EQ(rules.chain_id, id);
  }
  EXPECT_EQ(find_chain(31337), nullptr);
  EXPECT_EQ(find_chain(0), nullptr);
}

TEST(Chain, MainnetByBlockNumber) {
  const ChainConfig& mainnet = *find_chain(1);
  const auto fork = [&](uint64_t number) { return rules_at(mainnet, number, 0).fork; };
  EXPECT_EQ(fork(0), Fork::frontier);
  EXPECT_EQ(fork(1'149'999), Fork::frontier);
  EXPECT_EQ(fork(1'150'000), Fork::homestead);
  EXPECT_EQ(fork(2'463'000), Fork::tangerine_whistle);
  EXPECT_EQ(fork(2'675'000), Fork::spurious_dragon);
  EXPECT_EQ(fork(4'370'000), Fork::byzantium);
  EXPECT_EQ(fork(7'279'999), Fork::byzantium);
  EXPECT_EQ(fork(7'280'000), Fork::petersburg);
  EXPECT_EQ(fork(9'069'000), Fork::istanbul);
  EXPECT_EQ(fork(12'244'000), Fork::berlin);
  EXPECT_EQ(fork(12'965'000), Fork::london);
  EXPECT_EQ(fork(15'537'393), Fork::london);
  EXPECT_EQ(fork(15'537'394), Fork::paris);
}

TEST(Chain, MainnetByTime) {
  const ChainConfig& mainnet = *find_chain(1);
  const auto rules = [&](uint64_t time) { return rules_at(mainnet, 24'000'000, time); };
  EXPECT_EQ(rules(1'681'338'454).fork, Fork::paris);
  EXPECT_EQ(rules(1'681'338'455).fork, Fork::shanghai);
  EXPECT_EQ(rules(1'710'338'134).blobs, BlobSchedule{});
  EXPECT_EQ(rules(1'710'338'135).fork, Fork::cancun);
  EXPECT_EQ(rules(1'710'338'135).blobs, default_blob_schedule(Fork::cancun));
  EXPECT_EQ(rules(1'746'612'311).blobs, default_blob_schedule(Fork::prague));
  EXPECT_EQ(rules(1'764'798'550).fork, Fork::prague);
  EXPECT_EQ(rules(1'764'798'551).fork, Fork::osaka);
  EXPECT_EQ(rules(1'764'798'551).blobs, default_blob_schedule(Fork::osaka));
  EXPECT_EQ(rules(1'765'290'071).blobs, (BlobSchedule{10, 15, 8346193}));
  EXPECT_EQ(rules(1'767'747'670).blobs, (BlobSchedule{10, 15, 8346193}));
  EXPECT_EQ(rules(1'767'747'671).blobs, (BlobSchedule{14, 21, 11684671}));
}

TEST(Chain, TestNetworks) {
  EXPECT_EQ(rules_at(*find_chain(11155111), 1'450'408, 0).fork, Fork::london);
  EXPECT_EQ(rules_at(*find_chain(11155111), 1'450'409, 0).fork, Fork::paris);
  EXPECT_EQ(rules_at(*find_chain(11155111), 9'000'000, 1'741'159'776).fork, Fork::prague);
  EXPECT_EQ(rules_at(*find_chain(17000), 1, 1'696'000'703).fork, Fork::paris);
  EXPECT_EQ(rules_at(*find_chain(17000), 9'000'000, 1'759'308'480).fork, Fork::osaka);
  EXPECT_EQ(rules_at(*find_chain(560048), 0, 0).fork, Fork::cancun);
  EXPECT_EQ(rules_at(*find_chain(560048), 9'000'000, 1'762'365'720).blobs.max, 15u);
}

// A post-merge fork starts with an epoch: 32 slots of 12 s from the beacon chain's genesis time
// (consensus-specs). A mistyped digit does not.
TEST(Chain, TimestampsAreStartsOfEpochs) {
  const std::pair<uint64_t, uint64_t> genesis[] = {
      {1, 1606824023}, {11155111, 1655733600}, {17000, 1695902400}, {560048, 1742213400}};
  for (const auto& [id, start] : genesis) {
    uint64_t last = 0;
    for (const Activation& activation : find_chain(id)->by_time) {
      EXPECT_GE(activation.at, last);
      last = activation.at;
      if (activation.at != 0) EXPECT_EQ((activation.at - start) % (32 * 12), 0u) << activation.at;
    }
  }
}

} // namespace
} // namespace runahead
