#include "bench/by_turns.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <thread>

namespace runahead {
namespace {

/// Lanes whose every run takes a known time on a clock of their own.
struct FakeLanes {
  std::function<void()> lane(char letter, std::function<double(size_t)> seconds_of_run) {
    return [this, letter, seconds_of_run, runs = size_t{0}]() mutable {
      now += seconds_of_run(runs++);
      if (order.empty() || order.back() != letter) order.push_back(letter);
    };
  }
  std::function<double()> clock() {
    return [this] { return now; };
  }

  double now = 0;
  std::string order; ///< of lanes, repetitions left out
};

TEST(ByTurns, TakesTheTimeThatItIsGiven) {
  FakeLanes fake;
  const std::vector lanes = {fake.lane('a', [](size_t) { return 0.001; }),
                             fake.lane('b', [](size_t) { return 0.25; })};
  const auto timings = time_by_turns(lanes, {.min_seconds = 1, .turns = 4}, fake.clock());
  ASSERT_EQ(timings.size(), 2u);
  EXPECT_NEAR(timings[0].min_ns, 1e6, 1);
  EXPECT_NEAR(timings[0].median_ns, 1e6, 1);
  EXPECT_NEAR(static_cast<double>(timings[0].runs), 1000, 8);
  EXPECT_EQ(timings[0].turns, 4u);
  EXPECT_NEAR(timings[1].min_ns, 2.5e8, 1);
  EXPECT_EQ(timings[1].runs, 4u);
}

TEST(ByTurns, EnginesTakeTurns) {
  FakeLanes fake;
  const auto constant = [](size_t) { return 0.01; };
  const std::vector lanes = {fake.lane('a', constant), fake.lane('b', constant),
                             fake.lane('c', constant)};
  time_by_turns(lanes, {.min_seconds = 0.05, .turns = 3}, fake.clock());
  EXPECT_EQ(fake.order, "abcabcabcabc"); // once to find out how long a run takes
}

TEST(ByTurns, ASlowLaneRunsOnceATurn) {
  FakeLanes fake;
  const std::vector lanes = {fake.lane('a', [](size_t) { return 10.0; })};
  const auto timings = time_by_turns(lanes, {.min_seconds = 0.1, .turns = 3}, fake.clock());
  EXPECT_EQ(timings[0].runs, 3u);
}

TEST(ByTurns, TellsTheLeastAndTheMedianOfTheTurns) {
  FakeLanes fake;
  // The first run is that which finds out; then one a turn: 3, 1, 2, 5 seconds.
  const std::vector<double> seconds = {1, 3, 1, 2, 5};
  const std::vector lanes = {fake.lane('a', [&](size_t run) { return seconds.at(run); })};
  const auto timings = time_by_turns(lanes, {.min_seconds = 4, .turns = 4}, fake.clock());
  EXPECT_NEAR(timings[0].min_ns, 1e9, 1);
  EXPECT_NEAR(timings[0].median_ns, 2.5e9, 1);
}

TEST(ByTurns, TheClockCountsWorkAndNoWaiting) {
  const double before = process_cpu_seconds();
  std::this_thread::sleep_for(std::chrono::milliseconds(60));
  const double waited = process_cpu_seconds() - before;
  EXPECT_LT(waited, 0.05);
  volatile uint64_t sum = 0;
  for (uint64_t i = 0; i < 3'000'000; ++i) sum = sum + i;
  EXPECT_GT(process_cpu_seconds() - before, waited);
}

} // namespace
} // namespace runahead
