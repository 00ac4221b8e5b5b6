// The testbed's calls in virtual time, each read 20 ms away: exact outputs, and how many rounds,
// reads and scout steps it takes to have them, serially and running ahead, with and without values
// of before.
#include "interp/stepping.hpp"
#include "io/virtual_loop.hpp"
#include "sources/delay.hpp"
#include "sources/memory.hpp"
#include "speculate/evaluation.hpp"
#include "testbed.hpp"

#include <map>

namespace runahead {
namespace {

/// Rounds of each call: serially, and the most that running ahead may take, cold and with code
/// known: those of the data-dependence bound where up to 64 branches are run ahead of, and fewer
/// where looking at the other sides of branches gives more than that bound knows of.
struct Rounds {
  unsigned serial, cold, code_known;
};
const std::map<std::string, Rounds> expected_rounds = {
    {"erc20_balanceOf", {2, 2, 1}},
    {"proxy_balanceOf", {4, 4, 2}},
    {"mc3_10", {21, 3, 1}},
    {"mc3_100", {111, 3, 1}},
    {"v2_getAmountsOut_3hop", {7, 3, 1}},
    {"v2_swap_3hop", {35, 5, 2}},
    {"v3_quote_20ticks", {91, 7, 5}},
    {"list_walk_20", {21, 21, 20}},
    {"array_sum_100", {101, 2, 1}},
    {"branchy_20", {41, 2, 1}},
};

struct Measured {
  uint64_t rounds = 0;
  Evaluation::Stats stats;

  uint64_t reads() const { return stats.spine_reads + stats.speculative_reads; }
};

/// How a scenario is run.
struct Setting {
  std::string_view name;
  Evaluation::Options options = {};
  std::string_view latency = "20ms";
  bool code_known = false;
  uint64_t seed = 1; ///< of the latency
};

class Testbed : public TestbedTest {
protected:
  /// Expects the exact output.
  Measured run(const std::string& name, const Setting& setting) {
    const nlohmann::json& scenario = scenarios.at(name);
    VirtualLoop loop;
    MemorySource memory(file.accounts);
    DelaySource delay(memory, loop, *parse_latency_model(setting.latency), setting.seed);
    Broker broker(delay, loop);
    if (setting.code_known) bring_code(broker, loop);
    const uint64_t rounds_before = broker.stats().rounds;
    SpineView view(broker);
    SteppingEngine engine;
    Caches caches;
    Execution call(input_of(scenario), view, engine, caches);

    Evaluation::Options options = setting.options;
    const StateView& old = options.remembered != nullptr ? *options.remembered : broker;
    const RehearsalView old_view(broker, old);
    Execution rehearsed(input_of(scenario), old_view, engine, caches);
    const Rehearsal rehearsal{rehearsed, old_view};
    if (options.remembered != nullptr) options.rehearsal = &rehearsal;

    Evaluation evaluation(call, view, loop, options);
    evaluation.start([] {});
    loop.run_until([&] { return evaluation.finished(); });
    EXPECT_TRUE(evaluation.finished());
    EXPECT_FALSE(evaluation.failure());
    if (call.result() == nullptr) {
      ADD_FAILURE() << call.invalid()->message;
      return {};
    }
    EXPECT_EQ(to_hex(call.result()->output), scenario.at("expect").get<std::string>()) << name;
    const Measured m{broker.stats().rounds - rounds_before, evaluation.stats()};
    std::printf("%-22s %-22s %3lu rounds, %3lu reads, %3lu wasted, %3lu runs, %7lu steps\n",
                name.c_str(), setting.name.data(), m.rounds, m.reads(), m.stats.wasted_reads,
                m.stats.scout_runs, m.stats.scout_steps);
    return m;
  }

  void bring_code(Broker& broker, VirtualLoop& loop) {
    for (const auto& [address, account] : file.accounts)
      broker.want(StateKey::of(StateKind::code, address));
    broker.flush();
    loop.run_until_idle();
  }
};

TEST_F(Testbed, SerialRoundsAndExactOutputs) {
  for (const auto& [name, rounds] : expected_rounds)
    EXPECT_EQ(run(name, {"serial", {.speculation = Speculation::off}}).rounds, rounds.serial)
        << name;
}

TEST_F(Testbed, RunningAheadStaysWithinItsRounds) {
  for (const auto& [name, rounds] : expected_rounds) {
    EXPECT_LE(run(name, {"full, cold"}).rounds, rounds.cold) << name;
    EXPECT_LE(run(name, {.name = "full, code known", .code_known = true}).rounds, rounds.code_known)
        << name;
  }
}

TEST_F(Testbed, FewReadsAreWasted) {
  for (const auto& [name, rounds] : expected_rounds) {
    const auto needed =
        static_cast<double>(run(name, {"serial", {.speculation = Speculation::off}}).reads());
    const auto full = static_cast<double>(run(name, {"full, cold"}).reads());
    EXPECT_LE(full, 1.5 * needed) << name;
    const auto lean =
        static_cast<double>(run(name, {"lean, cold", {.speculation = Speculation::lean}}).reads());
    EXPECT_LE(lean, 1.05 * needed) << name;
  }
}

/// Where values land one by one, promises are kept and guesses are run again.
TEST_F(Testbed, PromisesTakeFewerStepsThanTags) {
  for (const auto& [name, rounds] : expected_rounds) {
    uint64_t tags = 0, promises = 0;
    for (uint64_t seed = 1; seed <= 5; ++seed) {
      Setting setting{.name = "tags, one by one",
                      .options = {.scout = ScoutForm::tags},
                      .latency = "lognormal:20ms,0.5+perkey",
                      .seed = seed};
      tags += run(name, setting).stats.scout_steps;
      setting.name = "promises, one by one";
      setting.options.scout = ScoutForm::dataflow;
      promises += run(name, setting).stats.scout_steps;
    }
    std::printf("%s: %.3f of the steps\n", name.c_str(),
                static_cast<double>(promises) / static_cast<double>(tags));
    const bool half =
        name == "v3_quote_20ticks" || name == "v2_swap_3hop" || name == "list_walk_20";
    EXPECT_LE(promises * (half ? 2 : 1), tags) << name;
  }
}

/// What a serial run of a call has read at the block before.
class Before {
public:
  Before(MemorySource source, ExecutionInput input)
      : source_(std::move(source)), call_(std::move(input), view_, engine_, caches_),
        evaluation_(call_, view_, loop_, {.speculation = Speculation::off}) {
    evaluation_.start([] {});
    loop_.run_until_idle();
  }
  const StateView& values() const { return broker_; }

private:
  VirtualLoop loop_;
  MemorySource source_;
  Broker broker_{source_, loop_};
  SpineView view_{broker_};
  SteppingEngine engine_;
  Caches caches_;
  Execution call_;
  Evaluation evaluation_;
};

TEST_F(Testbed, OneRoundWithTheValuesOfBefore) {
  for (const auto& [name, rounds] : expected_rounds) {
    const Before before(MemorySource(file.accounts), input_of(scenarios.at(name)));
    const Measured again = run(name, {"remembered", {.remembered = &before.values()}});
    EXPECT_EQ(again.rounds, 1u) << name;
    EXPECT_EQ(again.stats.wasted_reads, 0u) << name;
  }
}

} // namespace
} // namespace runahead
