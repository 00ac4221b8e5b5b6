#include "app/call_report.hpp"

#include <gtest/gtest.h>

namespace runahead {
namespace {

TEST(CallReport, JsonOfEachKindOfEnding) {
  CallOutcome outcome{ExecutionResult{}, {}, 100, {}};
  std::get<ExecutionResult>(outcome.end).output = {0x12};
  std::get<ExecutionResult>(outcome.end).gas_used = 21;
  outcome.stats.elapsed = std::chrono::microseconds(1500);
  outcome.stats.rounds = 2;
  EXPECT_EQ(
      to_json(outcome),
      R"({"output":"0x12","status":"success","gasUsed":21,"rounds":2,"requests":0,"reads":0,)"
      R"("speculativeReads":0,"wastedReads":0,"retries":0,"scoutSteps":0,"elapsedMs":1.500})");
  EXPECT_TRUE(is_executed(outcome));
  std::get<ExecutionResult>(outcome.end).status = Status::revert;
  EXPECT_NE(to_json(outcome).find(R"("status":"revert","gasUsed":21,"error":"execution reverted")"),
            std::string::npos);
  std::get<ExecutionResult>(outcome.end).status = Status::out_of_gas;
  EXPECT_NE(to_json(outcome).find(R"("status":"failed")"), std::string::npos);
  std::get<ExecutionResult>(outcome.end).status = Status::precompile_beyond_limits;
  EXPECT_FALSE(is_executed(outcome));
  EXPECT_EQ(to_json(outcome).find("output"), std::string::npos);
  outcome.end = StateFailure{StateKey{}, {"here", "gone", false}};
  EXPECT_NE(to_json(outcome).find(R"({"status":"unavailable","error":"state unavailable: )"),
            std::string::npos);
  outcome.end = InvalidTransaction{InvalidCode::wrong_chain, "wrong"};
  EXPECT_NE(to_json(outcome).find(R"({"status":"invalid","error":"wrong")"), std::string::npos);
  outcome.end = CallAborted{"too late"};
  EXPECT_NE(to_json(outcome).find(R"({"status":"aborted","error":"too late")"), std::string::npos);
}

TEST(CallReport, ExplanationListsReadsByRound) {
  using namespace std::chrono_literals;
  CallOutcome outcome{ExecutionResult{}, {}, 100, {}};
  outcome.stats.rounds = outcome.stats.requests = outcome.stats.evaluation.waves = 2;
  outcome.stats.reads = 3;
  outcome.stats.evaluation.speculative_reads = 2;
  outcome.stats.evaluation.wasted_reads = 1;
  CallStory story;
  story.reads = {
      {StateKey::of(StateKind::code, {}), true, true, 0, 0ms, 20ms, ReadStory::Cause::nothing},
      {StateKey::storage({}, 1), false, true, 1, 20ms, 40ms, ReadStory::Cause::code, 0},
      {StateKey::storage({}, 2), true, false, 1, 20ms, 40ms}};
  story.stalls = {{0ms, 20ms, {0}}, {20ms, 40ms, {1}}};
  story.branches = {5, 2};
  const std::string text = to_explanation(outcome, story);
  const auto says = [&](const std::string& part) {
    EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
  };
  says("round 1 at 0s: 1 read\n  #1 scout  " + to_string(story.reads[0].key) + "\n");
  says("round 2 at 20ms: 2 reads\n  #2 spine  " + to_string(story.reads[1].key) +
       "  waited for code #1\n");
  says(to_string(story.reads[2].key) + "  (not used)\n");
  says("predictions: reads 1 right, 1 wrong; branches 5 right, 2 wrong\n");
  says("the spine stood still 2 times, 40ms in all");
  says("2 rounds, where one read after the other takes 2");
}

} // namespace
} // namespace runahead
