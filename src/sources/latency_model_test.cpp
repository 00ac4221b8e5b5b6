#include "sources/latency_model.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace runahead {
namespace {

using namespace std::chrono_literals;

LatencyModel model(std::string_view text) {
  const auto parsed = parse_latency_model(text);
  EXPECT_TRUE(parsed) << (parsed ? "" : parsed.error().message);
  return parsed.value_or(LatencyModel{});
}

TEST(LatencyModel, ParsesEveryTerm) {
  EXPECT_EQ(model("20ms").fixed, 20ms);
  EXPECT_EQ(model("fixed:1.5s").fixed, 1500ms);
  EXPECT_EQ(model("0").fixed, 0ns);
  EXPECT_EQ(model("lognormal:20ms,0.5").median, 20ms);
  EXPECT_EQ(model("lognormal:20ms,0.5").sigma, 0.5);
  const LatencyModel all = model("limit:4,service:1ms+perkey+jitter:5ms+lognormal:2ms,1+fixed:3ms");
  EXPECT_EQ(all.limit, 4u);
  EXPECT_EQ(all.service, 1ms);
  EXPECT_TRUE(all.per_key);
  EXPECT_EQ(all.jitter, 5ms);
  EXPECT_EQ(all.median, 2ms);
  EXPECT_EQ(all.fixed, 3ms);
}

TEST(LatencyModel, TextRoundTrips) {
  for (const char* text : {"fixed:20ms", "fixed:0s+lognormal:20ms,0.5",
                           "fixed:3ms+lognormal:2ms,1+jitter:5ms+perkey+limit:4,service:1ms"})
    EXPECT_EQ(to_string(model(text)), text);
}

TEST(LatencyModel, RefusesWithTheReason) {
  const std::pair<const char*, const char*> bad[] = {
      {"", "a term is missing"},
      {"20", "not a duration"},
      {"slow:20ms", "unknown term 'slow:20ms'"},
      {"20ms+20ms", "fixed: given twice"},
      {"20ms+", "a term is missing"},
      {"lognormal:20ms", "median and a sigma"},
      {"lognormal:20ms,x", "sigma"},
      {"lognormal:20ms,-1", "sigma"},
      {"lognormal:20ms,nan", "sigma"},
      {"limit:4", "service"},
      {"limit:0,service:1ms", "number of keys"},
      {"limit:4,service:fast", "not a duration"},
      {"perkey:3", "perkey"},
  };
  for (const auto& [text, reason] : bad) {
    const auto parsed = parse_latency_model(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_NE(parsed.error().message.find(reason), std::string::npos) << parsed.error().message;
  }
}

TEST(LatencyClock, FixedDelayIsExact) {
  LatencyClock clock(model("20ms"), 1);
  for (const Duration at : clock.arrivals(5ms, 3)) EXPECT_EQ(at, 25ms);
  EXPECT_TRUE(clock.arrivals(0ms, 0).empty());
}

TEST(LatencyClock, LogNormalHasItsMedianAndSpread) {
  LatencyClock clock(model("lognormal:20ms,0.5"), 7);
  std::vector<Duration> draws;
  for (int i = 0; i < 20'000; ++i) draws.push_back(clock.arrivals(0ms, 1)[0]);
  std::ranges::sort(draws);
  const auto quantile_ms = [&](double q) {
    return static_cast<double>(draws[static_cast<size_t>(q * 20'000)].count()) / 1e6;
  };
  EXPECT_NEAR(quantile_ms(0.5), 20, 0.5);
  EXPECT_NEAR(quantile_ms(0.8413), 20 * 1.6487, 1.2); // one sigma: e^0.5
  EXPECT_NEAR(quantile_ms(0.1587), 20 / 1.6487, 0.6);
}

TEST(LatencyClock, OneDrawARequestUnlessPerKey) {
  LatencyClock together(model("lognormal:20ms,0.5"), 3);
  const auto same = together.arrivals(0ms, 10);
  EXPECT_EQ(std::ranges::min(same), std::ranges::max(same));
  LatencyClock alone(model("lognormal:20ms,0.5+perkey"), 3);
  const auto different = alone.arrivals(0ms, 10);
  EXPECT_LT(std::ranges::min(different), std::ranges::max(different));
}

TEST(LatencyClock, JitterSpreadsKeysWithinItsBound) {
  LatencyClock clock(model("20ms+jitter:5ms"), 3);
  const auto arrivals = clock.arrivals(0ms, 1000);
  EXPECT_GE(std::ranges::min(arrivals), 20ms);
  EXPECT_LE(std::ranges::max(arrivals), 25ms);
  EXPECT_GT(std::ranges::max(arrivals) - std::ranges::min(arrivals), 4ms);
}

TEST(LatencyClock, LimitedPlacesQueueKeysAcrossRequests) {
  LatencyClock clock(model("20ms+limit:2,service:1ms"), 3);
  // Four keys on two places: 2 ms of service, then the latency.
  EXPECT_EQ(clock.arrivals(0ms, 4)[0], 22ms);
  // The places are busy until 2 ms.
  EXPECT_EQ(clock.arrivals(1ms, 2)[1], 23ms);
  // Idle again.
  EXPECT_EQ(clock.arrivals(100ms, 1)[0], 121ms);
}

TEST(LatencyClock, SeedsReplay) {
  const auto run = [](uint64_t seed) {
    LatencyClock clock(model("lognormal:20ms,1+jitter:1ms+perkey"), seed);
    return clock.arrivals(0ms, 50);
  };
  EXPECT_EQ(run(11), run(11));
  EXPECT_NE(run(11), run(12));
}

} // namespace
} // namespace runahead
