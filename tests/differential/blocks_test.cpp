// Every dependency block of the codes in the fixtures does what stepping does with its bytecode:
// all of them with RUNAHEAD_FULL=1, else a sample.
#include "code/real_contracts_for_test.hpp"
#include "differential/block_comparison.hpp"
#include "differential/fixture_codes.hpp"
#include "statetest/fixture_files.hpp"
#include "testbed_folder.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

namespace runahead::differential {
namespace {

namespace fs = std::filesystem;

bool full() { return std::getenv("RUNAHEAD_FULL") != nullptr; }

/// The codes are the same in many archives, and compared in the first of them.
class Blocks : public testing::Test {
protected:
  static void SetUpTestSuite() {
    const uint64_t seed = seed_from_environment();
    std::printf("RUNAHEAD_SEED=%lu\n", seed);
    random_ = std::make_unique<Random>(seed);
    codes_ = std::make_unique<FixtureCodes>([](const Bytes& code) {
      if (!HasFatalFailure()) compare_code(code, *random_, *compared_);
    });
  }
  static void TearDownTestSuite() {
    codes_.reset();
    random_.reset();
  }
  void SetUp() override { compared_ = std::make_unique<ComparedBlocks>(); }
  void TearDown() override {
    if (compared_->codes != 0) std::printf("%s\n", to_text(*compared_).c_str());
    compared_.reset();
  }

  /// The folder of an archive; empty if there is none.
  static std::string archive(const std::string& name) {
    const char* fixtures = std::getenv("RUNAHEAD_FIXTURES");
    const fs::path folder = fs::path(fixtures != nullptr ? fixtures : "") / name;
    return fixtures != nullptr && fs::is_directory(folder) ? folder.string() : "";
  }

  /// Gives the archive's files to `read`: all, or one of `share`, drawn anew.
  template <class Read>
  void read_files(const std::string& name, size_t share, Read read) {
    const std::string folder = archive(name);
    if (folder.empty()) GTEST_SKIP() << "RUNAHEAD_FIXTURES names no folder with " << name;
    auto files = find_fixture_files({folder});
    ASSERT_TRUE(files) << files.error().message;
    if (!full()) {
      std::ranges::shuffle(*files, *random_);
      files->resize((files->size() + share - 1) / share);
    }
    for (const FixtureFile& file : *files) {
      const Result<void> ok = read(file.path);
      ASSERT_TRUE(ok) << ok.error().message;
      if (HasFatalFailure()) return;
    }
    EXPECT_GT(compared_->blocks, 0u);
  }
  void read_state_tests(const std::string& name, size_t share,
                        FixtureForm form = FixtureForm::state_test) {
    read_files(name, share,
               [&](const std::string& path) { return codes_->read_state_tests(path, form); });
  }
  void read_block_tests(const std::string& name, size_t share) {
    read_files(name, share,
               [&](const std::string& path) { return codes_->read_block_tests(path); });
  }

  static inline std::unique_ptr<Random> random_;
  static inline std::unique_ptr<FixtureCodes> codes_;
  static inline std::unique_ptr<ComparedBlocks> compared_;
};

TEST_F(Blocks, OfRealContracts) {
  const std::vector<Bytes> codes = real_contracts();
  if (codes.empty()) GTEST_SKIP() << no_real_contracts;
  for (size_t i = 0; i < codes.size(); i += full() ? 1 : 40) {
    compare_code(codes[i], *random_, *compared_);
    if (HasFatalFailure()) return;
  }
  EXPECT_GT(compared_->blocks, 1000u);
}

TEST_F(Blocks, OfStateTests) { read_state_tests("state-tests", 10); }
TEST_F(Blocks, OfSpecStateTests) { read_state_tests("eest-state", 10); }
TEST_F(Blocks, OfBenchmarks) { read_state_tests("evm-benchmarks", 1, FixtureForm::benchmark); }
TEST_F(Blocks, OfBlockTests) { read_block_tests("blockchain-tests", 10); }
TEST_F(Blocks, OfPragueBlockTests) { read_block_tests("eest-bc-prague", 30); }
TEST_F(Blocks, OfOsakaBlockTests) { read_block_tests("eest-bc-osaka", 30); }

TEST_F(Blocks, OfAChainOverEveryFork) {
  const std::string folder = archive("rpc-compat/tests");
  if (folder.empty()) GTEST_SKIP() << "RUNAHEAD_FIXTURES names no folder with rpc-compat";
  std::string scratch = testing::TempDir() + "runahead-blocks-XXXXXX";
  ASSERT_NE(mkdtemp(scratch.data()), nullptr);
  const Result<void> ok = codes_->read_chain(folder, scratch + "/db");
  fs::remove_all(scratch);
  ASSERT_TRUE(ok) << ok.error().message;
  EXPECT_GT(compared_->blocks, 0u);
}

TEST_F(Blocks, OfTheTestbed) {
  const fs::path file = testbed_folder() / "alloc.json.xz";
  if (!fs::exists(file)) GTEST_SKIP() << "no testbed at " << file;
  const Result<void> ok = codes_->read_accounts(file.string());
  ASSERT_TRUE(ok) << ok.error().message;
  EXPECT_GT(compared_->blocks, 0u);
}

} // namespace
} // namespace runahead::differential
