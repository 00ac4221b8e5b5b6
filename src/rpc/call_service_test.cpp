#include "base/hex.hpp"
#include "crypto/checksum_address.hpp"
#include "interp/stepping.hpp"
#include "io/virtual_loop.hpp"
#include "rpc/call_error.hpp"
#include "rpc/call_service.hpp"
#include "rpc/dispatcher.hpp"
#include "rpc/fake_chain_for_test.hpp"
#include "sources/delay.hpp"
#include "sources/fault.hpp"

#include <gtest/gtest.h>

namespace runahead {
namespace {

using namespace std::chrono_literals;

constexpr Address contract{{0xc0}};

/// Returns the sum of slots 0 to 9, read one by one in a straight line.
Bytes sum_code() {
  Bytes code{0x5f};                                              // PUSH0
  for (uint8_t slot = 0; slot < 10; ++slot)                      //
    code.insert(code.end(), {0x60, slot, 0x54, 0x01});           // PUSH1 SLOAD ADD
  code.insert(code.end(), {0x5f, 0x52, 0x60, 0x20, 0x5f, 0xf3}); // PUSH0 MSTORE, RETURN
  return code;
}

class CallServiceTest : public testing::Test {
protected:
  CallServiceTest() {
    chain.source = &delayed;
    chain.set_head(7);
    Account& account = memory.accounts()[contract];
    account.code = make_bytecode(sum_code());
    for (uint64_t slot = 0; slot < 10; ++slot) account.storage[slot] = slot + 1;
  }

  static CallRequest to_contract() {
    CallRequest request;
    request.transaction.to = contract;
    request.transaction.gas_limit = 1'000'000;
    return request;
  }

  CallService& service(CallService::Options options = {}) {
    if (!service_) service_.emplace(chain, engine, loop, options);
    return *service_;
  }

  /// Starts a call whose outcome goes to the end of `outcomes`.
  CallService::CallId start(CallRequest request, CallExtras extras = {}) {
    return service().start(
        std::move(request), *service().head(),
        [this](CallOutcome outcome) { outcomes.push_back(std::move(outcome)); }, extras);
  }

  CallOutcome run(CallRequest request, CallExtras extras = {}) {
    start(std::move(request), extras);
    loop.run_until([&] { return !outcomes.empty(); });
    CallOutcome outcome = std::move(outcomes.at(0));
    outcomes.clear();
    return outcome;
  }

  static uint256 word_of(const CallOutcome& outcome) {
    const auto* result = std::get_if<ExecutionResult>(&outcome.end);
    EXPECT_TRUE(result != nullptr && result->status == Status::success);
    return result != nullptr ? from_be(result->output) : uint256{};
  }
  static std::string error_text(const CallOutcome& outcome) {
    const auto error = error_of(outcome);
    return error ? error->message : "";
  }

