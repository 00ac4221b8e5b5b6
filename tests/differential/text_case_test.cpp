// Kept cases (tests/cases) on every engine, and the text form itself.
#include "differential/differential.hpp"
#include "differential/program_writer.hpp"
#include "differential/text_case.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace runahead::differential {
namespace {

std::string status_word(Status status) {
  std::string word(name(status));
  std::ranges::replace(word, ' ', '_');
  return word;
}

/// One expectation in one fork: every engine agrees, and with what stands in the file.
void check(MachineCase test, const Expectation& expected) {
  test.gas = expected.gas;
  const MemorySource state(test.accounts);
  Caches caches;
  const Observation found = run_case(test, state, SteppingEngine(), caches, {});
  EXPECT_EQ(status_word(found.status), expected.status) << to_text(found);
  EXPECT_EQ(found.gas_left, expected.gas_left) << to_text(found);
  EXPECT_EQ(found.output, expected.output) << to_text(found);
  Comparison comparison;
  static constexpr std::array<std::optional<Speculation>, 4> ways = {
      std::nullopt, Speculation::off, Speculation::lean, Speculation::full};
  for (const int64_t slice : {1, 40, 10'000})
    for (const auto& speculation : ways)
      if (const auto disagreement = comparison.compare(test, {slice, 7, speculation}))
        ADD_FAILURE() << to_text(*disagreement);
}

/// Running ahead takes no more rounds than the file says, and serially exactly as many.
void check_rounds(const TextCase& kept) {
  MachineCase test = kept.test;
  test.fork = kept.expectations.back().last;
  test.gas = kept.expectations.back().gas;
  const MemorySource state(test.accounts);
  for (const auto& [speculation, rounds] : kept.rounds) {
    Caches caches;
    const Reading found =
        run_ahead_plainly(test, state, SteppingEngine(), caches, {.speculation = speculation});
    EXPECT_EQ(found.rounds, rounds) << "at level " << static_cast<int>(speculation) << ", "
                                    << found.stats.scout_steps << " scout steps";
  }
}

TEST(TextCases, AllEnginesGiveWhatIsKept) {
  size_t files = 0, runs = 0;
  for (const auto& entry : std::filesystem::directory_iterator(RUNAHEAD_CASES)) {
    SCOPED_TRACE(entry.path().filename().string());
    std::ostringstream text;
    text << std::ifstream(entry.path()).rdbuf();
    auto kept = parse_case(text.str());
    ASSERT_TRUE(kept) << kept.error().message;
    ++files;
    for (const Expectation& expected : kept->expectations)
      for (auto f = static_cast<int>(expected.first); f <= static_cast<int>(expected.last); ++f) {
        kept->test.fork = static_cast<Fork>(f);
        SCOPED_TRACE(std::string(name(kept->test.fork)) + " with " + std::to_string(expected.gas));
        check(kept->test, expected);
        ++runs;
      }
    check_rounds(*kept);
  }
  std::printf("%zu files, %zu runs\n", files, runs);
  EXPECT_GT(files, 5u);
}

TEST(TextCases, WhatIsPrintedCanBeRead) {
  MachineCase test;
  test.fork = Fork::petersburg;
  test.gas = 1234;
  test.value = uint256{5};
  test.data = {1, 2};
  Account& account = test.accounts[contract(0)];
  account.code = make_bytecode({0x60, 0x01});
  account.nonce = 3;
  account.balance = uint256{77};
  account.storage[uint256{1}] = uint256{2};
  const auto read = parse_case(print_case(test, {Status::out_of_gas, 0, {0xab}, {}, {}, {}}));
  ASSERT_TRUE(read) << read.error().message;
  const Account& again = read->test.accounts.at(contract(0));
  EXPECT_EQ(again.code->bytes, account.code->bytes);
  EXPECT_EQ(again.nonce, 3u);
  EXPECT_EQ(again.balance, uint256{77});
  EXPECT_EQ(again.storage, account.storage);
  EXPECT_EQ(read->test.data, test.data);
  EXPECT_EQ(read->test.value, test.value);
  ASSERT_EQ(read->expectations.size(), 1u);
  const Expectation& expected = read->expectations[0];
  EXPECT_EQ(expected.first, Fork::petersburg);
  EXPECT_EQ(expected.last, Fork::petersburg);
  EXPECT_EQ(expected.gas, 1234);
  EXPECT_EQ(expected.status, "out_of_gas");
  EXPECT_EQ(expected.output, Bytes{0xab});
}

TEST(TextCases, MistakesAreNamed) {
  const auto message = [](std::string_view text) {
    const auto read = parse_case(text);
    return read ? std::string() : read.error().message;
  };
  EXPECT_EQ(message(""), "no line `expect`");
  EXPECT_EQ(message("\ncode 0x00"), "line 2: code: no `account` before");
  EXPECT_EQ(message("sender 1"), "line 1: unknown item 'sender'");
  EXPECT_EQ(message("expect Osaka 1"),
            "line 1: expect: forks, gas, status, gas left and output expected");
  EXPECT_EQ(message("expect Osaka..London 1 success 0 0x"),
            "line 1: expect: forks in the wrong order");
}

} // namespace
} // namespace runahead::differential
