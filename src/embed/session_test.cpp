#include "runahead/runahead.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <mutex>
#include <thread>

namespace runahead::api {
namespace {

using namespace std::chrono_literals;

Address address(uint8_t last) {
  Address a;
  a.bytes[19] = last;
  return a;
}

Bytes code(std::string_view hex) { return parse_bytes(hex).value(); }

const Address reader = address(0xaa);
/// Returns the word at slot 0.
const Bytes read_slot_0 = code("0x60005460005260206000f3");
/// Returns the word at the slot that slot 0 names, after the sum of slots 1 to 3 was added to it.
const Bytes follow_slot_0 = code("0x60005454600154600254600354010101"
                                 "60005260206000f3");

MemoryState state_with(Bytes contract) {
  MemoryState state;
  state.accounts[reader].code = std::move(contract);
  state.accounts[reader].storage = {{0, 7}, {1, 1}, {2, 2}, {3, 3}, {7, 0x1000}};
  return state;
}

Call call_of(const Address& to) {
  Call call;
  call.to = to;
  return call;
}

Session session_over(StateSource& source, Options options = {}) {
  return {Evm(options), source, Rules(1, Fork::osaka), Block{.number = 100}};
}

const Result& result_of(const Report& report) { return std::get<Result>(report.outcome); }

/// Answers as `state` would, by a function that each read is handed to.
class FunctionSource : public StateSource {
public:
  using Read = std::function<void(std::vector<StateKey>, Reply)>;
  explicit FunctionSource(Read read) : read_(std::move(read)) {}
  std::string_view name() const override { return "function"; }
  void read(std::vector<StateKey> keys, Reply reply) override { read_(std::move(keys), reply); }

private:
  Read read_;
};

/// Answers from threads of its own, after a while, each key by itself.
class SlowState : public StateSource {
public:
  explicit SlowState(MemoryState state) : state_(std::move(state)) {}
  ~SlowState() override {
    for (std::thread& thread : threads_) thread.join();
  }
  std::string_view name() const override { return "slow"; }
  void read(std::vector<StateKey> keys, Reply reply) override {
    threads_.emplace_back([this, keys = std::move(keys), reply] {
      std::this_thread::sleep_for(2ms);
      for (const StateKey& key : keys) {
        const std::lock_guard lock(mutex_);
        state_.read({key}, reply);
      }
    });
  }

private:
  MemoryState state_;
  std::mutex mutex_;
  std::vector<std::thread> threads_;
};

TEST(Session, RunsACallOverAccountsInMemory) {
  MemoryState state = state_with(read_slot_0);
  Session session = session_over(state);
  const Report report = session.call(call_of(reader));
  ASSERT_NE(report.success(), nullptr);
  EXPECT_EQ(to_hex(report.success()->output),
            "0x0000000000000000000000000000000000000000000000000000000000000007");
  // 21000 + cold SLOAD 2100 + PUSHes, MSTORE and its memory 18
  EXPECT_EQ(report.success()->gas_used, 23118u);
}

TEST(Session, ForgetsWhatItKnowsOnceThatIsTooMuch) {
  MemoryState state = state_with(read_slot_0);
  size_t reads = 0;
  FunctionSource counted([&](std::vector<StateKey> keys, const Reply& reply) {
    reads += keys.size();
    state.read(std::move(keys), reply);
  });
  Session keeps = session_over(counted), forgets = session_over(counted, {.kept_reads = 1});
  ASSERT_NE(keeps.call(call_of(reader)).success(), nullptr);
  const size_t once = reads;
  EXPECT_GT(once, 1u);
  ASSERT_NE(keeps.call(call_of(reader)).success(), nullptr);
  EXPECT_EQ(reads, once);
  for (size_t calls = 2; calls < 5; ++calls) {
    ASSERT_NE(forgets.call(call_of(reader)).success(), nullptr);
    EXPECT_EQ(reads, calls * once);
  }
}

TEST(Session, TellsEndingsOfTheEvmApart) {
  for (const auto& [contract, status] :
       {std::pair{"0x60006000fd", Status::revert}, std::pair{"0xfe", Status::invalid_opcode},
        std::pair{"0x50", Status::stack_underflow}, std::pair{"0x5b600056", Status::out_of_gas}}) {
    MemoryState state = state_with(code(contract));
    Session session = session_over(state);
    Call call = call_of(reader);
    call.gas = 100'000;
    const Report report = session.call(call);
    EXPECT_EQ(result_of(report).status, status) << contract;
    EXPECT_EQ(report.success(), nullptr);
  }
}

TEST(Session, ShowsLogsAndCreatedContracts) {
  // Init code: LOG1 of 32 zero bytes with topic 9; returns nothing.
  Call call;
  call.data = code("0x600960206000a1");
  MemoryState state;
  Session session = session_over(state);
  const Report report = session.call(call);
  ASSERT_NE(report.success(), nullptr);
  ASSERT_EQ(report.success()->logs.size(), 1u);
  EXPECT_EQ(report.success()->logs[0].topics, std::vector<Word>{9});
  EXPECT_EQ(report.success()->logs[0].data, Bytes(32));
  // Of the zero address with nonce 0.
  EXPECT_EQ(report.success()->created, parse_address("0xbd770416a3345f91e4b34576cb804a576fa48eb1"));
}

TEST(Session, RefusesACallThatTheSenderCannotPay) {
  MemoryState state = state_with(read_slot_0);
  Session session = session_over(state);
  Call call = call_of(reader);
  call.value = 1;
  const Report report = session.call(call);
  ASSERT_TRUE(std::holds_alternative<InvalidCall>(report.outcome));
  EXPECT_NE(std::get<InvalidCall>(report.outcome).message.find("insufficient funds"),
            std::string::npos);
  call.overrides.push_back({.address = call.from, .balance = 1});
  EXPECT_NE(session.call(call).success(), nullptr);
}

TEST(Session, AppliesOverridesToOneCallOnly) {
  MemoryState state = state_with(read_slot_0);
  Session session = session_over(state);
  Call call = call_of(reader);
  call.overrides.push_back({.address = reader, .storage = {{0, 8}}});
  EXPECT_EQ(result_of(session.call(call)).output[31], 8);
  call.overrides[0].storage.clear();
  call.overrides[0].clear_storage = true;
  EXPECT_EQ(result_of(session.call(call)).output[31], 0);
  EXPECT_EQ(result_of(session.call(call_of(reader))).output[31], 7);
}

TEST(Session, GivesTheSameOverSlowStateWithEveryEngineAndSpeculation) {
  for (const EngineKind engine : {EngineKind::threaded, EngineKind::stepping})
    for (const Speculation speculation : {Speculation::off, Speculation::lean, Speculation::full}) {
      SlowState slow(state_with(follow_slot_0));
      Session session = session_over(slow, {.engine = engine, .speculation = speculation});
      const Report report = session.call(call_of(reader));
      ASSERT_NE(report.success(), nullptr);
      EXPECT_EQ(to_hex(report.success()->output),
                "0x0000000000000000000000000000000000000000000000000000000000001006");
      EXPECT_EQ(report.success()->gas_used, 21000u + 5 * 2100 + 7 * 3 + 3 * 3 + 6);
      // Serially: account, code, five slots. Ahead: what slot 0 names waits for slot 0 alone.
      if (speculation == Speculation::off)
        EXPECT_GE(report.cost.rounds, 6u);
      else
        EXPECT_LE(report.cost.rounds, 5u);
    }
}

TEST(Session, RemembersWhatItRead) {
  SlowState slow(state_with(follow_slot_0));
  Session session = session_over(slow);
  EXPECT_GT(session.call(call_of(reader)).cost.reads, 0u);
  const Report again = session.call(call_of(reader));
  EXPECT_EQ(again.cost.reads, 0u);
  EXPECT_EQ(again.cost.requests, 0u);
  EXPECT_EQ(result_of(again).output[30], 0x10);
}

TEST(Session, RunsManyCallsSideBySide) {
  // Returns the word at the slot that its call data name.
  SlowState slow(state_with(code("0x6000355460005260206000f3")));
  Session session = session_over(slow);
  std::vector<Call> calls(600, call_of(reader));
  for (size_t i = 0; i < calls.size(); ++i) {
    calls[i].data.resize(32);
    calls[i].data[31] = static_cast<uint8_t>(i % 4);
  }
  calls[300].value = 1;
  const std::vector<Report> reports = session.call(calls);
  ASSERT_EQ(reports.size(), calls.size());
  const uint8_t expected[] = {7, 1, 2, 3};
  for (size_t i = 0; i < reports.size(); ++i) {
    if (i == 300)
      EXPECT_TRUE(std::holds_alternative<InvalidCall>(reports[i].outcome));
    else
      EXPECT_EQ(result_of(reports[i]).output[31], expected[i % 4]) << i;
  }
  EXPECT_LE(reports[255].cost.rounds, 6u);
}

TEST(Session, RunsManyCallsOnKnownState) {
  MemoryState state = state_with(read_slot_0);
  Session session = session_over(state);
  const std::vector<Call> calls(600, call_of(reader));
  session.call(calls[0]);
  for (const Report& report : session.call(calls)) EXPECT_EQ(result_of(report).output[31], 7);
  EXPECT_TRUE(session.call(std::span<const Call>{}).empty());
}

/// Answers all but storage from memory; what becomes of storage is the test's.
template <class Storage>
FunctionSource source_with(MemoryState& state, Storage storage) {
  return FunctionSource([&state, storage](std::vector<StateKey> keys, Reply reply) mutable {
    for (const StateKey& key : keys) {
      if (key.kind == KeyKind::storage)
        storage(key, reply);
      else
        state.read({key}, reply);
    }
  });
}

TEST(Session, SaysWhichStateWasUnavailable) {
  MemoryState state = state_with(read_slot_0);
  auto source = source_with(state, [](const StateKey& key, const Reply& reply) {
    reply.send({StateAnswer::failed(key, "the disk is gone")});
  });
  Session session = session_over(source);
  const Report report = session.call(call_of(reader));
  const auto& failure = std::get<StateUnavailable>(report.outcome);
  EXPECT_EQ(failure.key, (StateKey{KeyKind::storage, reader, 0}));
  EXPECT_EQ(failure.source, "function");
  EXPECT_EQ(failure.cause, "the disk is gone");
  EXPECT_FALSE(failure.transient);
}

TEST(Session, AsksAgainAfterATransientFailure) {
  MemoryState state = state_with(read_slot_0);
  auto source = source_with(state, [failed = false](const StateKey& key, Reply reply) mutable {
    reply.send({std::exchange(failed, true) ? StateAnswer{key, Word(7)}
                                            : StateAnswer::failed(key, "busy", true)});
  });
  Session session = session_over(source, {.speculation = Speculation::off});
  EXPECT_EQ(result_of(session.call(call_of(reader))).output[31], 7);
}

TEST(Session, TakesNoAnswerForAFailure) {
  MemoryState state = state_with(read_slot_0);
  auto source = source_with(state, [](const StateKey&, const Reply&) {});
  Session session = session_over(source);
  const Report report = session.call(call_of(reader));
  EXPECT_NE(std::get<StateUnavailable>(report.outcome).cause.find("gave up"), std::string::npos);
}

TEST(Session, RefusesAnswersThatCannotBe) {
  MemoryState state = state_with(read_slot_0);
  auto confused = source_with(state, [](const StateKey& key, const Reply& reply) {
    reply.send({StateAnswer{key, Bytes{1}}});
  });
  Session session = session_over(confused);
  const Report report = session.call(call_of(reader));
  EXPECT_NE(std::get<StateUnavailable>(report.outcome).cause.find("another kind"),
            std::string::npos);

  FunctionSource liar([](std::vector<StateKey> keys, Reply reply) {
    for (const StateKey& key : keys)
      reply.send({StateAnswer::account(key.address, {.code_hash = keccak256(Bytes{1})}),
                  StateAnswer::code(key.address, {2})});
  });
  Session lied_to = session_over(liar);
  const Report lie = lied_to.call(call_of(reader));
  EXPECT_NE(std::get<StateUnavailable>(lie.outcome).cause.find("code hash"), std::string::npos);
}

TEST(Session, EndsAtTheTimeLimitWaitingAndComputing) {
  std::optional<Reply> kept;
  FunctionSource silent([&](std::vector<StateKey>, Reply reply) { kept = reply; });
  {
    Session session = session_over(silent, {.time_limit = 5ms});
    EXPECT_TRUE(std::holds_alternative<TimedOut>(session.call(call_of(reader)).outcome));
    const std::vector<Call> calls(3, call_of(reader));
    for (const Report& report : session.call(calls))
      EXPECT_TRUE(std::holds_alternative<TimedOut>(report.outcome));
  }
  kept->send({StateAnswer::account(reader, {})}); // to nobody
  kept.reset();

  MemoryState state = state_with(code("0x5b600056"));
  Session session = session_over(state, {.time_limit = 5ms});
  Call endless = call_of(reader);
  endless.gas = UINT64_MAX;
  EXPECT_TRUE(std::holds_alternative<TimedOut>(session.call(endless).outcome));
}

TEST(Session, GivesNoOutcomeOfTheEvmBeyondItsLimits) {
  MemoryState state;
  Session session(Evm(), state, Rules(1, Fork::prague), {});
  Call call = call_of(address(5)); // MODEXP
  call.gas = UINT64_MAX;
  call.data.resize(96);
  call.data[28] = 0x10; // the base has 2^28 + 1 bytes,
  call.data[31] = 1;
  call.data[95] = 1; // the modulus one
  EXPECT_TRUE(std::holds_alternative<BeyondLimits>(session.call(call).outcome));
}

TEST(Session, SharesAnEvmBetweenThreads) {
  const Evm evm;
  std::vector<std::thread> threads;
  std::vector<uint8_t> answers(4);
  for (size_t i = 0; i < answers.size(); ++i)
    threads.emplace_back([&evm, &answer = answers[i]] {
      MemoryState state = state_with(read_slot_0);
      Session session(evm, state, Rules(1, Fork::prague), {});
      for (int n = 0; n < 50; ++n) answer = result_of(session.call(call_of(reader))).output[31];
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(answers, std::vector<uint8_t>(4, 7));
}

class Recorder : public Tracer {
public:
  void enter(const FrameStart& start) override {
    EXPECT_EQ(start.recipient, reader);
    gas_ = start.gas;
  }
  void step(const Step& step) override {
    EXPECT_EQ(step.gas, gas_);
    opcodes.push_back(step.opcode);
    if (step.opcode == 0x52) stored = step.stack[0]; // MSTORE: value below the offset
  }
  void stepped(uint64_t gas_cost, Status error) override {
    EXPECT_EQ(error, Status::success);
    gas_ -= gas_cost;
  }
  void leave(const FrameEnd& end) override {
    EXPECT_EQ(end.gas_left, gas_);
    EXPECT_EQ(end.output.size(), 32u);
  }

  Bytes opcodes;
  Word stored;

private:
  uint64_t gas_ = 0;
};

TEST(Session, TellsATracerEachStepOnceHoweverLongItWaits) {
  SlowState slow(state_with(read_slot_0));
  Session session = session_over(slow);
  Recorder recorder;
  EXPECT_NE(session.call(call_of(reader), &recorder).success(), nullptr);
  EXPECT_EQ(to_hex(recorder.opcodes), "0x60546052"
                                      "6060f3");
  EXPECT_EQ(recorder.stored, Word(7));
}

TEST(Rules, ComeFromTheScheduleOrFromTheUser) {
  EXPECT_EQ(rules_at(1, 12'965'000, 0)->fork, Fork::london);
  EXPECT_EQ(rules_at(1, 24'000'000, 1'767'747'671)->max_blobs, 21u);
  EXPECT_FALSE(rules_at(31337, 0, 0));
}

TEST(Text, IsReadStrictly) {
  EXPECT_EQ(parse_word("0x10"), Word(16));
  EXPECT_FALSE(parse_word("10"));
  EXPECT_FALSE(parse_address("0x10"));
  EXPECT_FALSE(parse_bytes("0x1"));
  EXPECT_EQ(to_hex(keccak256({}).bytes),
            "0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470");
}

} // namespace
} // namespace runahead::api