  MemorySource memory;
  FaultModel fault_model;
  VirtualLoop loop;
  std::optional<FaultSource> faulty_;
  FaultSource& faulty = faulty_.emplace(memory, fault_model, 1);
  DelaySource delayed{faulty, loop, {.fixed = 20ms}, 1};
  FakeChain chain;
  SteppingEngine engine;
  std::vector<CallOutcome> outcomes;
  std::optional<CallService> service_;
};

TEST_F(CallServiceTest, SerialTakesOneRoundARead) {
  service({.speculation = Speculation::off});
  const CallOutcome outcome = run(to_contract());
  EXPECT_EQ(word_of(outcome), uint256{55});
  EXPECT_EQ(outcome.stats.rounds, 11u); // the code and ten slots
  EXPECT_EQ(outcome.stats.reads, 11u);
  EXPECT_EQ(outcome.stats.requests, 11u);
  EXPECT_EQ(outcome.stats.elapsed, 220ms);
  EXPECT_EQ(outcome.stats.evaluation.speculative_reads, 0u);
}

TEST_F(CallServiceTest, RunningAheadTakesTwo) {
  const CallOutcome outcome = run(to_contract(), {.keep_reads = true});
  EXPECT_EQ(word_of(outcome), uint256{55});
  EXPECT_EQ(outcome.stats.rounds, 2u);
  EXPECT_EQ(outcome.stats.reads, 11u);
  EXPECT_EQ(outcome.stats.elapsed, 40ms);
  EXPECT_EQ(outcome.stats.evaluation.wasted_reads, 0u);
  ASSERT_EQ(outcome.reads.size(), 11u);
  EXPECT_EQ(outcome.reads[0].key, StateKey::of(StateKind::code, contract));
  EXPECT_EQ(outcome.reads[0].wave, 0u);
  EXPECT_EQ(outcome.reads[10].wave, 1u);
  EXPECT_TRUE(outcome.reads[10].speculative);
  EXPECT_TRUE(outcome.reads[10].used);
}

TEST_F(CallServiceTest, AtTheNextBlockItTakesOneRound) {
  run(to_contract());
  EXPECT_EQ(service().remembered().size(), 11u);
  chain.set_head(8);
  const CallOutcome next = run(to_contract());
  EXPECT_EQ(word_of(next), uint256{55});
  EXPECT_EQ(next.stats.rounds, 1u);
  EXPECT_EQ(next.stats.reads, 11u);
  EXPECT_EQ(next.stats.evaluation.wasted_reads, 0u);
}

TEST_F(CallServiceTest, WhatIsRememberedIsNoAnswer) {
  run(to_contract());
  chain.set_head(8);
  memory.accounts()[contract].storage[3] = 1000;
  EXPECT_EQ(word_of(run(to_contract())), uint256{55 + 1000 - 4});
  chain.set_head(9);
  memory.accounts()[contract].code =
      make_bytecode({0x60, 0x2a, 0x5f, 0x52, 0x60, 0x20, 0x5f, 0xf3});
  EXPECT_EQ(word_of(run(to_contract())), uint256{42});
}

TEST_F(CallServiceTest, ASecondCallOnTheSameBlockReadsNothing) {
  run(to_contract());
  const CallOutcome again = run(to_contract());
  EXPECT_EQ(word_of(again), uint256{55});
  EXPECT_EQ(again.stats.reads, 0u);
  EXPECT_EQ(again.stats.elapsed, 0ms);
  EXPECT_EQ(chain.opened.size(), 1u);
}

TEST_F(CallServiceTest, ANewHeadStartsWithoutValues) {
  run(to_contract());
  memory.accounts()[contract].storage[0] = 100;
  EXPECT_EQ(word_of(run(to_contract())), uint256{55});
  chain.set_head(8);
  const CallOutcome outcome = run(to_contract());
  EXPECT_EQ(word_of(outcome), uint256{154});
  EXPECT_EQ(outcome.stats.reads, 11u);
  EXPECT_EQ(chain.opened, (std::vector<Hash256>{to_hash(uint256{7}), to_hash(uint256{8})}));
}

TEST_F(CallServiceTest, CallsUnderWayKeepTheirBlock) {
  start(to_contract());
  chain.set_head(8);
  start(to_contract());
  loop.run_until_idle();
  ASSERT_EQ(outcomes.size(), 2u);
  EXPECT_EQ(word_of(outcomes[0]), uint256{55});
  EXPECT_EQ(word_of(outcomes[1]), uint256{55});
  EXPECT_EQ(chain.opened.size(), 2u);
}

TEST_F(CallServiceTest, CallsAtTheSameTimeShareReads) {
  for (int i = 0; i < 5; ++i) start(to_contract());
  loop.run_until_idle();
  ASSERT_EQ(outcomes.size(), 5u);
  for (const CallOutcome& outcome : outcomes) {
    EXPECT_EQ(word_of(outcome), uint256{55});
    EXPECT_EQ(outcome.stats.elapsed, 40ms);
  }
  EXPECT_EQ((*service().head())->broker.stats().reads, 11u);
}

TEST_F(CallServiceTest, WhatIsKnownIsAnsweredAtOnce) {
  EXPECT_NE(start(to_contract()), CallFront::no_call);
  EXPECT_TRUE(outcomes.empty());
  loop.run_until_idle();
  EXPECT_EQ(start(to_contract()), CallFront::no_call);
  ASSERT_EQ(outcomes.size(), 2u);
  EXPECT_EQ(word_of(outcomes[1]), uint256{55});
  EXPECT_EQ(service().calls(), 0u);
}

TEST_F(CallServiceTest, TheNewestBlockIsKnownUntilItMovesOn) {
  EXPECT_EQ(service().newest(), nullptr);
  const PinRef seven = *service().head();
  EXPECT_EQ(service().newest(), seven);
  const PublishedHead published = service().published();
  EXPECT_TRUE(service().is_current(published));
  chain.set_head(8);
  EXPECT_FALSE(service().is_current(published));
  EXPECT_EQ(service().newest(), nullptr);
  EXPECT_EQ((*service().head())->block.env.number, 8u);
  EXPECT_FALSE(service().is_current(published));
  EXPECT_TRUE(service().is_current(service().published()));
}

TEST_F(CallServiceTest, TransientFailuresHeal) {
  faulty_.emplace(memory, FaultModel{.transient_chance = 0.5, .most_failures = 2}, 3);
  const CallOutcome outcome = run(to_contract());
  EXPECT_EQ(word_of(outcome), uint256{55});
  EXPECT_GT(outcome.stats.retries, 0u);
}

TEST_F(CallServiceTest, UnavailableStateIsAnErrorThatNamesTheKey) {
  const StateKey dead = StateKey::storage(contract, 4);
  faulty_.emplace(memory, FaultModel{.dead = {dead}}, 3);
  const CallOutcome outcome = run(to_contract());
  const auto* failure = std::get_if<StateFailure>(&outcome.end);
  ASSERT_NE(failure, nullptr);
  EXPECT_EQ(failure->key, dead);
  EXPECT_EQ(error_of(outcome)->code, -32010);
  EXPECT_NE(error_text(outcome).find(to_string(dead)), std::string::npos);
  EXPECT_EQ(service().calls(), 0u);
}

TEST_F(CallServiceTest, ALaterCallAsksAgainForWhatFailed) {
  const StateKey dead = StateKey::storage(contract, 4);
  faulty_.emplace(memory, FaultModel{.dead = {dead}}, 3);
  EXPECT_TRUE(std::holds_alternative<StateFailure>(run(to_contract()).end));
  faulty_.emplace(memory, FaultModel{}, 3);
  EXPECT_EQ(word_of(run(to_contract())), uint256{55});
}

TEST_F(CallServiceTest, UnavailableStateThatOnlyAScoutWantedIsNone) {
  // Slot 99 is read behind a branch that is not taken.
  memory.accounts()[contract].code = make_bytecode(*parse_hex_bytes(
      "0x5f54600c57606354505f5ff35b60425f5260205ff3")); // if (slot 0) return 0x42 else read slot 99
  faulty_.emplace(memory, FaultModel{.dead = {StateKey::storage(contract, 99)}}, 3);
  EXPECT_EQ(word_of(run(to_contract())), uint256{0x42});
}

TEST_F(CallServiceTest, TimeIsOver) {
  service({.speculation = Speculation::off, .timeout = 100ms});
  start(to_contract());
  loop.run_until([&] { return !outcomes.empty(); });
  EXPECT_EQ(loop.now(), 100ms);
  EXPECT_EQ(error_text(outcomes.at(0)), "execution aborted (timeout = 100ms)");
  EXPECT_EQ(error_of(outcomes[0])->code, -32000);
  EXPECT_EQ(service().calls(), 0u);
  loop.run_until_idle(); // what was on its way finds nobody
  EXPECT_EQ(outcomes.size(), 1u);
}

TEST_F(CallServiceTest, EachCallHasItsOwnTime) {
  service({.speculation = Speculation::off, .timeout = 100ms});
  start(to_contract());
  loop.after(50ms, [&] { start(to_contract()); });
  std::vector<Duration> ends;
  while (ends.size() < 2 && loop.run_one())
    while (ends.size() < outcomes.size()) ends.push_back(loop.now());
  EXPECT_EQ(ends, (std::vector<Duration>{100ms, 150ms}));
}

TEST_F(CallServiceTest, CallsWaitInLine) {
  service({.speculation = Speculation::full, .timeout = 0ms, .running = 1});
  std::vector<CallService::CallId> ids;
  for (int i = 0; i < 4; ++i) ids.push_back(start(to_contract()));
  service().cancel(ids[2]);
  loop.run_until([&] { return outcomes.size() == 1; });
  EXPECT_EQ(outcomes[0].stats.rounds, 2u);
  EXPECT_EQ(service().calls(), 2u);
  loop.run_until_idle();
  ASSERT_EQ(outcomes.size(), 3u);
  EXPECT_EQ(outcomes[2].stats.rounds, 0u); // the first one's reads were kept
}

TEST_F(CallServiceTest, CancelledCallsHaveNoAnswer) {
  const auto id = start(to_contract());
  loop.run_until([&] { return loop.now() == 20ms; });
  service().cancel(id);
  service().cancel(id);
  loop.run_until_idle();
  EXPECT_TRUE(outcomes.empty());
  EXPECT_EQ(service().calls(), 0u);
}

TEST_F(CallServiceTest, GoesAwayWhileCallsRun) {
  start(to_contract());
  start(to_contract());
  loop.run_one();
  service_.reset();
  loop.run_until_idle();
  EXPECT_TRUE(outcomes.empty());
}

TEST_F(CallServiceTest, GoesAwayWhileAnExchangeWaits) {
  for (int i = 0; i < 3; ++i) {
    const auto exchange = std::make_shared<Exchange>(&service());
    for (int k = 0; k < 3; ++k)
      exchange->keep(service().start(to_contract(), *service().head(),
                                     [exchange](const CallOutcome&) { FAIL(); }));
  }
  loop.run_one();
  service_.reset(); // each call that goes lets go of an exchange, which cancels calls
  loop.run_until_idle();
}

TEST_F(CallServiceTest, InvalidTransactions) {
  CallRequest request = to_contract();
  request.transaction.gas_limit = 100;
  const CallOutcome outcome = run(std::move(request));
  EXPECT_TRUE(std::holds_alternative<InvalidTransaction>(outcome.end));
  EXPECT_EQ(error_text(outcome),
            "err: intrinsic gas too low: have 100, want 21000 (supplied gas 100)");
}

TEST_F(CallServiceTest, OverridesReachTheEvm) {
  CallRequest request = to_contract();
  AccountOverride account;
  account.address = contract;
  account.code = *parse_hex_bytes("0x434201"
                                  "5f5260205ff3"); // NUMBER TIMESTAMP ADD, returned
  request.overrides.push_back(account);
  request.block_overrides.number = 1000;
  request.block_overrides.time = 234;
  EXPECT_EQ(word_of(run(std::move(request))), uint256{1234});
}

TEST_F(CallServiceTest, MadeUpBlocksNeedTheirRules) {
  chain.newest.env.timestamp = chain.first_timestamp = 1000;
  CallRequest request = to_contract();
  request.block_overrides.time = 1;
  EXPECT_EQ(error_text(run(std::move(request))), "these rules cannot be read");
  EXPECT_EQ(word_of(run(to_contract())), uint256{55});
}

TEST_F(CallServiceTest, OnlyPrecompilesMove) {
  CallRequest request = to_contract();
  AccountOverride account;
  account.address = contract;
  account.move_precompile_to = Address{{0x77}};
  request.overrides.push_back(account);
  EXPECT_EQ(error_text(run(std::move(request))),
            "account " + to_checksum_hex(contract) + " is not a precompile");
}

TEST_F(CallServiceTest, FindsBlocks) {
  std::vector<RpcResult<PinRef>> found;
  const auto find = [&](const BlockRef& block) {
    service().find(block, [&](RpcResult<PinRef> pin) { found.push_back(std::move(pin)); });
  };
  find(BlockRef{});
  find(BlockRef::of(7));
  find(BlockRef::of(8));
  ASSERT_EQ(found.size(), 3u);
  EXPECT_EQ(*found[0], *found[1]); // the same block, by whatever name, is pinned once
  ASSERT_FALSE(found[2]);
  EXPECT_EQ(found[2].error().code, -32001);
  EXPECT_EQ(chain.finds.size(), 2u);
}

} // namespace
} // namespace runahead
