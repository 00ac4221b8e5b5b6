// How long a simulated source takes to answer.
#pragma once

#include "base/random.hpp"
#include "base/result.hpp"
#include "io/executor.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace runahead {

/// A request of n keys takes `fixed` plus a draw of the log-normal distribution. Its keys arrive
/// together, or with `per_key` or `jitter` each at its own time. If `limit` is set, the other side
/// first serves each key for `service`, at most `limit` keys of all requests at once, in the order
/// they came; the latency counts from when the key was served.
struct LatencyModel {
  Duration fixed{0};
  Duration median{0};   ///< of the log-normal part; zero: none
  double sigma = 0;     ///< of the logarithm; 0.5 puts 5% of the draws above 2.3 times the median
  Duration jitter{0};   ///< each key takes up to this much longer, uniformly
  bool per_key = false; ///< the log-normal part is drawn for each key instead of once a request
  unsigned limit = 0;   ///< keys served at once; 0: any number
  Duration service{0};  ///< of one key
};

/// Terms joined by `+`, in any order, each at most once: `20ms` or `fixed:20ms`;
/// `lognormal:20ms,0.5` (median, sigma); `jitter:5ms`; `perkey`; `limit:4,service:1ms`. Example:
/// `fixed:20ms+limit:4,service:1ms`. `0` or `0ms` is no delay.
Result<LatencyModel> parse_latency_model(std::string_view text);

/// The same text in one canonical form.
std::string to_string(const LatencyModel& model);

/// Draws arrival times of requests by a model, from a seed.
class LatencyClock {
public:
  LatencyClock(const LatencyModel& model, uint64_t seed);

  /// When each of `keys` keys of a request sent at `now` arrives.
  std::vector<Duration> arrivals(Duration now, size_t keys);

private:
  Duration draw();

  LatencyModel model_;
  Random random_;
  std::vector<Duration> free_at_; ///< heap, the earliest first: when each place is free again
};

} // namespace runahead
