// The central property: whatever the latencies, the order of arrivals and the faults, and however
// far scouts ran ahead, a call ends exactly as it does with all its state at hand. Random programs
// over a random state.
#include "base/hex.hpp"
#include "base/random.hpp"
#include "interp/stepping.hpp"
#include "io/virtual_loop.hpp"
#include "sources/delay.hpp"
#include "sources/fault.hpp"
#include "sources/memory.hpp"
#include "speculate/evaluation.hpp"
#include "tx/execution.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

namespace runahead {
namespace {

constexpr uint64_t contracts = 6;

Address contract(uint64_t i) {
  Address a;
  a.bytes[0] = 0xc0;
  a.bytes[19] = static_cast<uint8_t>(i);
  return a;
}

/// Writes programs that keep their stack right, read and write a few slots, branch on what they
/// read, hash it into keys, and call each other.
class ProgramWriter {
public:
  explicit ProgramWriter(Random& random) : random_(random) {}

  Bytes write() {
    code_.clear();
    const uint64_t statements = random_.between(3, 25);
    for (uint64_t i = 0; i < statements; ++i) statement();
    end();
    return code_;
  }

private:
  void op(uint8_t byte) { code_.push_back(byte); }
  void push(uint64_t value) {
    op(OP_PUSH2);
    op(static_cast<uint8_t>(value >> 8));
    op(static_cast<uint8_t>(value));
  }
  void push(const Address& a) {
    op(OP_PUSH20);
    code_.insert(code_.end(), a.bytes.begin(), a.bytes.end());
  }

  /// Leaves one word.
  void value(int depth = 0) {
    switch (random_.below(depth > 3 ? 2 : 9)) {
    case 0: return push(random_.below(8));
    case 1: return push(random_.below(65536));
    case 2: return value(depth + 1), op(OP_SLOAD);
    case 3:
      value(depth + 1);
      value(depth + 1);
      return op(any(
          {OP_ADD, OP_SUB, OP_MUL, OP_DIV, OP_MOD, OP_AND, OP_OR, OP_XOR, OP_LT, OP_EQ, OP_SHR}));
    case 4: { // a mapping's slot
      value(depth + 1);
      push(0);
      op(OP_MSTORE);
      push(32);
      push(0);
      return op(OP_KECCAK256);
    }
    case 5: return push(32 * random_.below(4)), op(OP_MLOAD);
    case 6: {
      push(contract(random_.below(contracts + 1)));
      return op(any({OP_BALANCE, OP_EXTCODESIZE, OP_EXTCODEHASH}));
    }
    case 7:
      return op(any({OP_CALLVALUE, OP_CALLER, OP_SELFBALANCE, OP_RETURNDATASIZE, OP_GAS, OP_MSIZE,
                     OP_NUMBER}));
    default: return push(4 + 32 * random_.below(2)), op(OP_CALLDATALOAD);
    }
  }

  uint8_t any(std::initializer_list<uint8_t> list) {
    return list.begin()[random_.below(list.size())];
  }

  void statement(int depth = 0) {
    switch (random_.below(depth > 2 ? 3 : 7)) {
    case 0: return value(), value(), op(OP_SSTORE);
    case 1: return value(), push(32 * random_.below(4)), op(OP_MSTORE);
    case 2: return value(), value(), op(OP_TSTORE);
    case 3: return branch(depth);
    case 4: return loop(depth);
    default: return call();
    }
  }

  void branch(int depth) {
    value();
    op(OP_PUSH2);
    const size_t patch = code_.size();
    code_.resize(patch + 2);
    op(OP_JUMPI);
    statement(depth + 1);
    if (random_.chance(0.2)) end();
    land(patch);
  }

  /// Counts a slot's low bits down.
  void loop(int depth) {
    value();
    push(7);
    op(OP_AND);
    const size_t start = code_.size();
    op(OP_JUMPDEST);
    op(OP_DUP1);
    op(OP_ISZERO);
    op(OP_PUSH2);
    const size_t patch = code_.size();
    code_.resize(patch + 2);
    op(OP_JUMPI);
    statement(depth + 2);
    push(1);
    op(OP_SWAP1);
    op(OP_SUB);
    push(start);
    op(OP_JUMP);
    land(patch);
    op(OP_POP);
  }

  void land(size_t patch) {
    code_[patch] = static_cast<uint8_t>(code_.size() >> 8);
    code_[patch + 1] = static_cast<uint8_t>(code_.size());
    op(OP_JUMPDEST);
  }

