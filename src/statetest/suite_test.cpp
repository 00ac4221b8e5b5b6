#include "base/random.hpp"
#include "interp/stepping.hpp"
#include "statetest/report.hpp"
#include "statetest/state_format.hpp"
#include "statetest/suite.hpp"
#include "statetest/tiny_fixture.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace runahead {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

class SuiteTest : public testing::Test {
protected:
  SuiteTest() {
    std::string pattern = (fs::temp_directory_path() / "statetest-XXXXXX").string();
    folder = ::mkdtemp(pattern.data());
    options.paths = {folder.string()};
  }
  ~SuiteTest() override { fs::remove_all(folder); }

  void write(const std::string& name, const std::string& text) const {
    fs::create_directories((folder / name).parent_path());
    std::ofstream(folder / name) << text;
  }
  /// A file with a case that passes and two that fail.
  void write_mixed(const std::string& name) const {
    json file = tiny_fixture::file();
    json& post = file["tiny"]["post"];
    post["Istanbul"] = post["Cancun"]; // which does not know PUSH0
    post["Prague"] = post["Cancun"];
    post["Prague"][0]["hash"] = "0x" + std::string(64, '1');
    write(name, file.dump());
  }
  Result<SuiteReport> run() const { return run_suite(options, StateFormat(engine, cases)); }
  std::string error() const {
    const auto report = run();
    return report ? "" : report.error().message;
  }

  fs::path folder;
  SteppingEngine engine;
  SuiteOptions options;
  CaseOptions cases;
};

TEST_F(SuiteTest, CountsWhatPassedAndFailed) {
  write_mixed("b/one.json");
  write_mixed("a/two.json");
  write("a/broken.json", "{\"no test\": 1, \"half");
  write("a/strange.json", "{\"no test\": 1}");
  write("a/notes.txt", "not looked at");
  write(".hidden/three.json", "nor this");
  const auto report = run();
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->files, 4u);
  EXPECT_EQ(report->counts.passed, 2u);
  EXPECT_EQ(report->counts.failed, 6u);
  EXPECT_EQ(report->by_fork.at("Prague").failed, 2u);
  ASSERT_EQ(report->failures.size(), 6u);
  const auto path = [&](const char* name) { return (folder / name).string(); };
  EXPECT_EQ(report->failures[0].path, path("a/broken.json"));
  EXPECT_EQ(report->failures[1].path, path("a/strange.json"));
  EXPECT_EQ(report->failures[1].name, "no test");
  EXPECT_EQ(report->failures[2].path, path("a/two.json"));
  EXPECT_EQ(report->failures[2].label, "[Istanbul 0/0/0]");
  EXPECT_EQ(report->failures[3].label, "[Prague 0/0/0]");
  EXPECT_EQ(report->failures[4].path, path("b/one.json"));
}

TEST_F(SuiteTest, ThreadsDoNotChangeTheReport) {
  for (int i = 0; i < 20; ++i) write_mixed(std::to_string(i) + ".json");
  const std::string alone = to_json(run().value(), 100);
  options.jobs = 4;
  EXPECT_EQ(to_json(run().value(), 100), alone);
}

TEST_F(SuiteTest, ForksAndFilterSelect) {
  write_mixed("one.json");
  write_mixed("two.json");
  options.forks = {"prague", "Istanbul"};
  EXPECT_EQ(run()->counts.total(), 4u);
  EXPECT_EQ(run()->counts.passed, 0u);
  options.filter = "two.json :: tiny [Istanbul 0/0/0]";
  EXPECT_EQ(run()->counts.total(), 1u);
  EXPECT_EQ(run()->counts.failed, 1u);
}

TEST_F(SuiteTest, ASampleIsTheSameEveryTime) {
  json file = tiny_fixture::file();
  for (int i = 0; i < 400; ++i) file["tiny" + std::to_string(i)] = file["tiny"];
  write("many.json", file.dump());
  options.sample = {1, 4, 7};
  const uint64_t drawn = run()->counts.passed;
  EXPECT_GT(drawn, 60u);
  EXPECT_LT(drawn, 140u);
  EXPECT_EQ(run()->counts.passed, drawn);
  options.sample = {4, 4, 7};
  EXPECT_EQ(run()->counts.passed, 401u);
  // What is drawn of a seed only grows with N.
  options.sample = {3, 4, 7};
  EXPECT_GT(run()->counts.passed, drawn);
}

