#include "bench/by_turns.hpp"

#include <algorithm>
#include <ctime>

namespace runahead {
namespace {

constexpr double ns_per_second = 1e9;

double seconds_of(const std::function<void()>& lane, uint64_t runs,
                  const std::function<double()>& clock) {
  const double before = clock();
  for (uint64_t i = 0; i < runs; ++i) lane();
  return clock() - before;
}

/// Runs in one turn: doubled until they take half a turn, which also warms up.
uint64_t runs_of_a_turn(const std::function<void()>& lane, double turn_seconds,
                        const std::function<double()>& clock) {
  constexpr uint64_t most = uint64_t{1} << 32;
  for (uint64_t runs = 1;; runs *= 2) {
    const double took = seconds_of(lane, runs, clock);
    if (took >= turn_seconds / 2 || runs >= most)
      return std::max<uint64_t>(
          1, static_cast<uint64_t>(static_cast<double>(runs) * turn_seconds / took));
  }
}

double median_of(std::vector<double> values) {
  std::ranges::sort(values);
  const size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

} // namespace

double process_cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / ns_per_second;
}

std::vector<Timing> time_by_turns(std::span<const std::function<void()>> lanes,
                                  const TurnOptions& options,
                                  const std::function<double()>& clock) {
  const double turn_seconds = options.min_seconds / options.turns;
  std::vector<uint64_t> runs;
  for (const auto& lane : lanes) runs.push_back(runs_of_a_turn(lane, turn_seconds, clock));
  std::vector<std::vector<double>> means_ns(lanes.size());
  for (unsigned turn = 0; turn < options.turns; ++turn)
    for (size_t i = 0; i < lanes.size(); ++i)
      means_ns[i].push_back(seconds_of(lanes[i], runs[i], clock) * ns_per_second /
                            static_cast<double>(runs[i]));
  std::vector<Timing> timings;
  for (size_t i = 0; i < lanes.size(); ++i)
    timings.push_back({std::ranges::min(means_ns[i]), median_of(means_ns[i]),
                       runs[i] * options.turns, options.turns});
  return timings;
}

} // namespace runahead
