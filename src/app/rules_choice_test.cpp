#include "app/rules_choice.hpp"

#include <gtest/gtest.h>

namespace runahead {
namespace {

constexpr uint64_t nowhere = 31337; ///< a chain without a built-in schedule
constexpr uint64_t mainnet_osaka = 1'764'798'551, mainnet_prague = 1'746'612'311;

RuleClues clues_of(uint64_t chain_id) {
  RuleClues clues;
  clues.chain_id = chain_id;
  clues.number = 23'000'000;
  clues.timestamp = mainnet_prague;
  return clues;
}

void expect_refused(const RuleClues& clues, std::string_view part) {
  const auto book = choose_rules(clues);
  ASSERT_FALSE(book) << book->reason();
  EXPECT_NE(book.error().message.find(part), std::string::npos) << book.error().message;
}

TEST(RulesChoice, DemandGoesFirst) {
  RuleClues clues = clues_of(1);
  clues.demanded = Fork::cancun;
  clues.file_fork = Fork::osaka;
  clues.node_config = Rules{Fork::osaka, {}, 1};
  const auto book = choose_rules(clues);
  ASSERT_TRUE(book);
  const Rules rules = book->at(23'000'000, mainnet_osaka);
  EXPECT_EQ(rules.fork, Fork::cancun);
  EXPECT_EQ(rules.blobs, default_blob_schedule(Fork::cancun));
  EXPECT_EQ(rules.chain_id, 1u);
  EXPECT_EQ(book->reason(), "Cancun, from --fork");
}

TEST(RulesChoice, ThenTheBuiltInSchedule) {
  RuleClues clues = clues_of(1);
  clues.node_config = Rules{Fork::osaka, {}, 1};
  const auto book = choose_rules(clues);
  ASSERT_TRUE(book);
  EXPECT_EQ(book->reason(), "Prague, from the schedule of mainnet");
  EXPECT_EQ(book->at(23'000'000, mainnet_prague).fork, Fork::prague);
  EXPECT_EQ(book->at(23'000'000, mainnet_osaka).fork, Fork::osaka);
  EXPECT_EQ(book->at(1, 1).fork, Fork::frontier);
}

TEST(RulesChoice, ThenTheNodesConfig) {
  RuleClues clues = clues_of(nowhere);
  clues.node_config = Rules{Fork::prague, {1, 2, 3}, nowhere};
  clues.file_blobs = BlobSchedule{1, 2, 3};
  const auto book = choose_rules(clues);
  ASSERT_TRUE(book);
  EXPECT_EQ(book->at(0, 0).fork, Fork::prague);
  EXPECT_EQ(book->at(0, 0).blobs, (BlobSchedule{1, 2, 3}));
}

TEST(RulesChoice, ThenTheFile) {
  RuleClues clues = clues_of(nowhere);
  clues.file_fork = Fork::osaka;
  clues.file_blobs = BlobSchedule{4, 5, 6};
  auto book = choose_rules(clues);
  ASSERT_TRUE(book);
  EXPECT_EQ(book->at(0, 0).fork, Fork::osaka);
  EXPECT_EQ(book->at(0, 0).blobs, (BlobSchedule{4, 5, 6}));

  clues.demanded = Fork::prague; // the file's blob schedule is of another fork
  book = choose_rules(clues);
  ASSERT_TRUE(book);
  EXPECT_EQ(book->at(0, 0).blobs, default_blob_schedule(Fork::prague));
}

TEST(RulesChoice, AGenesisFilesSchedule) {
  RuleClues clues = clues_of(nowhere);
  clues.by_number = {{0, Fork::paris, {}}};
  clues.by_time = {{0, Fork::cancun, {3, 6, 1}}, {mainnet_osaka, Fork::osaka, {6, 9, 2}}};
  const auto book = choose_rules(clues);
  ASSERT_TRUE(book);
  EXPECT_EQ(book->at(1, 0).fork, Fork::cancun);
  EXPECT_EQ(book->at(1, mainnet_osaka).fork, Fork::osaka);
  EXPECT_EQ(book->at(1, mainnet_osaka).chain_id, nowhere);
}

TEST(RulesChoice, NothingToGoByIsAnError) {
  expect_refused(clues_of(nowhere), "--fork");
  RuleClues clues = clues_of(nowhere);
  clues.node_config = fail("the method does not exist");
  expect_refused(clues, "the method does not exist");
  expect_refused(clues, "chain 31337");
  expect_refused(clues, "--fork");
  clues = clues_of(1);
  clues.has_block = false; // a schedule says nothing without a block
  expect_refused(clues, "--fork");
}

TEST(RulesChoice, ContradictionsAreErrors) {
  RuleClues clues = clues_of(1);
  clues.file_fork = Fork::osaka;
  expect_refused(clues, "the file says Osaka, but the schedule of mainnet says Prague");
  clues.file_fork = Fork::prague;
  EXPECT_TRUE(choose_rules(clues));
}

TEST(RulesChoice, EveryForkCanBeDemanded) {
  for (size_t i = 0; i < fork_count; ++i) {
    RuleClues clues = clues_of(nowhere);
    clues.demanded = static_cast<Fork>(i);
    const auto book = choose_rules(clues);
    ASSERT_TRUE(book) << name(*clues.demanded);
    EXPECT_EQ(book->at(0, 0).fork, *clues.demanded);
    EXPECT_EQ(book->at(0, 0).blobs, default_blob_schedule(*clues.demanded));
  }
}

TEST(RulesChoice, OldBlocksOfTheBuiltInSchedule) {
  RuleClues clues = clues_of(1);
  clues.number = 1'150'000;
  clues.timestamp = 1'457'981'393;
  const auto book = choose_rules(clues);
  ASSERT_TRUE(book) << book.error().message;
  EXPECT_EQ(book->reason(), "Homestead, from the schedule of mainnet");
  EXPECT_EQ(book->at(1'149'999, 1'457'981'000).fork, Fork::frontier);
}

} // namespace
} // namespace runahead
