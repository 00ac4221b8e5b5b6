// The central property: whatever the latencies, the order of arrivals and the faults, and however
// far scouts ran ahead, a call ends exactly as it does with all its state at hand. Random programs
// over a random state.
#include "base/hex.hpp"
#include "base/random.hpp"
#include "differential/program_writer.hpp"
#include "interp/stepping.hpp"
#include "interp/threaded.hpp"
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

using differential::contract;
using differential::contracts;
using differential::ProgramWriter;

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

  /// What the stepping engine does with all state at hand.
  Outcome plain() { return run(*parse_latency_model("0ms"), 0, Speculation::off, 0, stepping_); }

  /// What the threaded engine does while state is late.
  Outcome run(const LatencyModel& latency, double faults, Speculation speculation, uint64_t seed) {
    return run(latency, faults, speculation, seed, threaded_);
  }

private:
  Outcome run(const LatencyModel& latency, double faults, Speculation speculation, uint64_t seed,
              const Engine& engine) {
    VirtualLoop loop;
    FaultSource faulty(memory_, {.transient_chance = faults, .most_failures = 2}, seed);
    DelaySource delay(faulty, loop, latency, seed);
    Broker broker(delay, loop);
    SpineView view(broker);
    Execution call(input_, view, engine, caches_);
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

  Random random_;
  MemorySource memory_;
  ExecutionInput input_;
  SteppingEngine stepping_;
  ThreadedEngine threaded_;
  Caches caches_;
};

TEST(AnyOrder, ACallEndsTheSameHoweverItWaits) {
  const uint64_t base = seed_from_environment();
  const uint64_t cases = std::getenv("RUNAHEAD_FULL") != nullptr ? 100'000 : 1'000;
  std::printf("RUNAHEAD_SEED=%lu\n", base);
  const LatencyModel fixed = *parse_latency_model("20ms"),
                     scattered = *parse_latency_model("lognormal:5ms,1.0");
  uint64_t serial_rounds = 0, ahead_rounds = 0;
  for (uint64_t seed = base; seed < base + cases; ++seed) {
    Case test(seed);
    const Outcome plain = test.plain();
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
