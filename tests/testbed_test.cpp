// The testbed's calls in virtual time, each read 20 ms away: exact outputs, and how many rounds it
// takes to have them, serially and running ahead.
#include "interp/stepping.hpp"
#include "io/virtual_loop.hpp"
#include "sources/delay.hpp"
#include "sources/memory.hpp"
#include "speculate/evaluation.hpp"
#include "testbed.hpp"

#include <map>

namespace runahead {
namespace {

/// Rounds of each call: serially, and the most that running ahead may take.
const std::map<std::string, std::pair<unsigned, unsigned>> expected_rounds = {
    {"erc20_balanceOf", {2, 2}},   {"proxy_balanceOf", {4, 4}},       {"mc3_10", {21, 3}},
    {"mc3_100", {111, 3}},         {"v2_getAmountsOut_3hop", {7, 3}}, {"v2_swap_3hop", {35, 5}},
    {"v3_quote_20ticks", {91, 9}}, {"list_walk_20", {21, 21}},        {"array_sum_100", {101, 2}},
    {"branchy_20", {41, 3}},
};

struct Measured {
  std::string output;
  uint64_t rounds = 0;
  Evaluation::Stats stats;
};

class Testbed : public TestbedTest {
protected:
  Measured run(const nlohmann::json& scenario, Speculation speculation) {
    const ExecutionInput input = input_of(scenario);
    VirtualLoop loop;
    MemorySource memory(file.accounts);
    DelaySource delay(memory, loop, *parse_latency_model("20ms"), 1);
    Broker broker(delay, loop);
    SpineView view(broker);
    SteppingEngine engine;
    Caches caches;
    Execution call(input, view, engine, caches);
    Evaluation evaluation(call, view, loop, {.speculation = speculation});
    evaluation.start([] {});
    loop.run_until([&] { return evaluation.finished(); });
    EXPECT_TRUE(evaluation.finished());
    EXPECT_FALSE(evaluation.failure());
    if (call.result() == nullptr) return {call.invalid()->message, 0, {}};
    return {to_hex(call.result()->output), broker.stats().rounds, evaluation.stats()};
  }
};

TEST_F(Testbed, SerialRoundsAndExactOutputs) {
  for (const auto& [name, rounds] : expected_rounds) {
    const nlohmann::json& scenario = scenarios.at(name);
    const Measured result = run(scenario, Speculation::off);
    EXPECT_EQ(result.output, scenario.at("expect").get<std::string>()) << name;
    EXPECT_EQ(result.rounds, rounds.first) << name;
  }
}

TEST_F(Testbed, RunningAheadStaysWithinItsRounds) {
  for (const auto& [name, rounds] : expected_rounds) {
    const nlohmann::json& scenario = scenarios.at(name);
    const Measured result = run(scenario, Speculation::full);
    EXPECT_EQ(result.output, scenario.at("expect").get<std::string>()) << name;
    EXPECT_LE(result.rounds, rounds.second) << name;
    std::printf("%-24s %2lu rounds, %3lu + %3lu reads, %2lu wasted, %3lu runs, %6lu steps\n",
                name.c_str(), result.rounds, result.stats.spine_reads,
                result.stats.speculative_reads, result.stats.wasted_reads, result.stats.scout_runs,
                result.stats.scout_steps);
  }
}

} // namespace
} // namespace runahead
