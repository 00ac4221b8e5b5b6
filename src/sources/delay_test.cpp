#include "io/virtual_loop.hpp"
#include "sources/delay.hpp"
#include "sources/fault.hpp"
#include "sources/memory.hpp"

#include <gtest/gtest.h>

namespace runahead {
namespace {

using namespace std::chrono_literals;

const Address alice = to_address(0xa11ce);

std::vector<StateKey> slots(uint64_t count) {
  std::vector<StateKey> keys;
  for (uint64_t i = 0; i < count; ++i) keys.push_back(StateKey::storage(alice, i));
  return keys;
}

MemorySource numbered() {
  AccountMap accounts;
  for (uint64_t i = 0; i < 100; ++i) accounts[alice].storage[i] = 1000 + i;
  return MemorySource(std::move(accounts));
}

/// Answers later and in two parts, with an extra key, as a network source may.
class LateSource final : public StateSource {
public:
  LateSource(MemorySource& inner, Executor& executor) : inner_(inner), executor_(executor) {}
  std::string_view name() const override { return "late"; }
  bool complete() const override { return true; }
  size_t batch_limit() const override { return 10; }
  void read(std::vector<StateKey> keys, AnswerSink sink) override {
    executor_.after(50ms, [this, keys = std::move(keys), sink = std::move(sink)]() mutable {
      sink({Answer{keys[0], inner_.value(keys[0])}, Answer{extra, StateValue{7, nullptr}}});
      std::vector<Answer> rest;
      for (size_t i = 1; i < keys.size(); ++i) rest.push_back({keys[i], inner_.value(keys[i])});
      if (!rest.empty()) sink(std::move(rest));
    });
  }
  const StateKey extra = StateKey::of(StateKind::nonce, alice);

private:
  MemorySource& inner_;
  Executor& executor_;
};

TEST(DelaySource, DeliversTogetherAfterTheDelay) {
  VirtualLoop loop;
  MemorySource inner = numbered();
  DelaySource source(inner, loop, {.fixed = 20ms}, 1);
  std::vector<Answer> got;
  int deliveries = 0;
  source.read(slots(5), [&](std::vector<Answer> answers) {
    ++deliveries;
    EXPECT_EQ(loop.now(), 20ms);
    got = std::move(answers);
  });
  EXPECT_EQ(deliveries, 0);
  loop.run_until_idle();
  EXPECT_EQ(deliveries, 1);
  ASSERT_EQ(got.size(), 5u);
  for (const Answer& answer : got) EXPECT_EQ(answer.value->word, answer.key.slot + 1000);
}

TEST(DelaySource, PerKeyArrivalsComeOneByOne) {
  VirtualLoop loop;
  MemorySource inner = numbered();
  DelaySource source(inner, loop, {.fixed = 20ms, .jitter = 10ms}, 9);
  size_t keys = 0, deliveries = 0;
  auto sink_token = std::make_shared<int>();
  source.read(slots(50), [&, sink_token](std::vector<Answer> answers) {
    ++deliveries;
    keys += answers.size();
    EXPECT_GE(loop.now(), 20ms);
    EXPECT_LE(loop.now(), 30ms);
  });
  EXPECT_TRUE(loop.run_until([&] { return keys == 50; }));
  EXPECT_GT(deliveries, 40u);
  EXPECT_EQ(sink_token.use_count(), 1) << "the sink must be gone once every key is answered";
}

TEST(DelaySource, NeverBeforeTheInnerSourceAndExtrasToo) {
  VirtualLoop loop;
  MemorySource memory = numbered();
  LateSource inner(memory, loop);
  DelaySource source(inner, loop, {.fixed = 20ms}, 1);
  std::vector<StateKey> got;
  source.read(slots(3), [&](std::vector<Answer> answers) {
    EXPECT_EQ(loop.now(), 50ms);
    for (const Answer& answer : answers) got.push_back(answer.key);
  });
  loop.run_until_idle();
  EXPECT_EQ(got, (std::vector{StateKey::storage(alice, 0), inner.extra, StateKey::storage(alice, 1),
                              StateKey::storage(alice, 2)}));
  EXPECT_EQ(source.batch_limit(), 10u);
}

TEST(DelaySource, ADestroyedSourceCallsNoSink) {
  VirtualLoop loop;
  MemorySource inner = numbered();
  bool called = false;
  {
    DelaySource source(inner, loop, {.fixed = 20ms}, 1);
    source.read(slots(5), [&](std::vector<Answer>) { called = true; });
  }
  loop.run_until_idle();
  EXPECT_FALSE(called);
}

TEST(DelaySource, RequestsOverlap) {
  VirtualLoop loop;
  MemorySource inner = numbered();
  DelaySource source(inner, loop, {.fixed = 20ms}, 1);
  int done = 0;
  for (int i = 0; i < 4; ++i)
    source.read({StateKey::storage(alice, static_cast<uint64_t>(i))},
                [&](std::vector<Answer>) { ++done; });
  loop.run_until_idle();
  EXPECT_EQ(done, 4);
  EXPECT_EQ(loop.now(), 20ms);
}

} // namespace
} // namespace runahead
