// Calls begun on a loop that is not the service's. Both loops run on the test's thread, in turns
// that it chooses; one test has a real thread.
#include "base/hex.hpp"
#include "interp/stepping.hpp"
#include "io/event_loop.hpp"
#include "io/virtual_loop.hpp"
#include "rpc/call_error.hpp"
#include "rpc/fake_chain_for_test.hpp"
#include "rpc/worker_calls.hpp"
#include "sources/delay.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <thread>

namespace runahead {
namespace {

using namespace std::chrono_literals;

constexpr Address contract{{0xc0}}, endless{{0xee}};

/// A loop whose time and turns are the test's.
class TurnLoop final : public Executor {
public:
  Duration now() const override { return time; }
  void post(Task task) override { tasks.push_back(std::move(task)); }
  void after(Duration, Task task) override { post(std::move(task)); }
  void run_one() {
    Task task = std::move(tasks.at(0));
    tasks.pop_front();
    task();
  }

  Duration time{0};
  std::deque<Task> tasks;
};

class WorkerCallsTest : public testing::Test {
protected:
  WorkerCallsTest() {
    chain.source = &delayed;
    chain.set_head(7);
    // Returns slot 0.
    memory.accounts()[contract].code = make_bytecode(*parse_hex_bytes("0x5f545f5260205ff3"));
    memory.accounts()[contract].storage[0] = 55;
    // JUMPDEST PUSH0 JUMP
    memory.accounts()[endless].code = make_bytecode(Bytes{0x5b, 0x5f, 0x56});
  }

  static CallRequest to(const Address& address, uint64_t gas = 1'000'000) {
    CallRequest request;
    request.transaction.to = address;
    request.transaction.gas_limit = gas;
    return request;
  }

  CallFront::CallId start(CallRequest request) {
    return calls->start(std::move(request), *service->head(),
                        [this](CallOutcome outcome) { outcomes.push_back(std::move(outcome)); });
  }
  /// Both loops until neither has anything to do.
  void run() {
    for (bool moved = true; moved;) {
      moved = false;
      while (loop.run_one()) moved = true;
      while (own.run_one()) moved = true;
    }
  }
  static uint256 word_of(const CallOutcome& outcome) {
    const auto* result = std::get_if<ExecutionResult>(&outcome.end);
    EXPECT_TRUE(result != nullptr && result->status == Status::success);
    return result != nullptr ? from_be(result->output) : uint256{};
  }

