// All engines agree: on random programs, on damaged real contracts, around every gas limit.
#include "code/real_contracts_for_test.hpp"
#include "differential/campaign.hpp"
#include "differential/program_generator.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <thread>

namespace runahead::differential {
namespace {

bool full() { return std::getenv("RUNAHEAD_FULL") != nullptr; }

void print(const std::string& line) {
  std::puts(line.c_str());
  std::fflush(stdout); // an engine that is wrong may crash
}

/// Runs seeds until `programs` are done; reports the first disagreement, made small.
void run_seeds(uint64_t programs, std::span<const Bytes> real) {
  const Campaign campaign{.first_seed = seed_from_environment(),
                          .programs = programs,
                          .threads = std::max(std::thread::hardware_concurrency(), 1u),
                          .real_codes = real};
  print("RUNAHEAD_SEED=" + std::to_string(campaign.first_seed));
  const CampaignResult result =
      run_campaign(campaign, [](const CampaignResult& now) { print(to_text(now)); });
  print(to_text(result));
  if (result.found) FAIL() << "RUNAHEAD_SEED=" << result.seed << ": " << explain(result);
  EXPECT_EQ(result.programs, programs);
}

TEST(Differential, EnginesAgreeOnRandomPrograms) { run_seeds(full() ? 10'000'000 : 12'000, {}); }

TEST(Differential, EnginesAgreeOnDamagedContracts) {
  std::vector<Bytes> codes = real_contracts();
  if (codes.empty()) GTEST_SKIP() << no_real_contracts;
  std::erase_if(codes, [](const Bytes& code) { return code.size() > 12 * 1024; });
  ASSERT_GT(codes.size(), 100u);
  run_seeds(full() ? 500'000 : 1'500, codes);
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
