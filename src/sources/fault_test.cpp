#include "sources/fault.hpp"
#include "sources/memory.hpp"

#include <gtest/gtest.h>

namespace runahead {
namespace {

const Address alice = to_address(0xa11ce);

std::vector<StateKey> slots(uint64_t count) {
  std::vector<StateKey> keys;
  for (uint64_t i = 0; i < count; ++i) keys.push_back(StateKey::storage(alice, i));
  return keys;
}

struct Outcome {
  std::vector<StateKey> good, transient, permanent;
};

Outcome read(StateSource& source, std::vector<StateKey> keys) {
  Outcome outcome;
  source.read(std::move(keys), [&](std::vector<Answer> answers) {
    for (const Answer& answer : answers)
      (answer.value                     ? outcome.good
       : answer.value.error().transient ? outcome.transient
                                        : outcome.permanent)
          .push_back(answer.key);
  });
  return outcome;
}

TEST(FaultSource, FailsAboutAsOftenAsAsked) {
  MemorySource inner;
  FaultSource source(inner, {.transient_chance = 0.25}, 5);
  const Outcome outcome = read(source, slots(10'000));
  EXPECT_EQ(outcome.good.size() + outcome.transient.size(), 10'000u);
  EXPECT_NEAR(static_cast<double>(outcome.transient.size()), 2500, 200);
  EXPECT_EQ(source.failures(), outcome.transient.size());
}

TEST(FaultSource, DeadKeysFailForGood) {
  MemorySource inner;
  FaultSource source(inner, {.dead = {StateKey::storage(alice, 3)}}, 5);
  for (int i = 0; i < 3; ++i) {
    const Outcome outcome = read(source, slots(5));
    EXPECT_EQ(outcome.good.size(), 4u);
    EXPECT_EQ(outcome.permanent, std::vector{StateKey::storage(alice, 3)});
  }
}

TEST(FaultSource, FailuresOfAKeyAreBounded) {
  MemorySource inner;
  FaultSource source(inner, {.transient_chance = 1, .most_failures = 2}, 5);
  EXPECT_EQ(read(source, slots(4)).transient.size(), 4u);
  EXPECT_EQ(read(source, slots(4)).transient.size(), 4u);
  EXPECT_EQ(read(source, slots(4)).good.size(), 4u);
}

TEST(FaultSource, WholeReadsFailTogether) {
  MemorySource inner;
  FaultSource source(inner, {.whole_read_chance = 0.5}, 5);
  int whole = 0;
  for (int i = 0; i < 200; ++i) {
    const Outcome outcome = read(source, slots(5));
    EXPECT_TRUE(outcome.transient.empty() || outcome.good.empty());
    if (outcome.good.empty()) ++whole;
  }
  EXPECT_NEAR(whole, 100, 30);
}

TEST(FaultSource, SeedsReplay) {
  const auto run = [](uint64_t seed) {
    MemorySource inner;
    FaultSource source(inner, {.transient_chance = 0.5}, seed);
    return read(source, slots(64)).transient;
  };
  EXPECT_EQ(run(1), run(1));
  EXPECT_NE(run(1), run(2));
}

} // namespace
} // namespace runahead