  MemorySource memory;
  VirtualLoop loop, own;
  TurnLoop turns;
  DelaySource delayed{memory, loop, {.fixed = 20ms}, 1};
  FakeChain chain;
  SteppingEngine engine;
  std::optional<CallService> service{std::in_place, chain, engine, loop,
                                     CallService::Options{.timeout = 1s}};
  std::optional<WorkerCalls> calls{std::in_place, *service, own};
  std::vector<CallOutcome> outcomes;
};

TEST_F(WorkerCallsTest, WhatIsMissingIsReadOnTheServicesLoop) {
  EXPECT_NE(start(to(contract)), CallFront::no_call);
  EXPECT_EQ(calls->calls(), 1u);
  run();
  ASSERT_EQ(outcomes.size(), 1u);
  EXPECT_EQ(word_of(outcomes[0]), uint256{55});
  EXPECT_EQ(outcomes[0].stats.rounds, 2u);
  EXPECT_EQ(outcomes[0].stats.reads, 2u);
  EXPECT_EQ(calls->calls(), 0u);
  EXPECT_EQ(service->calls(), 0u);
}

TEST_F(WorkerCallsTest, WhatIsKnownIsAnsweredWithoutTheService) {
  start(to(contract));
  run();
  EXPECT_EQ(start(to(contract)), CallFront::no_call);
  ASSERT_EQ(outcomes.size(), 2u);
  EXPECT_EQ(word_of(outcomes[1]), uint256{55});
  EXPECT_EQ(outcomes[1].stats.reads, 0u);
  EXPECT_FALSE(loop.run_one());
}

TEST_F(WorkerCallsTest, KnowsTheNewestBlockOnceSomebodyHasAsked) {
  EXPECT_EQ(calls->newest(), nullptr);
  PinRef found;
  calls->find(BlockRef{}, [&](RpcResult<PinRef> pin) { found = *pin; });
  EXPECT_EQ(found, nullptr); // the service is asked on its loop
  run();
  ASSERT_NE(found, nullptr);
  EXPECT_EQ(calls->newest(), found);
  chain.set_head(8);
  EXPECT_EQ(calls->newest(), nullptr);
  EXPECT_EQ((*service->head())->block.env.number, 8u);
  EXPECT_EQ(calls->newest()->block.env.number, 8u);
}

TEST_F(WorkerCallsTest, FindsBlocks) {
  std::vector<RpcResult<PinRef>> found;
  for (const uint64_t number : {7, 9})
    calls->find(BlockRef::of(number),
                [&](RpcResult<PinRef> pin) { found.push_back(std::move(pin)); });
  run();
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(*found[0], *service->head());
  ASSERT_FALSE(found[1]);
  EXPECT_EQ(found[1].error().code, -32001);
}

TEST_F(WorkerCallsTest, CancelledCallsHaveNoAnswer) {
  const auto early = start(to(contract)), late = start(to(contract));
  calls->cancel(early); // before the service has heard of it
  loop.run_until([&] { return loop.now() == 20ms; });
  EXPECT_EQ(service->calls(), 1u);
  calls->cancel(late);
  calls->cancel(late);
  run();
  EXPECT_TRUE(outcomes.empty());
  EXPECT_EQ(calls->calls(), 0u);
  EXPECT_EQ(service->calls(), 0u);
}

TEST_F(WorkerCallsTest, LongCallsLetOthersTakeTurns) {
  start(to(contract));
  start(to(endless));
  run(); // the endless one runs out of gas
  ASSERT_EQ(outcomes.size(), 2u);
  const auto id = start(to(endless, 1'000'000'000));
  EXPECT_NE(id, CallFront::no_call);
  EXPECT_EQ(start(to(contract)), CallFront::no_call);
  EXPECT_TRUE(own.run_one());
  EXPECT_EQ(outcomes.size(), 3u);
  calls->cancel(id);
  run();
  EXPECT_EQ(outcomes.size(), 3u);
}

TEST_F(WorkerCallsTest, WhatACalleeIsGivenIsNotWhatItUses) {
  const Address caller{{0xca}};
  Bytes code = *parse_hex_bytes("0x5f5f5f5f5f73"); // CALL of `contract` with nearly all gas
  code.insert(code.end(), contract.bytes.begin(), contract.bytes.end());
  code.insert(code.end(), {0x5a, 0xf1, 0x00});
  memory.accounts()[caller].code = make_bytecode(code);
  const uint64_t gas = 5 * static_cast<uint64_t>(limits::slice_gas);
  start(to(caller, gas));
  run();                                                 // all is known now
  EXPECT_EQ(start(to(caller, gas)), CallFront::no_call); // in one slice
}

TEST_F(WorkerCallsTest, TimeIsOver) {
  start(to(endless));
  run(); // its code is known now
  outcomes.clear();
  calls.emplace(*service, turns);
  start(to(endless, 1'000'000'000'000));
  turns.time = 999ms;
  turns.run_one();
  EXPECT_TRUE(outcomes.empty());
  turns.time = 1s;
  turns.run_one();
  ASSERT_EQ(outcomes.size(), 1u);
  EXPECT_EQ(error_of(outcomes[0])->message, "execution aborted (timeout = 1s)");
  EXPECT_EQ(outcomes[0].stats.elapsed, 1s);
  EXPECT_TRUE(turns.tasks.empty());
}

TEST_F(WorkerCallsTest, TheServicesTimeLimitHoldsForWhatWaits) {
  DelaySource slow{memory, loop, {.fixed = 10s}, 1};
  chain.source = &slow;
  start(to(contract));
  loop.run_until([&] { return loop.now() >= 1s; });
  run();
  ASSERT_EQ(outcomes.size(), 1u);
  EXPECT_EQ(error_of(outcomes[0])->message, "execution aborted (timeout = 1s)");
}

TEST_F(WorkerCallsTest, RefusedCallsSayWhy) {
  chain.newest.env.timestamp = chain.first_timestamp = 1000;
  CallRequest request = to(contract);
  request.block_overrides.time = 1;
  EXPECT_EQ(start(std::move(request)), CallFront::no_call);
  ASSERT_EQ(outcomes.size(), 1u);
  EXPECT_EQ(error_of(outcomes[0])->message, "these rules cannot be read");
}

TEST_F(WorkerCallsTest, GoesAwayWhileCallsRun) {
  start(to(contract));
  start(to(contract));
  loop.run_one();
  calls.reset();
  run();
  EXPECT_TRUE(outcomes.empty());
}

TEST_F(WorkerCallsTest, TheServiceGoesAwayWhileCallsRun) {
  start(to(contract));
  loop.run_one();
  start(to(contract));
  service.reset(); // the worker's loop is not asked any more, as at the end of a server
  run();
  EXPECT_TRUE(outcomes.empty());
}

} // namespace

// On real threads: each does many calls while the head moves on, so that blocks come and go.
TEST(WorkerCallsOnThreads, AnswersAreThoseOfTheirBlock) {
  EventLoop main_loop;
  MemorySource memory;
  memory.accounts()[contract].code = make_bytecode(*parse_hex_bytes("0x435f5260205ff3")); // NUMBER
  DelaySource delayed{memory, main_loop, {.fixed = 100us}, 1};
  FakeChain chain;
  chain.source = &delayed;
  const SteppingEngine engine;
  CallService service(chain, engine, main_loop, {});
  std::atomic<int> wrong = 0, threads_left = 2;
  const std::function<void()> move_on = [&] {
    chain.set_head(chain.newest.env.number + 1);
    if (threads_left > 0) main_loop.after(1ms, [&] { move_on(); });
  };
  move_on();
  const auto work = [&] {
    EventLoop own;
    WorkerCalls calls(service, own);
    for (int i = 0; i < 200; ++i) {
      PinRef pin = calls.newest();
      if (!pin) {
        calls.find(BlockRef{}, [&](RpcResult<PinRef> found) { pin = *found; });
        own.run_until([&] { return pin != nullptr; });
      }
      const uint256 number = pin->block.env.number;
      std::optional<CallOutcome> outcome;
      CallRequest request;
      request.transaction.to = contract;
      request.transaction.gas_limit = 100'000;
      calls.start(std::move(request), std::move(pin),
                  [&](CallOutcome ended) { outcome = std::move(ended); });
      own.run_until([&] { return outcome.has_value(); });
      const auto* result = std::get_if<ExecutionResult>(&outcome->end);
      if (result == nullptr || from_be(result->output) != number) ++wrong;
    }
    if (--threads_left == 0) main_loop.post([] {});
  };
  std::thread one(work), two(work);
  main_loop.run_until([&] { return threads_left == 0; });
  one.join();
  two.join();
  EXPECT_EQ(wrong, 0);
}

} // namespace runahead
