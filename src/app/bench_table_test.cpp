#include "app/bench_chart.hpp"
#include "app/bench_table.hpp"

#include <gtest/gtest.h>

namespace runahead {
namespace {

CaseReport row(std::string group, std::string name, std::string status) {
  CaseReport made{std::move(group), std::move(name), "London", std::move(status), 24'000, 10, {}};
  made.timings[{"threaded", Analysis::outside}] = {12'000, 12'600, 10, 10};
  made.timings[{"stepping", Analysis::outside}] = {36'000, 36'000, 10, 10};
  return made;
}

BenchReport report() {
  return {.program = "runahead 0",
          .date = "2026-11-21",
          .host = {"a CPU", 2, "clang", "Release"},
          .settings = {},
          .engine_order = {"threaded", "stepping"},
          .cases = {row("main", "one", "success"), row("micro", "two", "revert")}};
}

TEST(BenchTable, ShowsTimesSpeedAndMeans) {
  EXPECT_EQ(to_table(report(), Analysis::outside),
            "Code analysed before (--analysis outside); least CPU time of a run\n"
            "case                              gas    threaded median    Mgas/s    stepping median"
            "     times\n"
            "main/one                        24000    12.00 µs    +5%     2,000    36.00 µs    +0%"
            "      3.00\n"
            "micro/two (revert)              24000    12.00 µs    +5%     2,000    36.00 µs    +0%"
            "      3.00\n"
            "\n"
            "geometric mean of main                                       2,000                   "
            "      3.00\n"
            "geometric mean of micro                                      2,000                   "
            "      3.00\n"
            "geometric mean of all                                        2,000                   "
            "      3.00\n");
}

TEST(BenchTable, IsEmptyWhereNothingWasTimed) {
  EXPECT_EQ(to_table(report(), Analysis::inside), "");
}

TEST(BenchTable, MarksWhatIsMissing) {
  BenchReport some = report();
  some.cases[0].timings.erase({"stepping", Analysis::outside});
  const std::string table = to_table(some, Analysis::outside);
  EXPECT_NE(table.find("2,000           -"), std::string::npos) << table;
}

TEST(BenchTable, SaysNothingOfAMedianThatIsNotKnown) {
  BenchReport some = report();
  some.cases[0].timings[{"stepping", Analysis::outside}].turns = 0;
  const std::string table = to_table(some, Analysis::outside);
  EXPECT_NE(table.find("36.00 µs             3.00"), std::string::npos) << table;
}

TEST(BenchTable, DurationsHaveFourDigits) {
  EXPECT_EQ(duration_text(1.5), "1.500 ns");
  EXPECT_EQ(duration_text(999), "999.0 ns");
  EXPECT_EQ(duration_text(12'345), "12.35 µs");
  EXPECT_EQ(duration_text(7.5e9), "7.500 s");
}

TEST(BenchChart, SpeedHasABarOfEachEngineAndAMeanOfEachGroup) {
  const BarChart chart = speed_chart(report());
  ASSERT_EQ(chart.series.size(), 2u);
  EXPECT_EQ(chart.series[0].name, "threaded");
  ASSERT_EQ(chart.rows.size(), 4u);
  EXPECT_EQ(chart.rows[0].label, "one");
  EXPECT_NEAR(*chart.rows[0].values[0], 2000, 1e-6);
  EXPECT_TRUE(chart.rows[1].is_summary);
  EXPECT_NEAR(*chart.rows[1].values[1], 2000.0 / 3, 1e-6);
  EXPECT_EQ(chart.reference, std::nullopt);
}

TEST(BenchChart, RatiosSayHowMuchFasterOursAre) {
  const BarChart chart = ratio_chart(report(), {"threaded"});
  ASSERT_EQ(chart.series.size(), 1u);
  EXPECT_EQ(chart.series[0].name, "threaded against stepping");
  EXPECT_NEAR(*chart.rows[0].values[0], 3, 1e-9);
  EXPECT_EQ(chart.reference, 1);
}

} // namespace
} // namespace runahead
