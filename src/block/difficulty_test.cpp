#include "base/hex.hpp"
#include "block/difficulty.hpp"
#include "block/fork_schedule.hpp"
#include "block/header.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>

namespace runahead {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

TEST(Difficulty, RisesAndFallsByTheForksSteps) {
  DifficultyInput in{.parent_difficulty = 2048'000,
                     .parent_timestamp = 1000,
                     .parent_has_ommers = false,
                     .number = 1,
                     .timestamp = 1012};
  EXPECT_EQ(block_difficulty(in, Fork::frontier, 0), uint256{2049'000}); // below 13 seconds
  EXPECT_EQ(block_difficulty(in, Fork::homestead, 0), uint256{2048'000});
  EXPECT_EQ(block_difficulty(in, Fork::byzantium, 0), uint256{2048'000});
  in.parent_has_ommers = true; // EIP-100
  EXPECT_EQ(block_difficulty(in, Fork::byzantium, 0), uint256{2049'000});
  in.timestamp = 1000 + 100'000;
  EXPECT_EQ(block_difficulty(in, Fork::frontier, 0), uint256{2047'000});
  EXPECT_EQ(block_difficulty(in, Fork::homestead, 0), uint256{2048'000 - 99'000}); // at most
}

TEST(Difficulty, TheBombDoublesEveryHundredThousandBlocksBehindItsDelay) {
  DifficultyInput in{.parent_difficulty = 2048'000,
                     .parent_timestamp = 1000,
                     .parent_has_ommers = false,
                     .number = 3'000'000 + 1'200'000,
                     .timestamp = 1009};
  EXPECT_EQ(block_difficulty(in, Fork::byzantium, 3'000'000), uint256{2048'000 + 1024});
  EXPECT_EQ(block_difficulty(in, Fork::byzantium, 5'000'000), uint256{2048'000});
  in.parent_difficulty = 1000; // the least difficulty counts with the bomb
  EXPECT_EQ(block_difficulty(in, Fork::byzantium, 3'000'000), uint256{131072});
}

// The official vectors, where they are unpacked --------------------------------------------------

fs::path fixtures(const char* folder) {
  const char* root = std::getenv("RUNAHEAD_FIXTURES");
  return fs::path(root != nullptr ? root : "") / "misc-tests" / folder;
}

/// Hexadecimal or decimal text.
uint256 number_of(const json& value) { return *parse_number(value.get<std::string>()); }

/// `parentUncles` is a truth, or the hash of the ommers.
bool has_ommers(const json& item) {
  if (!item.contains("parentUncles")) return false;
  const auto text = item["parentUncles"].get<std::string>();
  return text != to_hex(no_ommers_hash) && number_of(item["parentUncles"]) != uint256{};
}

DifficultyInput input_of(const json& item) {
  return {.parent_difficulty = number_of(item["parentDifficulty"]),
          .parent_timestamp = number_of(item["parentTimestamp"]).w[0],
          .parent_has_ommers = has_ommers(item),
          .number = number_of(item["currentBlockNumber"]).w[0],
          .timestamp = number_of(item["currentTimestamp"]).w[0]};
}

struct Rule {
  Fork fork;
  uint64_t bomb_delay;
};

TEST(Difficulty, OfficialVectors) {
  const fs::path folder = fixtures("DifficultyTests");
  if (!fs::is_directory(folder))
    GTEST_SKIP() << "RUNAHEAD_FIXTURES names no folder with misc-tests/DifficultyTests";
  const std::map<std::string, Rule> rules = {
      {"Frontier", {Fork::frontier, bomb_delay(Fork::frontier)}},
      {"Homestead", {Fork::homestead, bomb_delay(Fork::homestead)}},
      {"Byzantium", {Fork::byzantium, bomb_delay(Fork::byzantium)}},
      {"Constantinople", {Fork::constantinople, bomb_delay(Fork::constantinople)}},
      {"Berlin", {Fork::berlin, bomb_delay(Fork::berlin)}},
      {"ArrowGlacier", {Fork::london, 10'700'000}},
      {"GrayGlacier", {Fork::london, 11'400'000}}};
  int checked = 0;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.path().extension() != ".json") continue;
    std::ifstream file(entry.path());
    for (const auto& [test, forks] : json::parse(file).items())
      for (const auto& [fork, items] : forks.items()) {
        if (fork == "_info") continue;
        ASSERT_TRUE(rules.contains(fork)) << fork;
        for (const auto& [name, item] : items.items()) {
          EXPECT_EQ(
              block_difficulty(input_of(item), rules.at(fork).fork, rules.at(fork).bomb_delay),
              number_of(item["currentDifficulty"]))
              << name;
          ++checked;
        }
      }
  }
  EXPECT_GE(checked, 18'000);
}

/// A schedule of the proof-of-work forks that change the difficulty.
ForkSchedule schedule(uint64_t homestead, uint64_t byzantium, uint64_t constantinople) {
  ForkSchedule result;
  result.by_number = {{0, Fork::frontier, {}},
                      {homestead, Fork::homestead, {}},
                      {byzantium, Fork::byzantium, {}},
                      {constantinople, Fork::constantinople, {}}};
  return result;
}

TEST(Difficulty, OfficialVectorsOfWholeChains) {
  const fs::path folder = fixtures("BasicTests");
  if (!fs::is_directory(folder))
    GTEST_SKIP() << "RUNAHEAD_FIXTURES names no folder with misc-tests/BasicTests";
  constexpr uint64_t never = UINT64_MAX;
  const std::map<std::string, ForkSchedule> chains = {
      {"difficulty", schedule_of(*find_chain(1))},
      {"difficultyMainNetwork", schedule_of(*find_chain(1))},
      {"difficultyCustomHomestead", schedule(0, never, never)},
      {"difficultyCustomMainNetwork", schedule(1'150'000, 4'370'000, never)},
      {"difficultyRopsten", schedule(0, 1'700'000, 4'230'000)}};
  for (const auto& [name, chain] : chains) {
    std::ifstream file(folder / (name + ".json"));
    ASSERT_TRUE(file) << name;
    for (const auto& [test, item] : json::parse(file).items()) {
      const DifficultyInput in = input_of(item);
      const BlockRules rules = chain.at(in.number, in.timestamp, {});
      EXPECT_EQ(block_difficulty(in, rules.rules.fork, rules.bomb_delay),
                number_of(item["currentDifficulty"]))
          << name << " " << test;
    }
  }
}

} // namespace
} // namespace runahead
