// What calls hold while they wait for state, and that nothing is left of them once they are gone.
#include "allocation_count.hpp"
#include "interp/threaded.hpp"
#include "io/virtual_loop.hpp"
#include "nested_calls.hpp"
#include "speculate/evaluation.hpp"

#include <gtest/gtest.h>

#include <optional>

namespace runahead {
namespace {

using testing_support::live_bytes;

/// Answers at once, but for storage words: those wait until they are let go.
class HeldSource final : public StateSource {
public:
  std::string_view name() const override { return "held"; }
  bool complete() const override { return true; }
  size_t batch_limit() const override { return limits::batch_keys; }
  void read(std::vector<StateKey> keys, AnswerSink sink) override {
    std::vector<Answer> now;
    std::vector<StateKey> later;
    for (const StateKey& key : keys)
      if (key.kind == StateKind::storage && !released_)
        later.push_back(key);
      else
        now.push_back({key, state_.value(key)});
    if (!now.empty()) sink(std::move(now));
    if (!later.empty()) held_.push_back({std::move(later), std::move(sink)});
  }
  void release() {
    released_ = true;
    for (auto& [keys, sink] : std::exchange(held_, {})) {
      std::vector<Answer> answers;
      for (const StateKey& key : keys) answers.push_back({key, state_.value(key)});
      sink(std::move(answers));
    }
  }

private:
  NestedState state_{{}};
  std::vector<std::pair<std::vector<StateKey>, AnswerSink>> held_;
  bool released_ = false;
};

struct Call {
  Call(const ExecutionInput& input, Broker& broker, const Engine& engine, Caches& caches,
       Executor& executor, Speculation speculation)
      : view(broker), execution(input, view, engine, caches),
        evaluation(execution, view, executor, {.speculation = speculation}) {}
  SpineView view;
  Execution execution;
  Evaluation evaluation;
};

/// What the calls share.
struct Shared {
  HeldSource source;
  VirtualLoop loop;
  Broker broker{source, loop};
  ThreadedEngine engine;
  Caches caches;
};

class SuspendedCalls : public testing::TestWithParam<Speculation> {
protected:
  void start(size_t count) {
    calls.reserve(count);
    for (size_t i = 0; i < count; ++i) {
      calls.push_back(std::make_unique<Call>(nested_input(1000 + i), shared->broker, shared->engine,
                                             shared->caches, shared->loop, GetParam()));
      calls.back()->evaluation.start(nullptr);
    }
    shared->loop.run_until_idle();
  }

  std::optional<Shared> shared{std::in_place};
  std::vector<std::unique_ptr<Call>> calls;
};

INSTANTIATE_TEST_SUITE_P(, SuspendedCalls,
                         testing::Values(Speculation::off, Speculation::lean, Speculation::full),
                         [](const auto& mode) {
                           switch (mode.param) {
                           case Speculation::off: return "off";
                           case Speculation::lean: return "lean";
                           default: return "full";
                           }
                         });

TEST_P(SuspendedCalls, HoldAtMostSoMuchAndLeaveNothing) {
  constexpr size_t count = 10'000, most_bytes = 100 * limits::kib;
  const size_t before_all = live_bytes();
  shared.reset();
  const size_t before_shared = live_bytes();
  shared.emplace();
  start(1); // what the first call leaves to all
  const size_t before = live_bytes();
  start(count);
  const auto& frames = calls.back()->execution.call_stack()->frames();
  ASSERT_EQ(frames.size(), 3u);
  EXPECT_EQ(frames[0]->height(), 60u);
  EXPECT_EQ(frames[2]->memory.size(), 8 * limits::kib);
  const size_t per_call = (live_bytes() - before) / count;
  std::printf("%zu bytes a suspended call\n", per_call);
  EXPECT_LE(per_call, most_bytes);
  EXPECT_GE(per_call, 3 * 8 * limits::kib); // else they do not hold what they should

  calls.clear();
  calls.shrink_to_fit();
  EXPECT_LE(shared->caches.frames.bytes(), limits::frame_pool_bytes);
  shared.reset();
  EXPECT_EQ(live_bytes(), before_shared);
  EXPECT_LT(before_shared, before_all);
}

TEST_P(SuspendedCalls, GoOnWhereTheyWere) {
  start(50);
  calls.erase(calls.begin() + 10, calls.begin() + 20); // cancelled while others wait
  shared->source.release();
  shared->loop.run_until_idle();
  ASSERT_EQ(calls.size(), 40u);
  for (size_t i = 0; i < calls.size(); ++i) {
    ASSERT_TRUE(calls[i]->evaluation.finished());
    const size_t slot = 1000 + (i < 10 ? i : i + 10);
    EXPECT_EQ(calls[i]->execution.result()->output, nested_input(slot).transaction.data);
  }
}

} // namespace
} // namespace runahead
