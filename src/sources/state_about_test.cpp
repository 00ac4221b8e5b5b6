#include "sources/alloc_file.hpp"
#include "sources/state_about.hpp"

#include <gtest/gtest.h>

namespace runahead {
namespace {

StateAbout full() {
  StateAbout about;
  about.chain_id = 31337;
  about.fork = Fork::osaka;
  about.blobs = BlobSchedule{14, 21, 11684671};
  about.has_block = true;
  about.block = {97, 1795, 60'000'000, to_address(0xcb), uint256::max() - 1, 0xf2c, 0};
  about.excess_blob_gas = 20'000'000;
  about.by_number = {{0, Fork::london, {}}, {36, Fork::paris, {}}};
  about.by_time = {{420, Fork::cancun, {3, 6, 3338477}}};
  about.constants = {uint256::max(), {{21, 9'000'000}}, 7, to_address(0xde)};
  return about;
}

TEST(StateAbout, RoundTrips) {
  const StateAbout about = full();
  const auto read = parse_state_about(to_json(about));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(to_json(*read), to_json(about));
  EXPECT_EQ(read->chain_id, about.chain_id);
  EXPECT_EQ(read->fork, about.fork);
  EXPECT_EQ(read->blobs, about.blobs);
  EXPECT_EQ(read->block.prev_randao, about.block.prev_randao);
  EXPECT_EQ(read->block.coinbase, about.block.coinbase);
  EXPECT_EQ(read->constants, about.constants);
  EXPECT_EQ(read->excess_blob_gas, about.excess_blob_gas);
  EXPECT_EQ(read->block.blob_base_fee, uint256(5));
  EXPECT_EQ(rules_at(read->chain(), 40, 500).blobs, (BlobSchedule{3, 6, 3338477}));
}

TEST(StateAbout, AbsentThingsStayAbsent) {
  const auto read = parse_state_about(to_json(StateAbout{}));
  ASSERT_TRUE(read);
  EXPECT_FALSE(read->chain_id || read->fork || read->blobs || read->has_block);
}

TEST(StateAbout, RefusalsNameTheField) {
  const std::pair<const char*, const char*> bad[] = {
      {"7", "expected an object"},
      {R"({"forks": 1})", "'forks': unknown field"},
      {R"({"fork": "narnia"})", "fork: "},
      {R"({"block": {}})", "block.number: missing"},
      {R"({"constants": {"glaciers": [{"at": 1}]}})", "constants: glaciers: delay: missing"},
      {R"({"constants": {"daoFork": "x"}})", "constants: daoFork: "},
      {R"({"byTime": {}})", "byTime: expected an array"},
      {R"({"byTime": [{"at": 1, "fork": "cancun"}]})", "byTime: blobSchedule: missing"},
  };
  for (const auto& [text, part] : bad) {
    const auto read = parse_state_about(text);
    ASSERT_FALSE(read) << text;
    EXPECT_NE(read.error().message.find(part), std::string::npos) << read.error().message;
  }
}

} // namespace
} // namespace runahead
