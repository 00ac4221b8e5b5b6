// The testbed's calls in virtual time, each read 20 ms away: exact outputs, and how many rounds it
// takes to have them, serially and running ahead.
#include "base/hex.hpp"
#include "interp/stepping.hpp"
#include "io/virtual_loop.hpp"
#include "sources/alloc_file.hpp"
#include "sources/delay.hpp"
#include "sources/memory.hpp"
#include "speculate/evaluation.hpp"
#include "tx/execution.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>

namespace runahead {
namespace {

using nlohmann::json;

std::filesystem::path testbed() {
  const char* folder = std::getenv("RUNAHEAD_TESTBED");
  return folder != nullptr ? folder : RUNAHEAD_SOURCE_DIR "/../shared/testbed";
}

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

class Testbed : public testing::Test {
protected:
  void SetUp() override {
    if (!std::filesystem::exists(testbed() / "scenarios.json"))
      GTEST_SKIP() << "no testbed in " << testbed();
    std::ifstream(testbed() / "scenarios.json") >> scenarios_;
    auto file = load_alloc((testbed() / "alloc.json.xz").string());
    ASSERT_TRUE(file) << file.error().message;
    file_ = std::move(*file);
  }

  Measured run(const json& scenario, Speculation speculation) {
    ExecutionInput input;
    input.mode = ExecutionMode::call;
    input.block = file_.block;
    input.rules = {Fork::osaka, default_blob_schedule(Fork::osaka), *file_.chain_id};
    const json& tx = scenario.at("tx");
    input.transaction.to = *parse_address(tx.at("to").get<std::string>());
    if (tx.contains("from"))
      input.transaction.sender = *parse_address(tx["from"].get<std::string>());
    input.transaction.data = *parse_hex_bytes(tx.at("data").get<std::string>());
    input.transaction.gas_limit = *parse_hex_u64(tx.at("gas").get<std::string>());

    VirtualLoop loop;
    MemorySource memory(file_.accounts);
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

  json scenarios_;
  AllocFile file_;
};

TEST_F(Testbed, SerialRoundsAndExactOutputs) {
  for (const auto& [name, rounds] : expected_rounds) {
    const json& scenario = scenarios_.at("scenarios").at(name);
    const Measured result = run(scenario, Speculation::off);
    EXPECT_EQ(result.output, scenario.at("expect").get<std::string>()) << name;
    EXPECT_EQ(result.rounds, rounds.first) << name;
  }
}

TEST_F(Testbed, RunningAheadStaysWithinItsRounds) {
  for (const auto& [name, rounds] : expected_rounds) {
    const json& scenario = scenarios_.at("scenarios").at(name);
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
