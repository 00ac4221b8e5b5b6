// A call like one before: what it still allocates.
#include "allocation_count.hpp"
#include "interp/stepping.hpp"
#include "interp/threaded.hpp"
#include "io/virtual_loop.hpp"
#include "nested_calls.hpp"
#include "speculate/evaluation.hpp"

#include <gtest/gtest.h>

namespace runahead {
namespace {

using testing_support::allocations;

constexpr unsigned depths[] = {1, 2, 3, 20};

/// A state that is all there.
class WholeView final : public StateView {
public:
  explicit WholeView(const NestedCalls& shape) : state_(shape) {}
  const StateValue* find(const StateKey& key) const override {
    const auto [it, fresh] = values_.try_emplace(key);
    if (fresh) it->second = state_.value(key);
    return &it->second;
  }

private:
  NestedState state_;
  mutable std::unordered_map<StateKey, StateValue> values_;
};

/// Answers at once.
class WholeSource final : public StateSource {
public:
  explicit WholeSource(const NestedCalls& shape) : state_(shape) {}
  std::string_view name() const override { return "whole"; }
  bool complete() const override { return true; }
  size_t batch_limit() const override { return limits::batch_keys; }
  void read(std::vector<StateKey> keys, AnswerSink sink) override {
    std::vector<Answer> answers;
    for (const StateKey& key : keys) answers.push_back({key, state_.value(key)});
    sink(std::move(answers));
  }

private:
  NestedState state_;
};

/// The outermost message of the nested calls, in a world that knows what they read.
uint64_t allocations_of_machine(JournaledWorld& world, const Engine& engine,
                                const Message& message) {
  const auto checkpoint = world.journal.checkpoint();
  const uint64_t before = allocations();
  {
    CallStack stack(world, engine);
    stack.start(message);
    EXPECT_EQ(stack.run(100'000'000), Program::Progress::done);
    EXPECT_EQ(stack.result().status, Status::success);
    EXPECT_EQ(stack.result().output.size(), 32u);
  }
  const uint64_t made = allocations() - before;
  world.journal.revert(checkpoint);
  return made;
}

void expect_none_on_repetition(const Engine& engine, unsigned depth) {
  const ExecutionInput input = nested_input(1234);
  const WholeView view({.depth = depth});
  Caches caches;
  JournaledWorld world(view, input.block, {}, input.rules, caches);
  Message message;
  message.gas = 10'000'000;
  message.recipient = message.code_address = nested_contract(0);
  message.input = input.transaction.data;
  ASSERT_NE(world.journal.code(message.recipient), nullptr);
  message.code = world.prepared_code(message.recipient);
  EXPECT_GT(allocations_of_machine(world, engine, message), 0u);
  allocations_of_machine(world, engine, message);
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(allocations_of_machine(world, engine, message), 0u) << "depth " << depth;
}

TEST(RepeatedCall, AllocatesNothingInTheMachine) {
  for (const unsigned depth : depths) {
    expect_none_on_repetition(ThreadedEngine(), depth);
    expect_none_on_repetition(SteppingEngine(), depth);
  }
}

/// What is left: the account and slot entries of the journal, the answer, the evaluation's own.
TEST(RepeatedCall, AllocatesLittleAsAWhole) {
  for (const unsigned depth : {1u, 2u, 3u}) {
    WholeSource source({.depth = depth});
    VirtualLoop loop;
    Broker broker(source, loop);
    const ThreadedEngine engine;
    Caches caches;
    const ExecutionInput input = nested_input(1234);
    uint64_t made = 0;
    for (int i = 0; i < 4; ++i) {
      const uint64_t before = allocations();
      SpineView view(broker);
      Execution execution(input, view, engine, caches);
      Evaluation evaluation(execution, view, loop, {.speculation = Speculation::full});
      evaluation.start(nullptr);
      ASSERT_TRUE(evaluation.finished());
      made = allocations() - before;
    }
    std::printf("depth %u: %llu allocations a warm call\n", depth,
                static_cast<unsigned long long>(made));
    EXPECT_LE(made, 70 + 6 * depth);
  }
}

} // namespace
} // namespace runahead
