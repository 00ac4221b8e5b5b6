// Many calls under several settings.
#pragma once

#include "app/sim_report.hpp"

#include <functional>

namespace runahead {

/// A way of running ahead.
struct SimMode {
  std::string name;
  Speculation speculation{};
  ScoutForm scout = ScoutForm::dataflow;
};

struct SimBatch {
  std::vector<SimCall> calls;
  std::vector<SimMode> modes = {};  ///< serial execution is always run besides
  SimSetting setting = {};          ///< all but what a mode says
  unsigned least_storage_reads = 0; ///< of the calls that count
  std::string title;                ///< `{}` is replaced by the number of calls
  std::string conditions = {};
};

/// Told how many runs of how many are done.
using SimProgress = std::function<void(uint64_t done, uint64_t total)>;

/// Runs all, each alone and from nothing known. Fails if no call is left, and where the state
/// lacks what a call reads.
Result<SimReport> simulate_all(SimBatch batch, const Engine& engine, const SimProgress& progress);

} // namespace runahead
