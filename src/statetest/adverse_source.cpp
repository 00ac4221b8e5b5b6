#include "statetest/adverse_source.hpp"

#include "base/limits.hpp"

namespace runahead {
namespace {

using std::chrono::microseconds;

/// Log-normal latencies of any width, each key at its own time more often than not; sometimes a
/// server with few places, so that reads wait for each other.
LatencyModel draw_latency(Random& random) {
  LatencyModel model;
  model.fixed = microseconds(random.below(2) * random.below(5'000));
  model.median = microseconds(random.between(100, 50'000));
  model.sigma = 0.1 + 1.4 * random.fraction();
  model.per_key = random.chance(0.7);
  model.jitter = microseconds(random.below(2) * random.below(20'000));
  if (random.chance(0.3)) {
    model.limit = static_cast<unsigned>(random.between(1, 4));
    model.service = microseconds(random.between(100, 3'000));
  }
  return model;
}

FaultModel draw_faults(Random& random) {
  FaultModel model;
  if (random.chance(0.6)) model.transient_chance = 0.4 * random.fraction();
  if (random.chance(0.3)) model.whole_read_chance = 0.3 * random.fraction();
  model.most_failures = limits::read_attempts - 1;
  return model;
}

} // namespace

AdverseSource::AdverseSource(StateSource& inner, Executor& executor, uint64_t seed)
    : AdverseSource(inner, executor, Random(seed)) {}

AdverseSource::AdverseSource(StateSource& inner, Executor& executor, Random random)
    : faulty_(inner, draw_faults(random), random.next()),
      delayed_(faulty_, executor, draw_latency(random), random.next()) {}

} // namespace runahead
