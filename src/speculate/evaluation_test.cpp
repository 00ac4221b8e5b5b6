#include "base/limits.hpp"
#include "io/virtual_loop.hpp"
#include "sources/delay.hpp"
#include "sources/fault.hpp"
#include "sources/memory.hpp"
#include "speculate/evaluation.hpp"

#include <gtest/gtest.h>

namespace runahead {
namespace {

/// Reads a list of keys one after another, with pauses for the loop.
class ListProgram final : public Program {
public:
  ListProgram(const StateView& view, std::vector<StateKey> keys)
      : view_(view), keys_(std::move(keys)) {}

  Progress run(int64_t) override {
    if (slices > 0) {
      --slices;
      return Progress::slice_over;
    }
    wants_.clear();
    for (; next_ < keys_.size(); ++next_) {
      const StateValue* value = view_.find(keys_[next_]);
      if (value == nullptr) {
        wants_ = {keys_[next_]};
        return Progress::want;
      }
      sum += value->word;
    }
    return Progress::done;
  }
  const std::vector<StateKey>& wants() const override { return wants_; }
  std::vector<StateKey> hints() const override { return hinted; }
  const CallStack* call_stack() const override { return nullptr; }

  int slices = 0;
  std::vector<StateKey> hinted;
  uint256 sum;

private:
  const StateView& view_;
  std::vector<StateKey> keys_;
  size_t next_ = 0;
  std::vector<StateKey> wants_;
};

class EvaluationTest : public testing::Test {
protected:
  EvaluationTest() {
    for (uint64_t i = 1; i <= 5; ++i) {
      keys.push_back(StateKey::storage({}, i));
      memory.accounts()[{}].storage[i] = i * 10;
    }
  }

  VirtualLoop loop;
  MemorySource memory;
  DelaySource delay{memory, loop, *parse_latency_model("20ms"), 1};
  Broker broker{delay, loop};
  SpineView view{broker};
  std::vector<StateKey> keys;
};

TEST_F(EvaluationTest, SerialReadsTakeARoundEach) {
  ListProgram program(view, keys);
  Evaluation evaluation(program, view, loop, {.speculation = Speculation::off});
  int ended = 0;
  evaluation.start([&] { ++ended; });
  loop.run_until_idle();
  EXPECT_EQ(ended, 1);
  EXPECT_EQ(program.sum, uint256{150});
  EXPECT_EQ(broker.stats().rounds, 5u);
  EXPECT_EQ(loop.now(), std::chrono::milliseconds(100));
  EXPECT_EQ(evaluation.stats().spine_reads, 5u);
  EXPECT_EQ(evaluation.stats().wasted_reads, 0u);
}

TEST_F(EvaluationTest, HintsAreReadInTheFirstRound) {
  ListProgram program(view, keys);
  program.hinted = keys;
  program.hinted.push_back(StateKey::storage({}, 99));
  Evaluation evaluation(program, view, loop, {.speculation = Speculation::full});
  evaluation.start([] {});
  loop.run_until_idle();
  EXPECT_TRUE(evaluation.finished());
  EXPECT_EQ(broker.stats().rounds, 1u);
  EXPECT_EQ(evaluation.stats().wasted_reads, 1u);
}

TEST_F(EvaluationTest, StateThatCannotBeReadIsAFailureWithItsKey) {
  FaultSource broken(memory, {.dead = {keys[2]}}, 1);
  Broker failing(broken, loop);
  SpineView failing_view(failing);
  ListProgram program(failing_view, keys);
  Evaluation evaluation(program, failing_view, loop, {});
  evaluation.start([] {});
  loop.run_until_idle();
  ASSERT_TRUE(evaluation.failure());
  EXPECT_EQ(evaluation.failure()->key, keys[2]);
  EXPECT_FALSE(evaluation.failure()->cause.cause.empty());
}

TEST_F(EvaluationTest, ASpeculativeFailureHurtsNobody) {
  const StateKey unneeded = StateKey::storage({}, 99);
  FaultSource broken(memory, {.dead = {unneeded}}, 1);
  Broker failing(broken, loop);
  SpineView failing_view(failing);
  ListProgram program(failing_view, keys);
  program.hinted = {unneeded};
  Evaluation evaluation(program, failing_view, loop, {});
  evaluation.start([] {});
  loop.run_until_idle();
  EXPECT_TRUE(evaluation.finished());
  EXPECT_FALSE(evaluation.failure());
}

TEST_F(EvaluationTest, TheSpineAsksOnceItselfForWhatFailedBefore) {
  // Fails as often as the broker tries, then answers.
  FaultSource flaky(memory, {.transient_chance = 1, .most_failures = limits::read_attempts}, 1);
  Broker failing(flaky, loop);
  failing.want(keys[0]);
  failing.flush();
  loop.run_until_idle();
  ASSERT_NE(failing.failure(keys[0]), nullptr);
  SpineView failing_view(failing);
  ListProgram program(failing_view, {keys[0]});
  Evaluation evaluation(program, failing_view, loop, {});
  evaluation.start([] {});
  loop.run_until_idle();
  EXPECT_TRUE(evaluation.finished());
  EXPECT_FALSE(evaluation.failure());
  EXPECT_EQ(program.sum, uint256{10});
}

TEST_F(EvaluationTest, SlicesLetOthersRunInBetween) {
  ListProgram program(view, keys);
  program.slices = 3;
  Evaluation evaluation(program, view, loop, {.speculation = Speculation::off});
  evaluation.start([] {});
  EXPECT_FALSE(evaluation.finished());
  EXPECT_EQ(broker.stats().reads, 0u);
  loop.run_until_idle();
  EXPECT_TRUE(evaluation.finished());
}

/// Writes what it is told as text.
class WritingObserver final : public EvaluationObserver {
public:
  void issued(const StateKey& key, bool speculative, const StateKey* released_by) override {
    text += (speculative ? " ahead " : " ask ") + std::to_string(key.slot.w[0]);
    if (released_by != nullptr) text += " after " + std::to_string(released_by->slot.w[0]);
  }
  void arrived(std::span<const StateKey> keys) override {
    text += " have " + std::to_string(keys.size());
  }
  void stalled(std::span<const StateKey> keys) override {
    text += " wait " + std::to_string(keys.front().slot.w[0]);
  }
  void resumed() override { text += " run"; }
  void finished() override { text += " end"; }

  std::string text;
};

TEST_F(EvaluationTest, AnObserverIsToldInTheOrderOfEvents) {
  ListProgram program(view, {keys[0], keys[1], keys[2]});
  program.hinted = {keys[1]};
  WritingObserver observer;
  Evaluation evaluation(program, view, loop,
                        {.speculation = Speculation::full, .observer = &observer});
  evaluation.start([] {});
  loop.run_until_idle();
  EXPECT_EQ(observer.text, " ahead 2 run wait 1 ask 1 have 2 run wait 3 ask 3 have 1 run end");
}

TEST_F(EvaluationTest, DestroyingItCancels) {
  ListProgram program(view, keys);
  program.slices = 1;
  int ended = 0;
  {
    Evaluation evaluation(program, view, loop, {});
    evaluation.start([&] { ++ended; });
  }
  loop.run_until_idle();
  EXPECT_EQ(ended, 0);
}

} // namespace
} // namespace runahead
