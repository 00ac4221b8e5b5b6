// Calls that run for long: each turn on the loop is a slice, so that deadlines are met and others
// get their turns. Time is that of a loop on which every task takes as long as a slice may.
#include "base/hex.hpp"
#include "base/limits.hpp"
#include "interp/threaded.hpp"
#include "rpc/call_error.hpp"
#include "rpc/call_service.hpp"
#include "rpc/fake_chain_for_test.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <map>

namespace runahead {
namespace {

using namespace std::chrono_literals;

constexpr Duration slice = 5ms; ///< see limits::slice_gas
constexpr Address endless{{0xc0}}, quick{{0xc1}}, blake{{0xc2}}, deep{{0xc3}};

/// Runs tasks in order; each takes `slice` of its own time.
class BusyLoop final : public Executor {
public:
  Duration now() const override { return now_; }
  void post(Task task) override { posted_.push_back(std::move(task)); }
  void after(Duration delay, Task task) override { timers_.emplace(now_ + delay, std::move(task)); }

  bool run_one() {
    Task task;
    if (!timers_.empty() && (timers_.begin()->first <= now_ || posted_.empty())) {
      now_ = std::max(now_, timers_.begin()->first);
      task = std::move(timers_.extract(timers_.begin()).mapped());
    } else if (!posted_.empty()) {
      task = std::move(posted_.front());
      posted_.pop_front();
    } else {
      return false;
    }
    task();
    now_ += slice;
    return true;
  }

private:
  Duration now_{0};
  std::deque<Task> posted_;
  std::multimap<Duration, Task> timers_;
};

/// CALL of precompile 9 with 100 million rounds, the length of its input 213 bytes.
Bytes blake_code() {
  return {0x63, 0x05, 0xf5, 0xe1, 0x00, 0x60, 0xe0, 0x1b, 0x5f, 0x52, // rounds << 224 at 0
          0x5f, 0x5f, 0x60, 0xd5, 0x5f, 0x5f, 0x60, 0x09, 0x5a, 0xf1, 0x00};
}

class CallDeadline : public testing::Test {
protected:
  CallDeadline() {
    chain.source = &memory;
    chain.set_head(7);
    put(endless, {0x5b, 0x5f, 0x56});                             // JUMPDEST PUSH0 JUMP
    put(quick, {0x60, 0x2a, 0x5f, 0x52, 0x60, 0x20, 0x5f, 0xf3}); // returns 42
    put(blake, blake_code());
    put(deep, {0x5b, 0x5f, 0x5f, 0x5f, 0x5f, 0x60, 0xc1, 0x60, 0x98, 0x1b, // CALL of `quick` with
               0x5a, 0xfa, 0x50, 0x5f, 0x56});                             // all gas, in a loop
  }
  void put(const Address& a, Bytes code) {
    memory.accounts()[a].code = make_bytecode(std::move(code));
  }

  /// Starts a call; where its end comes to stand.
  std::optional<CallOutcome>& start(const Address& to, uint64_t gas = 1'000'000'000'000) {
    CallRequest request;
    request.transaction.to = to;
    request.transaction.gas_limit = gas;
    auto& end = ends.emplace_back();
    service.start(std::move(request), *service.head(),
                  [&end](CallOutcome outcome) { end = std::move(outcome); });
    return end;
  }
  void run_until(const std::optional<CallOutcome>& end) {
    for (int tasks = 0; !end && tasks < 10'000; ++tasks) ASSERT_TRUE(loop.run_one());
    ASSERT_TRUE(end);
  }
  static bool timed_out(const CallOutcome& outcome) {
    const auto* aborted = std::get_if<CallAborted>(&outcome.end);
    return aborted != nullptr && aborted->message == "execution aborted (timeout = 100ms)";
  }

  MemorySource memory;
  FakeChain chain;
  BusyLoop loop;
  ThreadedEngine engine;
  CallService service{chain, engine, loop, {.timeout = 100ms}};
  std::deque<std::optional<CallOutcome>> ends;
};

TEST_F(CallDeadline, EndsWhatNeverEnds) {
  for (const Address& to : {endless, blake, deep}) {
    const auto& end = start(to);
    run_until(end);
    EXPECT_TRUE(timed_out(*end)) << to_hex(to);
    EXPECT_LE(end->stats.elapsed, 110ms) << to_hex(to);
    EXPECT_EQ(service.calls(), 0u);
  }
}

TEST_F(CallDeadline, NeighboursKeepTheirTurns) {
  for (const Address& to : {endless, blake, deep}) start(to);
  for (int i = 0; i < 5; ++i) loop.run_one();
  for (int i = 0; i < 3; ++i) {
    const auto& end = start(quick, 100'000);
    run_until(end);
    ASSERT_NE(std::get_if<ExecutionResult>(&end->end), nullptr);
    // Not longer than one turn of each, and of the loop that delivers.
    EXPECT_LE(end->stats.elapsed, 5 * slice);
  }
}

TEST_F(CallDeadline, TurnsAreAsLongAsTheirGasSays) {
  // 8 gas a round of the loop: so many slices, one task each.
  constexpr uint64_t slices = 10;
  const auto& end = start(endless, 21'000 + slices * limits::slice_gas);
  run_until(end);
  EXPECT_NEAR(static_cast<double>(end->stats.elapsed / slice), slices, 2);
}

} // namespace
} // namespace runahead
