#include "app/sim_batch.hpp"

#include <algorithm>

namespace runahead {
namespace {

/// Keeps the calls that count, with what they come to.
Result<void> keep_counted(SimBatch& batch, Caches& caches, SimReport& report,
                          const SimProgress& progress) {
  std::vector<SimCall> counted;
  const uint64_t total = batch.calls.size() * (2 + batch.modes.size());
  for (SimCall& call : batch.calls) {
    SimTruth truth = find_truth(call, caches);
    if (truth.end.empty()) return fail(call.name + ": " + truth.error);
    if (truth.storage_reads >= batch.least_storage_reads) {
      report.names.push_back(call.name);
      report.truths.push_back(std::move(truth));
      counted.push_back(std::move(call));
    }
    progress(static_cast<uint64_t>(&call - batch.calls.data()) + 1, total);
  }
  batch.calls = std::move(counted);
  if (batch.calls.empty()) return fail("no call reads that many slots");
  return {};
}

} // namespace

Result<SimReport> simulate_all(SimBatch batch, const Engine& engine, const SimProgress& progress) {
  SimReport report;
  Caches caches;
  if (const auto ok = keep_counted(batch, caches, report, progress); !ok)
    return std::unexpected(ok.error());
  const size_t place = batch.title.find("{}");
  if (place != std::string::npos) batch.title.replace(place, 2, std::to_string(batch.calls.size()));
  report.title = std::move(batch.title);
  report.conditions = std::move(batch.conditions);
  report.known_code = batch.setting.known_code;
  std::erase_if(batch.modes,
                [](const SimMode& mode) { return mode.speculation == Speculation::off; });
  const uint64_t total = batch.calls.size() * (2 + batch.modes.size());
  uint64_t done = batch.calls.size();
  const auto run = [&](const SimMode& mode) {
    SimColumn column{mode.name, {}};
    SimSetting setting = batch.setting;
    setting.speculation = mode.speculation;
    setting.scout = mode.scout;
    for (const SimCall& call : batch.calls) {
      column.results.push_back(simulate(call, setting, engine, caches));
      progress(++done, total);
    }
    return column;
  };
  report.serial = run({"off", Speculation::off});
  for (const SimMode& mode : batch.modes) report.columns.push_back(run(mode));
  return report;
}

} // namespace runahead
