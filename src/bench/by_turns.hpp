// Timing several things fairly on a machine that others use too: by turns, in CPU time.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace runahead {

/// Of one thing that was timed, per run.
struct Timing {
  double min_ns = 0, median_ns = 0; ///< over the turns' means
  uint64_t runs = 0;                ///< in all turns
  uint64_t turns = 0;
};

struct TurnOptions {
  double min_seconds = 0.2; ///< for each thing, in all turns
  unsigned turns = 10;      ///< at least 1
};

/// CPU time in seconds, from any moment on; of all threads of this process.
double process_cpu_seconds();

/// Runs each of `lanes` in turn, again and again; each turn as many runs in a row as take
/// `min_seconds / turns`, and at least one. `clock` gives CPU time in seconds.
std::vector<Timing> time_by_turns(std::span<const std::function<void()>> lanes,
                                  const TurnOptions& options,
                                  const std::function<double()>& clock = process_cpu_seconds);

} // namespace runahead
