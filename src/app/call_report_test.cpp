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
  CallOutcome outcome{ExecutionResult{}, {}, 100, {}};
  outcome.stats.rounds = outcome.stats.requests = outcome.stats.evaluation.waves = 2;
  outcome.stats.reads = 3;
  outcome.reads = {{StateKey::of(StateKind::code, {}), true, 0, true},
                   {StateKey::storage({}, 1), false, 1, true},
                   {StateKey::storage({}, 2), true, 1, false}};
  const std::string text = to_explanation(outcome);
  EXPECT_NE(text.find("round 1: 1 read\n  scout  " + to_string(outcome.reads[0].key) + "\n"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("round 2: 2 reads\n  spine  "), std::string::npos) << text;
  EXPECT_NE(text.find(to_string(outcome.reads[2].key) + "  (not used)\n"), std::string::npos);
  EXPECT_NE(text.find("2 rounds, where one read after the other takes 2"), std::string::npos);
}

} // namespace
} // namespace runahead
