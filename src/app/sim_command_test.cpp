#include "app/sim_command.hpp"
#include "base/hex.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>

namespace runahead {
namespace {

/// Returns slot 0 plus slot 1.
constexpr const char* sum = "0x5f546001540160005260206000f3";
constexpr const char* contract = "0x00000000000000000000000000000000000000cc";

/// A file that goes with the test.
class TemporaryFile {
public:
  TemporaryFile(const char* name, const std::string& text)
      : path_(testing::TempDir() + "runahead-" + std::to_string(getpid()) + name) {
    std::ofstream(path_) << text;
  }
  ~TemporaryFile() { std::remove(path_.c_str()); }
  const std::string& path() const { return path_; }

private:
  std::string path_;
};

std::string scenario(const char* name, uint64_t expected) {
  return std::string("\"") + name + R"(": {"tx": {"to": ")" + contract + R"("}, "expect": ")" +
         to_hex32(uint256{expected}) + "\"}";
}

class SimTest : public testing::Test {
protected:
  SimTest() {
    options.alloc = alloc.path();
    options.scenarios = scenarios.path();
  }

  TemporaryFile alloc{"alloc.json",
                      std::string(R"({"chainId": "0x1", "fork": "osaka", "alloc": {")") + contract +
                          R"(": {"code": ")" + sum +
                          R"(", "storage": {"0x0": "0x5", "0x1": "0x6"}}}})"};
  TemporaryFile scenarios{"scenarios.json", R"({"scenarios": {)" + scenario("right", 11) + ", " +
                                                scenario("wrong", 12) + "}}"};
  SimOptions options;
};

TEST_F(SimTest, CountsRoundsAndComparesOutputs) {
  const auto rows = simulate(options);
  ASSERT_TRUE(rows) << rows.error().message;
  ASSERT_EQ(rows->size(), 6u);
  EXPECT_EQ((*rows)[0].scenario, "right");
  EXPECT_EQ((*rows)[0].speculation, Speculation::off);
  EXPECT_EQ((*rows)[0].stats.rounds, 3u);
  EXPECT_EQ((*rows)[0].stats.elapsed, std::chrono::milliseconds(60));
  EXPECT_EQ((*rows)[2].speculation, Speculation::full);
  EXPECT_EQ((*rows)[2].stats.rounds, 2u);
  for (const SimRow& row : *rows) EXPECT_EQ(row.exact, row.scenario == "right");
}

TEST_F(SimTest, ExitStatusTellsWhetherAllWereExact) {
  testing::internal::CaptureStdout();
  EXPECT_EQ(run_sim(options), 1);
  options.only = "right";
  EXPECT_EQ(run_sim(options), 0);
  options.faults = 2;
  EXPECT_EQ(run_sim(options), 2);
  EXPECT_NE(testing::internal::GetCapturedStdout().find("NO"), std::string::npos);
}

TEST_F(SimTest, FaultsCostRetriesOnly) {
  options.only = "right";
  options.faults = 0.5;
  uint64_t retries = 0;
  for (options.seed = 1; options.seed <= 20; ++options.seed) {
    const auto rows = simulate(options);
    ASSERT_TRUE(rows);
    for (const SimRow& row : *rows) {
      EXPECT_TRUE(row.exact) << row.error;
      retries += row.stats.retries;
    }
  }
  EXPECT_GT(retries, 0u);
}

TEST_F(SimTest, RefusesWhatIsWrong) {
  const auto refused = [](const SimOptions& wrong, std::string_view part) {
    const auto rows = simulate(wrong);
    ASSERT_FALSE(rows);
    EXPECT_NE(rows.error().message.find(part), std::string::npos) << rows.error().message;
  };
  SimOptions wrong = options;
  wrong.latency = "20parsecs";
  refused(wrong, "--latency '20parsecs'");
  wrong = options;
  wrong.only = "none";
  refused(wrong, "'none'");
  wrong = options;
  wrong.scenarios += ".none";
  refused(wrong, wrong.scenarios);
  const auto with_text = [&](const std::string& text, std::string_view part) {
    const TemporaryFile file("bad.json", text);
    wrong = options;
    wrong.scenarios = file.path();
    refused(wrong, part);
  };
  with_text("{", "not JSON");
  with_text("{}", "scenarios: missing");
  with_text(R"({"scenarios": {}})", "holds none");
  with_text(R"({"scenarios": {"a": {"tx": {}}}})", "a: expected an object with tx and expect");
  with_text(R"({"scenarios": {"a": {"tx": {"too": 1}, "expect": "0x"}}})", "a: tx: unknown field");
  with_text(R"({"scenarios": {"a": {"tx": {}, "expect": "0x1"}}})", "a: expect: ");
}

} // namespace
} // namespace runahead
