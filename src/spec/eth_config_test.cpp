#include "base/uint256.hpp"
#include "spec/eth_config.hpp"

#include <gtest/gtest.h>

namespace runahead {
namespace {

Address at(uint64_t number) { return to_address(number); }

EthConfig config_of(Fork fork) {
  EthConfig config;
  config.chain_id = 31337;
  for (uint64_t i = 1; i <= 9; ++i) config.precompiles.emplace_back("OLD", at(i));
  config.precompiles.emplace_back("KZG_POINT_EVALUATION", at(10));
  config.system_contracts.emplace_back(
      "BEACON_ROOTS_ADDRESS",
      Address{{0x00, 0x0f, 0x3d, 0xf6, 0xd7, 0x32, 0x80, 0x7e, 0xf1, 0x31,
               0x9f, 0xb7, 0xb8, 0xbb, 0x85, 0x22, 0xd0, 0xbe, 0xac, 0x02}});
  config.blobs = default_blob_schedule(fork);
  if (fork < Fork::prague) return config;
  const char* bls[] = {"BLS12_G1ADD",        "BLS12_G1MSM",         "BLS12_G2ADD",
                       "BLS12_G2MSM",        "BLS12_PAIRING_CHECK", "BLS12_MAP_FP_TO_G1",
                       "BLS12_MAP_FP2_TO_G2"};
  for (uint64_t i = 0; i < 7; ++i) config.precompiles.emplace_back(bls[i], at(11 + i));
  config.system_contracts.emplace_back(
      "HISTORY_STORAGE_ADDRESS",
      Address{{0x00, 0x00, 0xf9, 0x08, 0x27, 0xf1, 0xc5, 0x3a, 0x10, 0xcb,
               0x7a, 0x02, 0x33, 0x5b, 0x17, 0x53, 0x20, 0x00, 0x29, 0x35}});
  config.system_contracts.emplace_back("DEPOSIT_CONTRACT_ADDRESS", at(12345));
  if (fork >= Fork::osaka) config.precompiles.emplace_back("P256VERIFY", at(0x100));
  return config;
}

void remove(EthConfig& config, std::string_view name) {
  std::erase_if(config.precompiles, [&](const auto& entry) { return entry.first == name; });
  std::erase_if(config.system_contracts, [&](const auto& entry) { return entry.first == name; });
}

void expect_refused(const EthConfig& config, std::string_view part) {
  const auto rules = rules_from_eth_config(config);
  ASSERT_FALSE(rules) << "expected: " << part;
  EXPECT_NE(rules.error().message.find(part), std::string::npos) << rules.error().message;
}

TEST(EthConfig, TellsTheForks) {
  for (const Fork fork : {Fork::cancun, Fork::prague, Fork::osaka}) {
    const auto rules = rules_from_eth_config(config_of(fork));
    ASSERT_TRUE(rules) << rules.error().message;
    EXPECT_EQ(rules->fork, fork);
    EXPECT_EQ(rules->blobs, default_blob_schedule(fork));
    EXPECT_EQ(rules->chain_id, 31337u);
  }
}

TEST(EthConfig, TakesTheBlobScheduleListed) {
  EthConfig config = config_of(Fork::osaka);
  config.blobs = BlobSchedule{14, 21, 11684671};
  EXPECT_EQ(rules_from_eth_config(config)->blobs, (BlobSchedule{14, 21, 11684671}));
  config.blobs = BlobSchedule{1, 2, 77}; // a chain's own
  EXPECT_EQ(rules_from_eth_config(config)->blobs, (BlobSchedule{1, 2, 77}));
}

TEST(EthConfig, CannotTellOldForks) {
  EthConfig config = config_of(Fork::cancun);
  remove(config, "KZG_POINT_EVALUATION");
  expect_refused(config, "cannot tell which fork");
  config.precompiles.clear();
  expect_refused(config, "cannot tell which fork");
}

TEST(EthConfig, RefusesLaterForks) {
  EthConfig config = config_of(Fork::osaka);
  config.precompiles.emplace_back("SHINY_NEW", at(0x101));
  expect_refused(config, "'SHINY_NEW' at 0x0000000000000000000000000000000000000101");
  config = config_of(Fork::osaka);
  config.precompiles.emplace_back("FAR", Address{{1}});
  expect_refused(config, "cannot tell which fork");
}

TEST(EthConfig, SaysWhatContradicts) {
  EthConfig config = config_of(Fork::osaka);
  remove(config, "BLS12_PAIRING_CHECK");
  expect_refused(config, "P256VERIFY makes it Osaka, but BLS12_PAIRING_CHECK");

  config = config_of(Fork::prague);
  remove(config, "HISTORY_STORAGE_ADDRESS");
  expect_refused(config, "HISTORY_STORAGE_ADDRESS is not listed");

  config = config_of(Fork::cancun);
  config.system_contracts.push_back(config_of(Fork::prague).system_contracts[1]);
  expect_refused(config, "HISTORY_STORAGE_ADDRESS belongs to Prague");

  config = config_of(Fork::prague);
  config.system_contracts[1].second = at(7);
  expect_refused(config, "HISTORY_STORAGE_ADDRESS is 0x");

  config = config_of(Fork::osaka);
  config.precompiles.back().second = at(0x05);
  expect_refused(config, "P256VERIFY is at");

  config = config_of(Fork::osaka);
  config.precompiles.back().first = "OTHER";
  expect_refused(config, "is called 'OTHER'");

  config = config_of(Fork::osaka);
  config.precompiles.erase(config.precompiles.begin() + 4);
  expect_refused(config, "0x0000000000000000000000000000000000000005 is not listed");
}

TEST(EthConfig, ChecksTheBlobSchedule) {
  EthConfig config = config_of(Fork::osaka);
  config.blobs.reset();
  expect_refused(config, "blobSchedule: missing");
  config.blobs = BlobSchedule{6, 9, 0};
  expect_refused(config, "baseFeeUpdateFraction");
  config.blobs = BlobSchedule{9, 6, 5};
  expect_refused(config, "target is larger");
  config.blobs = default_blob_schedule(Fork::cancun);
  expect_refused(config, "is Cancun's schedule");
  config = config_of(Fork::prague);
  config.blobs = BlobSchedule{14, 21, 11684671};
  expect_refused(config, "is Osaka's schedule");
  config = config_of(Fork::osaka);
  config.chain_id = 0;
  expect_refused(config, "chainId");
}

} // namespace
} // namespace runahead
