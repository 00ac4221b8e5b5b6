// Many calls under several settings.
#pragma once

#include "app/sim_report.hpp"

#include <functional>

namespace runahead {

struct SimBatch {
  std::vector<SimCall> calls;
  std::vector<Speculation> speculations = {}; ///< serial execution is always run
  SimSetting setting = {};                    ///< all but the speculation
  unsigned least_storage_reads = 0;           ///< of the calls that count
  std::string title;                          ///< `{}` is replaced by the number of calls
  std::string conditions = {};
};

/// Told how many runs of how many are done.
using SimProgress = std::function<void(uint64_t done, uint64_t total)>;

/// Runs all, each alone and from nothing known. Fails if no call is left, and where the state
/// lacks what a call reads.
Result<SimReport> simulate_all(SimBatch batch, const Engine& engine, const SimProgress& progress);

} // namespace runahead
