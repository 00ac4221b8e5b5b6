#include "app/sim_report.hpp"

#include <gtest/gtest.h>

namespace runahead {
namespace {

using namespace std::chrono_literals;

SimResult result(uint64_t rounds, uint64_t reads, uint64_t wasted, const char* end = "fine") {
  SimResult r;
  r.stats.rounds = rounds;
  r.stats.reads = reads;
  r.stats.evaluation.wasted_reads = wasted;
  r.stats.evaluation.scout_steps = 10 * wasted;
  r.stats.elapsed = rounds * 20ms;
  r.end = end;
  return r;
}

/// Two calls: of 10 rounds and of 4 serially.
SimReport two_calls() {
  SimReport report;
  report.title = "2 calls";
  report.conditions = "All is well.";
  report.names = {"long", "short"};
  report.truths.resize(2);
  for (SimTruth& truth : report.truths) {
    truth.end = "fine";
    truth.steps = 50;
    truth.bounds.fill({3, 2});
  }
  report.serial = {"off", {result(10, 10, 0), result(4, 4, 0)}};
  report.columns = {{"full", {result(2, 12, 2), result(5, 5, 1, "otherwise")}}};
  return report;
}

TEST(SimReport, SpreadsAreOfSortedValues) {
  std::vector<uint64_t> values;
  for (uint64_t i = 200; i > 0; --i) values.push_back(i);
  const Spread spread = spread_of(values);
  EXPECT_EQ(spread.sum, 20'100u);
  EXPECT_EQ(spread.p50, 100u);
  EXPECT_EQ(spread.p90, 180u);
  EXPECT_EQ(spread.p99, 198u);
  EXPECT_EQ(spread.max, 200u);
  EXPECT_EQ(spread_of({7}).p50, 7u);
  EXPECT_EQ(spread_of({}).max, 0u);
}

TEST(SimReport, TotalsCompareWithSerial) {
  const SimReport report = two_calls();
  const SimTotals totals = totals_of(report, report.columns[0]);
  EXPECT_EQ(totals.rounds.sum, 7u);
  EXPECT_EQ(totals.reads, 17u);
  EXPECT_EQ(totals.wasted, 3u);
  EXPECT_EQ(totals.scout_steps, 30u);
  EXPECT_EQ(totals.true_steps, 100u);
  EXPECT_EQ(totals.virtual_ms, 140);
  EXPECT_EQ(totals.more_rounds, 1u);
  EXPECT_EQ(totals.slower, 1u);
  EXPECT_EQ(totals.inexact, 1u);
  EXPECT_EQ(totals_of(report, report.serial).more_rounds, 0u);
}

TEST(SimReport, TellsItAsTextAndJson) {
  const SimReport report = two_calls();
  const std::string text = to_markdown(report);
  const auto says = [](const std::string& all, const std::string& part) {
    EXPECT_NE(all.find(part), std::string::npos) << part << "\n" << all;
  };
  says(text, "# 2 calls\n\nAll is well.\n");
  says(text, "| full | 7 | 2.00 | 2 | 5 | 5 | 5 | 17 | 21.4% | 0.30 |");
  says(text, "| bound K64 | 6 | 2.33 |");
  says(text, "| long | 50 | 0 | 10 | 2 | 3 |");
  const std::string json = to_json(report);
  says(json, R"("calls":2,"settings":{"off":{"rounds":{"sum":14,)");
  says(json, R"("timesFewer":2.000,"reads":17,"wastedReads":3,"wastePercent":21.43)");
  says(json, R"("callsWithMoreRounds":1,"callsSlower":1,"inexact":1)");
  says(json, R"("worst":[{"call":"short",)");
}

TEST(SimReport, ChartsCallsOrTheirDistribution) {
  SimReport report = two_calls();
  auto charts = charts_of(report);
  ASSERT_EQ(charts.size(), 1u);
  ASSERT_EQ(charts[0].second.rows.size(), 2u);
  EXPECT_EQ(charts[0].second.rows[0].label, "long");
  EXPECT_EQ(charts[0].second.rows[0].values[1], 2.0);
  for (int i = 0; i < 30; ++i) {
    report.names.emplace_back("more");
    report.truths.push_back(report.truths[0]);
    report.serial.results.push_back(result(30, 30, 0));
    report.columns[0].results.push_back(result(3, 30, 0));
  }
  charts = charts_of(report);
  ASSERT_EQ(charts.size(), 2u);
  EXPECT_EQ(charts[0].second.rows[0].values[0], 30.0); // half of them
  EXPECT_EQ(charts[1].second.rows.back().label, "21 to 50 serially: 30 calls");
  EXPECT_EQ(charts[1].second.rows.back().values[1], 3.0);
}

} // namespace
} // namespace runahead