  void call() {
    push(32); // output
    push(32 * random_.below(4));
    push(68); // input
    push(0);
    const uint8_t kind = any({OP_CALL, OP_STATICCALL, OP_DELEGATECALL, OP_CALLCODE});
    if (kind == OP_CALL || kind == OP_CALLCODE) push(random_.chance(0.3) ? random_.below(5) : 0);
    if (random_.chance(0.8))
      push(contract(random_.below(contracts + 1)));
    else
      value(); // an address from state
    push(random_.chance(0.7) ? 60000 : random_.below(5000));
    op(kind);
    op(OP_POP);
  }

  void end() {
    if (random_.chance(0.1)) return op(any({OP_INVALID, OP_STOP, OP_SELFDESTRUCT + 0}));
    push(128);
    push(0);
    op(random_.chance(0.2) ? OP_REVERT : OP_RETURN);
  }

  Random& random_;
  Bytes code_;
};

struct Outcome {
  std::string text;
  uint64_t rounds = 0;
};

/// One case: a state, a call into it, and the same call under every way of waiting.
class Case {
public:
  explicit Case(uint64_t seed) : random_(seed) {
    ProgramWriter writer(random_);
    for (uint64_t i = 0; i < contracts; ++i) {
      Account& account = memory_.accounts()[contract(i)];
      account.code = make_bytecode(writer.write());
      account.balance = random_.below(20);
      account.nonce = 1;
      for (uint64_t s = 0; s < 8; ++s)
        if (random_.chance(0.7))
          account.storage[s] = random_.chance(0.2) ? from(contract(random_.below(contracts)))
                                                   : uint256{random_.below(9)};
    }
    input_.mode = ExecutionMode::call;
    input_.block.number = 1000;
    input_.transaction.to = contract(0);
    input_.transaction.gas_limit = 400'000;
    input_.transaction.data = random_.bytes(68);
  }

  Outcome run(const LatencyModel& latency, double faults, Speculation speculation, uint64_t seed) {
    VirtualLoop loop;
    FaultSource faulty(memory_, {.transient_chance = faults, .most_failures = 2}, seed);
    DelaySource delay(faulty, loop, latency, seed);
    Broker broker(delay, loop);
    SpineView view(broker);
    Execution call(input_, view, engine_, codes_);
    Evaluation evaluation(call, view, loop, {.speculation = speculation, .slice_gas = 20'000});
    evaluation.start([] {});
    loop.run_until([&] { return evaluation.finished(); });
    if (evaluation.failure()) return {"failed: " + evaluation.failure()->cause.cause};
    if (call.result() == nullptr) return {call.invalid()->message};
    const ExecutionResult& r = *call.result();
    return {std::string(name(r.status)) + " gas " + std::to_string(r.gas_used) + " refund " +
                std::to_string(r.refund) + " " + to_hex(r.output),
            broker.stats().rounds};
  }

private:
  Random random_;
  MemorySource memory_;
  ExecutionInput input_;
  SteppingEngine engine_;
  CodeCache codes_;
};

TEST(AnyOrder, ACallEndsTheSameHoweverItWaits) {
  const uint64_t base = seed_from_environment();
  const uint64_t cases = std::getenv("RUNAHEAD_FULL") != nullptr ? 100'000 : 1'000;
  std::printf("RUNAHEAD_SEED=%lu\n", base);
  const LatencyModel fixed = *parse_latency_model("20ms"), none = *parse_latency_model("0ms"),
                     scattered = *parse_latency_model("lognormal:5ms,1.0");
  uint64_t serial_rounds = 0, ahead_rounds = 0;
  for (uint64_t seed = base; seed < base + cases; ++seed) {
    Case test(seed);
    const Outcome plain = test.run(none, 0, Speculation::off, seed);
    const Outcome serial = test.run(fixed, 0, Speculation::off, seed);
    const Outcome ahead = test.run(fixed, 0, Speculation::full, seed);
    ASSERT_EQ(plain.text, serial.text) << "RUNAHEAD_SEED=" << seed;
    ASSERT_EQ(plain.text, ahead.text) << "RUNAHEAD_SEED=" << seed;
    ASSERT_LE(ahead.rounds, serial.rounds) << "RUNAHEAD_SEED=" << seed;
    for (const Speculation s : {Speculation::off, Speculation::lean, Speculation::full})
      ASSERT_EQ(plain.text, test.run(scattered, 0.2, s, seed).text) << "RUNAHEAD_SEED=" << seed;
    serial_rounds += serial.rounds;
    ahead_rounds += ahead.rounds;
  }
  std::printf("%lu calls: %lu rounds serially, %lu running ahead\n", cases, serial_rounds,
              ahead_rounds);
  EXPECT_LT(ahead_rounds, serial_rounds);
}

} // namespace
} // namespace runahead
