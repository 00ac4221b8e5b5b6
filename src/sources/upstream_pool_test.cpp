#include "io/virtual_loop.hpp"
#include "sources/memory.hpp"
#include "sources/upstream_pool.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>

namespace runahead {
namespace {

using namespace std::chrono_literals;

const Address alice = to_address(0xa11ce);
StateKey slot(uint64_t n) { return StateKey::storage(alice, n); }
uint256 truth(uint64_t n) { return 1000 + n; }

/// An upstream of which latency and lies are up to the test.
class Member final : public StateSource {
public:
  Member(Executor& executor, std::string name) : executor_(executor), name_(std::move(name)) {}

  std::string_view name() const override { return name_; }
  bool complete() const override { return true; }
  size_t batch_limit() const override { return 100; }
  void read(std::vector<StateKey> keys, AnswerSink sink) override {
    ++reads;
    read_keys += keys.size();
    if (silent) return held_.push_back(std::move(sink));
    std::vector<Answer> answers;
    for (const StateKey& key : keys) {
      const uint64_t n = key.slot.w[0];
      if (fails)
        answers.push_back({key, std::unexpected(Unavailable{name_, "header not found", true})});
      else
        answers.push_back({key, StateValue{truth(n) + (lies && lies(n) ? 1 : 0), nullptr}});
    }
    const Duration delay = latency();
    if (delay == 0s) return sink(std::move(answers));
    executor_.after(delay, [answers = std::move(answers), sink = std::move(sink)]() mutable {
      sink(std::move(answers));
    });
  }

  uint64_t reads = 0, read_keys = 0;
  bool fails = false, silent = false;
  std::function<bool(uint64_t)> lies;
  std::function<Duration()> latency = [] { return Duration{0}; };

private:
  Executor& executor_;
  std::string name_;
  std::vector<AnswerSink> held_;
};

class UpstreamPoolTest : public testing::Test {
protected:
  void make(size_t count, UpstreamPoolOptions options) {
    members.clear();
    liars.clear();
    std::vector<std::string> names;
    std::vector<std::shared_ptr<StateSource>> sources;
    for (size_t i = 0; i < count; ++i) {
      names.push_back("node" + std::to_string(i));
      members.push_back(std::make_shared<Member>(loop, names.back()));
      sources.push_back(members.back());
    }
    source.reset();
    pool = std::make_unique<UpstreamPool>(
        loop, names, options, [this](const std::string& text) { liars.push_back(text); });
    source = std::make_unique<PoolSource>(*pool, sources);
  }
  using Answers = std::map<uint64_t, std::expected<StateValue, Unavailable>>;
  Answers read(uint64_t from, uint64_t count) {
    std::vector<StateKey> keys;
    for (uint64_t n = from; n < from + count; ++n) keys.push_back(slot(n));
    Answers got;
    source->read(keys, [&](std::vector<Answer> answers) {
      for (Answer& answer : answers)
        EXPECT_TRUE(got.emplace(answer.key.slot.w[0], std::move(answer.value)).second);
    });
    loop.run_until([&] { return got.size() == count; });
    EXPECT_EQ(got.size(), count);
    return got;
  }
  void expect_true(const Answers& got) {
    for (const auto& [n, value] : got) {
      ASSERT_TRUE(value) << value.error().cause;
      EXPECT_EQ(value->word, truth(n));
    }
  }

