// All engines agree: on random programs, on damaged real contracts, around every gas limit.
#include "base/hex.hpp"
#include "differential/differential.hpp"
#include "differential/program_generator.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>

namespace runahead::differential {
namespace {

namespace fs = std::filesystem;

bool full() { return std::getenv("RUNAHEAD_FULL") != nullptr; }

/// From tiny ones, which end within each block, to one that nothing exceeds.
int64_t random_slice(Random& random) {
  const uint64_t bits = random.between(1, 22);
  return static_cast<int64_t>(random.between(1, uint64_t{1} << bits));
}

/// The case of a seed, at its own and at a few further gas limits.
std::optional<Disagreement> run_seed(uint64_t seed, const std::vector<Bytes>& real,
                                     uint64_t& runs) {
  Random random(seed);
  const MachineCase test = random_case(random, real);
  const Way way{random_slice(random), random.next() | 1};
  return compare_around(test, way, random, 3, runs);
}

/// Runs seeds until `programs` are done; reports the first disagreement, made small.
void run_seeds(uint64_t programs, const std::vector<Bytes>& real) {
  const uint64_t base = seed_from_environment();
  std::printf("RUNAHEAD_SEED=%lu\n", base);
  std::fflush(stdout); // an engine that is wrong may crash
  const auto start = std::chrono::steady_clock::now();
  uint64_t runs = 0;
  for (uint64_t i = 0; i < programs; ++i) {
    if (auto found = run_seed(base + i, real, runs))
      FAIL() << "RUNAHEAD_SEED=" << base + i << ", program " << i + 1 << '\n'
             << to_text(shrink(std::move(*found)));
    if ((i + 1) % 100'000 == 0) {
      std::printf("%lu programs agree\n", i + 1);
      std::fflush(stdout);
    }
  }
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  std::printf("%lu programs agree at %lu gas limits, %.1f s\n", programs, runs, seconds.count());
}

/// Codes of the contracts that mainnet blocks touched, in the order of their hashes; at most 12 KiB
/// each.
std::vector<Bytes> real_codes(const fs::path& folder) {
  std::vector<Bytes> codes;
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const fs::path file = entry.path() / "codes.json";
    if (fs::exists(file)) files.push_back(file);
  }
  std::ranges::sort(files);
  for (const fs::path& file : files) {
    std::ifstream in(file);
    for (const auto& [hash, code] : nlohmann::json::parse(in).items()) {
      auto bytes = parse_hex_bytes(code.get<std::string>());
      if (bytes && bytes->size() <= 12 * 1024) codes.push_back(std::move(*bytes));
    }
  }
  return codes;
}

TEST(Differential, EnginesAgreeOnRandomPrograms) { run_seeds(full() ? 10'000'000 : 12'000, {}); }

TEST(Differential, EnginesAgreeOnDamagedContracts) {
  const char* root = std::getenv("RUNAHEAD_FIXTURES");
  const fs::path folder = root != nullptr ? fs::path(root) / "mainnet-blocks" / "pevm" : fs::path();
  if (root == nullptr || !fs::exists(folder))
    GTEST_SKIP() << "RUNAHEAD_FIXTURES names no folder with mainnet-blocks";
  const std::vector<Bytes> codes = real_codes(folder);
  ASSERT_GT(codes.size(), 100u);
  run_seeds(full() ? 500'000 : 1'500, codes);
}

/// An engine that takes one gas more where a frame ends well: must be seen, or the comparison is
/// worth nothing.
class WrongEngine final : public Engine {
public:
  std::string_view name() const override { return "wrong"; }
  Outcome run(Frame& frame, World& world, int64_t budget) const override {
    Outcome outcome = stepping_.run(frame, world, budget);
    if (outcome == Outcome::done && frame.status == Status::success) --frame.gas;
    return outcome;
  }

private:
  SteppingEngine stepping_;
};

TEST(Differential, OneGasMoreIsSeen) {
  Random random(1);
  uint64_t seen = 0, ended = 0;
  for (int i = 0; i < 50; ++i) {
    const MachineCase test = random_case(random, {});
    const MemorySource state(test.accounts);
    Caches caches, others;
    const Observation right = run_case(test, state, SteppingEngine(), caches, {});
    if (right.status != Status::success) continue;
    ++ended;
    seen += right != run_case(test, state, WrongEngine(), others, {});
  }
  EXPECT_GT(ended, 5u);
  EXPECT_EQ(seen, ended);
}

TEST(Differential, ProgramsEndInEveryWay) {
  Random random(seed_from_environment());
  std::map<Status, int> ends;
  for (int i = 0; i < 8000; ++i) {
    const MachineCase test = random_case(random, {});
    const MemorySource state(test.accounts);
    Caches caches;
    ++ends[run_case(test, state, SteppingEngine(), caches, {}).status];
  }
  for (const Status status :
       {Status::success, Status::revert, Status::out_of_gas, Status::undefined_opcode,
        Status::invalid_opcode, Status::stack_underflow, Status::bad_jump})
    EXPECT_GT(ends[status], 0) << name(status);
  for (const auto& [status, count] : ends)
    std::printf("%d times %s\n", count, std::string(name(status)).c_str());
}

} // namespace
} // namespace runahead::differential
