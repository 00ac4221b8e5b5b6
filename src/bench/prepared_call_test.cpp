#include "bench/check.hpp"
#include "bench/prepared_call.hpp"
#include "interp/stepping.hpp"
#include "interp/threaded.hpp"
#include "statetest/tiny_fixture.hpp"

#include <gtest/gtest.h>

namespace runahead {
namespace {

using nlohmann::json;

/// The one case of a file with the tiny test.
Benchmark benchmark_of(const json& file) {
  const auto test = std::make_shared<const FixtureTest>(tiny_fixture::parse_one(file));
  EXPECT_EQ(test->problem, "");
  return {"group", test->name, "path", test, test->cases.at(0), true, Fork::cancun};
}

json file_with_code(const std::string& code) {
  json file = tiny_fixture::file();
  file["tiny"]["pre"][std::string(tiny_fixture::contract)]["code"] = code;
  return file;
}

/// How the call ends, or why it does not.
Result<CallEnd> end_of(const json& file, const Engine& engine = ThreadedEngine(),
                       Analysis analysis = Analysis::outside) {
  auto call = PreparedCall::make(benchmark_of(file), engine);
  if (!call) return std::unexpected(call.error());
  return (*call)->check(analysis);
}

TEST(PreparedCall, EndsAsTheTransactionDoes) {
  const auto end = end_of(tiny_fixture::file());
  ASSERT_TRUE(end);
  EXPECT_EQ(*end, (CallEnd{Status::success, tiny_fixture::gas_used - 21000, 0, 1, {}}));
}

TEST(PreparedCall, EveryRunFindsTheStateAsItWas) {
  const Benchmark benchmark = benchmark_of(tiny_fixture::file());
  const ThreadedEngine engine;
  const auto call = PreparedCall::make(benchmark, engine);
  ASSERT_TRUE(call);
  const CallEnd first = *(*call)->check(Analysis::outside);
  for (const Analysis analysis : {Analysis::outside, Analysis::inside, Analysis::outside}) {
    (*call)->run(analysis);
    EXPECT_EQ(*(*call)->check(analysis), first); // the slot cold and zero again
  }
}

TEST(PreparedCall, EndsAlikeOnEveryEngine) {
  // CALLDATASIZE PUSH1 1 SSTORE PUSH1 32 PUSH1 0 REVERT
  const json file = file_with_code("0x3660015560206000fd");
  for (const Analysis analysis : {Analysis::outside, Analysis::inside}) {
    const auto end = end_of(file, SteppingEngine(), analysis);
    ASSERT_TRUE(end);
    EXPECT_EQ(end->status, Status::revert);
    EXPECT_EQ(end->output.size(), 32u);
    EXPECT_EQ(*end, *end_of(file, ThreadedEngine(), analysis));
  }
}

TEST(PreparedCall, GasIsWhatTheTransactionLeavesToTheEvm) {
  const auto end = end_of(file_with_code("0x5a5f5260205ff3")); // GAS PUSH0 MSTORE ... RETURN
  ASSERT_TRUE(end);
  EXPECT_EQ(from_be(end->output), uint256{0x186a0 - 21000 - 2});
}

TEST(PreparedCall, WhatCannotBeTimedIsRefused) {
  const auto error_of = [](const json& file) { return end_of(file).error().message; };
  EXPECT_EQ(error_of(file_with_code("0x")), "transaction.to: has no code in pre");
  EXPECT_EQ(error_of(file_with_code("0xef0100" + std::string(40, '1'))),
            "transaction.to: delegates (EIP-7702), which is not timed");
  json file = tiny_fixture::file();
  file["tiny"]["transaction"]["gasLimit"] = {"0x1"};
  EXPECT_EQ(error_of(file), "transaction.gasLimit: out of range");
}

TEST(Check, FindsWhatTheFileDoesNotExpect) {
  const ThreadedEngine engine;
  EXPECT_TRUE(check_expectation(benchmark_of(tiny_fixture::file()), engine));
  json file = tiny_fixture::file();
  file["tiny"]["post"]["Cancun"][0]["hash"] = "0x" + std::string(64, '1');
  Benchmark wrong = benchmark_of(file);
  const auto checked = check_expectation(wrong, engine);
  ASSERT_FALSE(checked);
  EXPECT_TRUE(checked.error().message.starts_with("threaded: ")) << checked.error().message;
  wrong.expects = false;
  EXPECT_TRUE(check_expectation(wrong, engine));
}

} // namespace
} // namespace runahead
