#include "bench/benchmark.hpp"
#include "statetest/tiny_fixture.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace runahead {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

class BenchmarkFiles : public ::testing::Test {
protected:
  BenchmarkFiles() { fs::create_directories(folder_ / "main"); }
  ~BenchmarkFiles() override { fs::remove_all(folder_); }

  std::string write(const std::string& name, const std::string& text) {
    std::ofstream(folder_ / name) << text;
    return (folder_ / name).string();
  }
  std::string write(const std::string& name, const json& file) { return write(name, file.dump()); }

  /// Titles of the cases, or the error.
  std::vector<std::string> load(const std::string& filter = "", Fork fork = Fork::osaka) {
    auto loaded = load_benchmarks({{folder_.string()}, filter, fork});
    if (!loaded) return {loaded.error().message};
    benchmarks_ = std::move(*loaded);
    std::vector<std::string> titles;
    for (const Benchmark& benchmark : benchmarks_) titles.push_back(benchmark.title());
    return titles;
  }

  fs::path folder_ = fs::path(::testing::TempDir()) / "runahead_benchmark_test";
  std::vector<Benchmark> benchmarks_;
};

using Titles = std::vector<std::string>;

/// The tiny test with two entries of data.
json two_variants() {
  json file = tiny_fixture::file();
  json& test = file["tiny"];
  test["transaction"]["data"] = {"0x", "0x01"};
  json second = test["post"]["Cancun"][0];
  second["indexes"]["data"] = 1;
  test["post"]["Cancun"].push_back(second);
  return file;
}

TEST_F(BenchmarkFiles, AreNamedByFolderTestAndVariant) {
  write("main/a.json", tiny_fixture::file());
  EXPECT_EQ(load(), Titles{"main/tiny"});
  EXPECT_EQ(benchmarks_[0].fork, Fork::cancun);
  EXPECT_TRUE(benchmarks_[0].expects);
  write("main/a.json", two_variants());
  EXPECT_EQ(load(), (Titles{"main/tiny/0", "main/tiny/1"}));
  json file = two_variants();
  file["tiny"]["_info"]["labels"] = {{"1", "long"}};
  file["tiny"]["post"]["London"] = json::array({file["tiny"]["post"]["Cancun"][0]});
  write("main/a.json", file);
  EXPECT_EQ(load(), (Titles{"main/tiny/0@Cancun", "main/tiny/long@Cancun", "main/tiny/0@London"}));
}

TEST_F(BenchmarkFiles, ThatExpectNothingRunByTheForkGiven) {
  json file = two_variants();
  file["tiny"].erase("post");
  write("main/a.json", file);
  EXPECT_EQ(load("", Fork::shanghai), (Titles{"main/tiny/0", "main/tiny/1"}));
  EXPECT_EQ(benchmarks_[1].fork, Fork::shanghai);
  EXPECT_EQ(benchmarks_[1].variant.data_index, 1u);
  EXPECT_FALSE(benchmarks_[1].expects);
}

TEST_F(BenchmarkFiles, AreChosenByARegularExpression) {
  write("main/a.json", two_variants());
  EXPECT_EQ(load("tiny/[1-9]$"), Titles{"main/tiny/1"});
  EXPECT_EQ(load("^main"), (Titles{"main/tiny/0", "main/tiny/1"}));
  EXPECT_EQ(load("huge"), Titles{"--filter 'huge': leaves no case"});
  EXPECT_TRUE(load("(")[0].starts_with("--filter '(': ")) << load("(")[0];
}

TEST_F(BenchmarkFiles, WhatIsWrongIsNamedByFileAndKey) {
  const auto expect_error = [&](const json& file, const std::string& error) {
    const std::string path = write("main/a.json", file);
    EXPECT_EQ(load(), Titles{path + error});
  };
  json file = tiny_fixture::file();
  file["tiny"]["transaction"].erase("gasLimit");
  expect_error(file, ": tiny: transaction.gasLimit: is missing");
  file = tiny_fixture::file();
  file["tiny"]["post"]["Cancun"][0]["indexes"]["data"] = 1;
  expect_error(file, ": tiny: post.Cancun.indexes.data: 1 where the transaction has 1");
  file = tiny_fixture::file();
  file["tiny"]["transaction"]["to"] = "";
  expect_error(file, ": tiny: transaction.to: is empty, and creations are not timed");
  file = tiny_fixture::file();
  file["tiny"]["post"]["Atlantis"] = file["tiny"]["post"]["Cancun"];
  write("main/a.json", file);
  EXPECT_NE(load()[0].find("post: "), std::string::npos);
  expect_error(json::array(), ": an object of tests expected");
  const std::string path = write("main/a.json", std::string("{\"tiny\": "));
  EXPECT_TRUE(load()[0].starts_with(path + ": cannot be read as JSON: ")) << load()[0];
}

TEST_F(BenchmarkFiles, TwoCasesOfOneNameAreRefused) {
  write("main/a.json", tiny_fixture::file());
  write("main/b.json", tiny_fixture::file());
  EXPECT_NE(load()[0].find("b.json: tiny: a second case with the name 'main/tiny'"),
            std::string::npos);
}

} // namespace
} // namespace runahead
