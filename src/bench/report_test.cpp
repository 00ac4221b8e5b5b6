#include "bench/report_json.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace runahead {
namespace {

const Lane fast{"fast", Analysis::outside}, fast_inside{"fast", Analysis::inside},
    slow{"slow", Analysis::outside};

CaseReport row(std::string group, std::string name, uint64_t gas, double fast_ns, double slow_ns) {
  CaseReport made{std::move(group), std::move(name), "London", "success", gas, 100, {}};
  made.timings[fast] = {fast_ns, fast_ns * 1.5, 1000, 10};
  made.timings[slow] = {slow_ns, slow_ns, 10, 10};
  return made;
}

BenchReport report() {
  BenchReport made{.program = "runahead 0",
                   .date = "2026-11-21T15:00:00Z",
                   .host = {"a CPU", 2, "clang", "Release"},
                   .settings = {},
                   .engine_order = {"fast", "slow"},
                   .cases = {row("main", "one", 1000, 500, 1000), row("main", "two", 0, 10, 80),
                             row("micro", "one", 5000, 100, 300)}};
  made.cases[0].timings[fast_inside] = {700, 700, 10, 10};
  return made;
}

TEST(BenchReport, KnowsItsColumnsAndGroups) {
  EXPECT_EQ(report().engines(Analysis::outside), (std::vector<std::string>{"fast", "slow"}));
  EXPECT_EQ(report().engines(Analysis::inside), std::vector<std::string>{"fast"});
  EXPECT_EQ(report().groups(), (std::vector<std::string>{"main", "micro"}));
}

TEST(BenchReport, ComparesColumns) {
  const auto cases = report().cases;
  EXPECT_EQ(time_ratio(cases[0], slow, fast), 2);
  EXPECT_EQ(time_ratio(cases[1], slow, fast_inside), std::nullopt);
  EXPECT_EQ(gas_per_second(cases[0], fast), 2e9);
  EXPECT_EQ(gas_per_second(cases[1], fast), std::nullopt);        // used none
  EXPECT_EQ(gas_per_second(cases[1], fast_inside), std::nullopt); // not measured
}

TEST(BenchReport, GeometricMeansLeaveOutWhatIsNotThere) {
  EXPECT_NEAR(*geometric_mean({2, 8, std::nullopt}), 4, 1e-12);
  EXPECT_EQ(geometric_mean({std::nullopt}), std::nullopt);
  EXPECT_EQ(geometric_mean({}), std::nullopt);
}

TEST(BenchReport, IsReadAsItIsWritten) {
  const BenchReport written = report();
  const auto read = parse_bench_report(to_json(written));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->program, written.program);
  EXPECT_EQ(read->date, written.date);
  ASSERT_EQ(read->cases.size(), 3u);
  for (size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(read->cases[i].title(), written.cases[i].title());
    EXPECT_EQ(read->cases[i].gas, written.cases[i].gas);
    EXPECT_EQ(read->cases[i].code_bytes, written.cases[i].code_bytes);
    ASSERT_EQ(read->cases[i].timings.size(), written.cases[i].timings.size());
    for (const auto& [lane, timing] : written.cases[i].timings) {
      ASSERT_NE(read->cases[i].find(lane), nullptr);
      EXPECT_EQ(read->cases[i].find(lane)->min_ns, timing.min_ns);
      EXPECT_EQ(read->cases[i].find(lane)->median_ns, timing.median_ns);
      EXPECT_EQ(read->cases[i].find(lane)->runs, timing.runs);
    }
  }
}

TEST(BenchReport, NeedsLittleOfOtherPrograms) {
  const auto read = parse_bench_report(R"({"form": "runahead-bench 1", "cases": [
      {"group": "main", "name": "one", "results": [
        {"engine": "other", "analysis": "inside", "minNs": 12.5}]}]})");
  ASSERT_TRUE(read) << read.error().message;
  const Timing* timing = read->cases.at(0).find({"other", Analysis::inside});
  ASSERT_NE(timing, nullptr);
  EXPECT_EQ(timing->min_ns, 12.5);
  EXPECT_EQ(timing->median_ns, 12.5);
  EXPECT_EQ(read->engine_order, std::vector<std::string>{"other"});
}

TEST(BenchReport, WhatIsWrongInAFileIsNamed) {
  const auto error = [](auto change) {
    auto json = nlohmann::json::parse(to_json(report()));
    change(json);
    const auto read = parse_bench_report(json.dump());
    return read ? std::string() : read.error().message;
  };
  using Json = nlohmann::json;
  EXPECT_EQ(error([](Json& j) { j["form"] = "other 2"; }),
            "form: expected runahead-bench 1, found 'other 2'");
  EXPECT_EQ(error([](Json& j) { j.erase("cases"); }), "cases: missing");
  EXPECT_EQ(error([](Json& j) { j["cases"][1].erase("name"); }), "cases[1].name: missing");
  EXPECT_TRUE(error([](Json& j) {
                j["cases"][0]["results"][0]["minNs"] = 0;
              }).starts_with("cases[0].results[0].minNs: expected a number above zero"));
  EXPECT_TRUE(error([](Json& j) {
                j["cases"][0]["results"][0]["analysis"] = "no";
              }).starts_with("cases[0].results[0].analysis: expected outside or inside"));
  EXPECT_TRUE(error([](Json& j) {
                j["cases"][0]["results"] = 1;
              }).starts_with("cases[0].results: expected a list"));
  EXPECT_EQ(error([](Json& j) { j["cases"].push_back(j["cases"][0]); }),
            "cases[3]: a second case with the name 'main/one'");
  EXPECT_EQ(error([](Json& j) {
              auto& results = j["cases"][1]["results"];
              results.push_back(results[0]);
            }),
            "cases[1].results[2]: a second result of fast with analysis outside");
  EXPECT_FALSE(parse_bench_report("[1]"));
  EXPECT_FALSE(parse_bench_report("{"));
}

TEST(BenchReport, MergingAddsTheColumnsOfTheSameCases) {
  BenchReport ours = report(), former = report();
  former.engine_order = {"fast", "other"};
  former.cases = {row("main", "one", 1000, 600, 1), row("main", "three", 7, 1, 1)};
  former.cases[0].timings.erase(slow);
  former.cases[0].timings[{"other", Analysis::outside}] = {250, 250, 1, 1};
  const Merged merged = merge(ours, former, "before");
  EXPECT_EQ(merged.cases, 1u);
  EXPECT_TRUE(merged.other_gas.empty());
  EXPECT_EQ(ours.engine_order,
            (std::vector<std::string>{"fast", "slow", "fast (before)", "other"}));
  EXPECT_EQ(time_ratio(ours.cases[0], {"fast (before)", Analysis::outside}, fast), 1.2);
  EXPECT_EQ(time_ratio(ours.cases[0], {"other", Analysis::outside}, fast), 0.5);
  EXPECT_EQ(ours.cases.size(), 3u);
}

TEST(BenchReport, OtherWorkIsNotCompared) {
  BenchReport ours = report(), former = report();
  former.cases[0].gas = 1001;
  const Merged merged = merge(ours, former, "before");
  EXPECT_EQ(merged.cases, 2u);
  EXPECT_EQ(merged.other_gas, std::vector<std::string>{"main/one"});
  EXPECT_EQ(ours.cases[0].find({"fast (before)", Analysis::outside}), nullptr);
}

} // namespace
} // namespace runahead