TEST(Sample, IsWrittenAsAFraction) {
  ASSERT_TRUE(parse_sample("3/40"));
  EXPECT_EQ(parse_sample("3/40")->keep, 3u);
  EXPECT_EQ(parse_sample("3/40")->of, 40u);
  EXPECT_TRUE(parse_sample("1/1"));
  for (const char* text : {"", "/", "1", "1/", "/1", "0/0", "2/1", "-1/2", "1/2/3", "1/2 ", "a/b",
                           "1/18446744073709551616"})
    EXPECT_FALSE(parse_sample(text)) << text;
}

TEST_F(SuiteTest, TellsItsProgress) {
  write_mixed("one.json");
  std::vector<SuiteProgress> told;
  ASSERT_TRUE(run_suite(options, StateFormat(engine, cases),
                        [&](const SuiteProgress& p) { told.push_back(p); }));
  ASSERT_FALSE(told.empty());
  EXPECT_EQ(told.back().bytes, fs::file_size(folder / "one.json"));
  EXPECT_EQ(told.back().bytes_done, told.back().bytes);
  EXPECT_EQ(told.back().cases, 3u);
  EXPECT_EQ(told.back().failed, 2u);
}

TEST_F(SuiteTest, RefusesWhatSelectsNothing) {
  EXPECT_EQ(error(), folder.string() + ": no .json file in this folder");
  write("empty.json", "{}");
  EXPECT_EQ(error(), "no case is selected");
  write_mixed("one.json");
  options.filter = "no such case";
  EXPECT_EQ(error(), "no case is selected");
  options.forks = {"Narnia"};
  EXPECT_TRUE(error().starts_with("unknown fork 'Narnia'")) << error();
  options.forks = {};
  options.paths = {(folder / "absent").string()};
  EXPECT_EQ(error(), (folder / "absent").string() + ": no such file or folder");
  options.paths = {};
  EXPECT_EQ(error(), "no fixture file is named");
}

TEST_F(SuiteTest, DelayedRunsAgree) {
  write("one.json", tiny_fixture::file().dump());
  cases.delayed_seed = seed_from_environment();
  cases.speculation = Speculation::full;
  SCOPED_TRACE("RUNAHEAD_SEED=" + std::to_string(*cases.delayed_seed));
  EXPECT_EQ(run()->counts.passed, 1u);
}

SuiteReport some_report() {
  SuiteReport report;
  report.counts = {5, 3, 2};
  report.by_fork["Osaka"] = {1, 3, 0};
  report.by_fork["Istanbul"] = {0, 0, 2};
  report.by_fork["Cancun"] = {4, 0, 0};
  report.skip_reasons["Ethash seals are not checked"] = 2;
  report.files = 2;
  report.failures = {{"a.json", "t", "[Osaka 0/1/2]", "expected 1 got 2\na line\nanother"},
                     {"b.json", "", "", "cannot be read as JSON: \"x\""},
                     {"c.json", "t", "", "env: is missing"}};
  return report;
}

TEST(Report, TextEndsWithTheCounts) {
  EXPECT_EQ(to_text(some_report(), 2), "FAIL a.json :: t [Osaka 0/1/2]: expected 1 got 2\n"
                                       "    a line\n"
                                       "    another\n"
                                       "FAIL b.json: cannot be read as JSON: \"x\"\n"
                                       "and 1 failures more\n"
                                       "skipped 2: Ethash seals are not checked\n"
                                       "Istanbul: 0 passed, 0 failed, 2 skipped\n"
                                       "Cancun: 4 passed, 0 failed, 0 skipped\n"
                                       "Osaka: 1 passed, 3 failed, 0 skipped\n"
                                       "5 passed, 3 failed, 2 skipped\n");
}

TEST(Report, JsonHasTheSameFigures) {
  const json parsed = json::parse(to_json(some_report(), 2));
  EXPECT_EQ(parsed["passed"], 5);
  EXPECT_EQ(parsed["failed"], 3);
  EXPECT_EQ(parsed["skipped"], 2);
  EXPECT_EQ(parsed["files"], 2);
  EXPECT_EQ(parsed["forks"]["Osaka"]["failed"], 3);
  EXPECT_EQ(parsed["skipReasons"]["Ethash seals are not checked"], 2);
  ASSERT_EQ(parsed["failures"].size(), 2u);
  EXPECT_EQ(parsed["failures"][0]["case"], "[Osaka 0/1/2]");
  EXPECT_EQ(parsed["failures"][1]["message"], "cannot be read as JSON: \"x\"");
}

} // namespace
} // namespace runahead
