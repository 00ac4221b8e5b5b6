// How well one of several upstreams has served so far: how long it takes, whether it fails. Knows
// no clock: time is passed in.
#pragma once

#include "io/executor.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

namespace runahead {

/// Belongs to one thread.
class UpstreamHealth {
public:
  /// A read has become a straggler; told once at most.
  void straggles() { ++stragglers_; }
  /// A straggler has ended, in whatever way.
  void straggled() { --stragglers_; }

  void answered(Duration latency);
  /// Rests longer from failure to failure.
  void failed(Duration now);
  /// It said what was shown to be wrong: rests long at once.
  void lied(Duration now);

  bool rests(Duration now) const { return now < rests_until_; }
  Duration rests_until() const { return rests_until_; }

  /// The share of reads it should get, next to those of others: the square of how fast it is, less
  /// with each straggler. Zero if nothing is known.
  double weight() const;

  /// After so long a read is a straggler: few have taken longer. A guess before any was answered.
  Duration straggles_after() const { return straggles_after_; }

private:
  static constexpr size_t window = 256;

  std::array<Duration, window> latencies_{}; ///< the last ones, in a ring
  uint64_t answers_ = 0;
  double mean_us_ = 0; ///< decays
  Duration straggles_after_ = std::chrono::milliseconds(250);
  Duration rests_until_{0};
  unsigned failures_ = 0;   ///< in a row
  unsigned stragglers_ = 0; ///< under way
};

} // namespace runahead
