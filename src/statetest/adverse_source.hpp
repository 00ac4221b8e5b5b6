// A source that answers late, in any order and sometimes not at the first try: what the state may
// come through without changing a result.
#pragma once

#include "sources/delay.hpp"
#include "sources/fault.hpp"

namespace runahead {

/// Delays and transient faults over `inner`, both models drawn from the seed. No key fails more
/// often than the broker asks again, so everything is answered in the end.
class AdverseSource {
public:
  /// `inner` and `executor` must outlive it.
  AdverseSource(StateSource& inner, Executor& executor, uint64_t seed);

  StateSource& source() { return delayed_; }
  /// Transient failures given so far.
  uint64_t failures() const { return faulty_.failures(); }

private:
  AdverseSource(StateSource& inner, Executor& executor, Random random);

  FaultSource faulty_;
  DelaySource delayed_;
};

} // namespace runahead