  VirtualLoop loop;
  std::vector<std::shared_ptr<Member>> members;
  std::vector<std::string> liars;
  std::unique_ptr<UpstreamPool> pool;
  std::unique_ptr<PoolSource> source;
};

TEST_F(UpstreamPoolTest, TheFasterMemberIsAskedMore) {
  make(2, {.hedges = 0});
  members[0]->latency = [] { return 40ms; };
  members[1]->latency = [] { return 10ms; };
  for (int i = 0; i < 1000; ++i) expect_true(read(1, 3));
  EXPECT_GT(members[0]->reads, 10u) << "it may have become faster";
  EXPECT_LT(members[0]->reads, 150u);
}

TEST_F(UpstreamPoolTest, WhatOneFailsAnotherIsAsked) {
  for (const size_t bad : {0u, 1u}) {
    make(2, {});
    members[bad]->fails = true;
    for (int i = 0; i < 100; ++i) {
      expect_true(read(1, 3));
      loop.after(1ms, [] {});
      loop.run_one();
    }
    EXPECT_LT(members[bad]->reads, 20u) << "it rests";
  }
}

TEST_F(UpstreamPoolTest, WhatAllFailIsAFailureThatNamesOne) {
  make(3, {});
  for (const auto& member : members) member->fails = true;
  const Answers got = read(1, 2);
  ASSERT_FALSE(got.at(1));
  EXPECT_TRUE(got.at(1).error().transient);
  EXPECT_TRUE(got.at(1).error().source.starts_with("node"));
  EXPECT_EQ(pool->stats().asks, 3u);
}

TEST_F(UpstreamPoolTest, AMemberThatFallsSilentIsLeftAlone) {
  make(2, {});
  for (const auto& member : members) member->latency = [] { return 10ms; };
  for (int i = 0; i < 100; ++i) read(1, 1);
  members[0]->silent = true;
  const Duration begin = loop.now();
  const uint64_t before = members[0]->reads;
  for (int i = 0; i < 200; ++i) expect_true(read(1, 1));
  EXPECT_LT(loop.now() - begin, 200 * 20ms);
  EXPECT_LT(members[0]->reads - before, 40u);
}

TEST_F(UpstreamPoolTest, AQuorumNamesTheLiar) {
  for (const bool at_once : {true, false})
    for (size_t liar = 0; liar < 3; ++liar) {
      make(3, {.quorum = 2, .seed = liar});
      for (const auto& member : members) member->latency = [=] { return at_once ? 0ms : 10ms; };
      members[liar]->lies = [](uint64_t n) { return n == 7; };
      for (int i = 0; i < 20; ++i) expect_true(read(5, 4));
      ASSERT_FALSE(liars.empty());
      for (const std::string& text : liars)
        EXPECT_EQ(text, "node" + std::to_string(liar) + " is wrong about " + to_string(slot(7)) +
                            ": it says 0x3f0, not 0x3ef");
    }
}

TEST_F(UpstreamPoolTest, WithoutAQuorumThereIsNoAnswer) {
  make(2, {.quorum = 2});
  members[1]->lies = [](uint64_t n) { return n == 7; };
  const Answers got = read(6, 2);
  EXPECT_EQ(got.at(6)->word, truth(6));
  ASSERT_FALSE(got.at(7));
  EXPECT_EQ(got.at(7).error().source, "node0, node1");
  for (const char* part : {"node0 says 0x3ef", "node1 says 0x3f0", "2 are to say the same"})
    EXPECT_NE(got.at(7).error().cause.find(part), std::string::npos) << got.at(7).error().cause;
  members[0]->fails = true;
  EXPECT_NE(read(6, 1).at(6).error().cause.find("node0 fails: header not found"),
            std::string::npos);
  make(2, {.quorum = 3});
  EXPECT_FALSE(read(1, 1).at(1)) << "more than there are";
}

TEST_F(UpstreamPoolTest, HedgesCompareAsTheyGo) {
  make(2, {.hedges = 1});
  members[0]->latency = [] {
    return 400ms;
  }; // more than is allowed to one of which nothing is known
  members[1]->latency = [] { return 300ms; };
  members[1]->lies = [](uint64_t) { return true; };
  read(7, 1);
  loop.run_until_idle();
  ASSERT_EQ(liars.size(), 1u);
  EXPECT_NE(liars[0].find("node1 contradicts node0"), std::string::npos) << liars[0];
}

/// Log-normal, of this median; one of a hundred takes ten times as long.
Duration draw_latency(Random& random) {
  const double u = 1 - random.fraction(), v = random.fraction();
  const double normal = std::sqrt(-2 * std::log(u)) * std::cos(2 * std::numbers::pi * v);
  constexpr double median_us = 20'000, sigma = 0.1;
  const double us = median_us * std::exp(sigma * normal) * (random.chance(0.01) ? 10 : 1);
  return std::chrono::microseconds(static_cast<int64_t>(us));
}

struct Percentiles {
  double p50_ms, p99_ms;
};

Percentiles percentiles(std::vector<Duration> durations) {
  const auto at = [&](double share) {
    const auto rank =
        durations.begin() + static_cast<ptrdiff_t>(share * static_cast<double>(durations.size()));
    std::ranges::nth_element(durations, rank);
    return std::chrono::duration<double, std::milli>(*rank).count();
  };
  return {at(0.5), at(0.99)};
}

TEST_F(UpstreamPoolTest, HedgingCutsTheTail) {
  constexpr int calls = 20'000, rounds = 2;
  std::map<bool, Percentiles> found;
  for (const bool hedges : {false, true}) {
    make(2, {.hedges = hedges ? 0.05 : 0});
    Random random(7);
    for (const auto& member : members) member->latency = [&] { return draw_latency(random); };
    std::vector<Duration> durations;
    for (int i = 0; i < calls; ++i) {
      const Duration begin = loop.now();
      for (int round = 0; round < rounds; ++round) read(1, 1);
      durations.push_back(loop.now() - begin);
    }
    found[hedges] = percentiles(std::move(durations));
    const auto& stats = pool->stats();
    std::printf("hedging %s: calls of %d rounds take %.1f ms at the median, %.1f ms at p99; "
                "%.2f%% more requests\n",
                hedges ? "on " : "off", rounds, found[hedges].p50_ms, found[hedges].p99_ms,
                100.0 * static_cast<double>(stats.asks - stats.reads) /
                    static_cast<double>(stats.reads));
    EXPECT_LE(stats.asks, stats.reads + stats.reads / 20);
  }
  EXPECT_GE(found[false].p99_ms, 3 * found[true].p99_ms);
}

TEST_F(UpstreamPoolTest, ADestroyedSourceCallsNoSink) {
  make(2, {});
  for (const auto& member : members) member->latency = [] { return 10ms; };
  source->read({slot(1)}, [](std::vector<Answer>) { ADD_FAILURE() << "called"; });
  source.reset();
  loop.run_until_idle();
}

} // namespace
} // namespace runahead
