// Holds the engines against one another on random programs: `--help` tells.
#include "differential/campaign.hpp"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <thread>

using namespace runahead;
using namespace runahead::differential;

namespace {

void print(const std::string& line) {
  std::puts(line.c_str());
  std::fflush(stdout); // an engine that is wrong may crash
}

} // namespace

int main(int argc, char** argv) {
  CLI::App app{"Runs random programs on every engine in every way until two of them disagree."};
  Campaign campaign{.programs = 100'000, .threads = std::thread::hardware_concurrency()};
  std::optional<uint64_t> seed;
  app.add_option("--programs", campaign.programs, "how many; default 100000");
  app.add_option("--seed", seed, "of the first, which the next ones follow; default random");
  app.add_option("--gas-limits", campaign.gas_limits, "at which each is compared; default 3")
      ->check(CLI::Range(1, 1000));
  app.add_option("--threads", campaign.threads, "default: one for each processor")
      ->check(CLI::Range(1, 1024));
  CLI11_PARSE(app, argc, argv);
  campaign.first_seed = seed ? *seed : seed_from_environment();
  print("--seed " + std::to_string(campaign.first_seed));
  const CampaignResult result =
      run_campaign(campaign, [](const CampaignResult& now) { print(to_text(now)); });
  print(to_text(result));
  if (result.found) print(explain(result));
  return result.found ? 1 : 0;
}
