// What an evaluation asks of any form of running ahead: start where the spine stands, find reads,
// and say when it is worth starting again. A scout's findings are reads to be made early, never
// results.
#pragma once

#include "machine/call_stack.hpp"
#include "state/key.hpp"
#include "state/view.hpp"

namespace runahead {

class Scout {
public:
  /// Where the reads that a scout reaches go.
  class Reads {
  public:
    virtual ~Reads() = default;
    /// Asks for the key unless that was done before.
    virtual void issue(const StateKey& key) = 0;
    /// What has arrived.
    virtual const StateView& view() const = 0;
  };

  virtual ~Scout() = default;

  /// Runs ahead of a spine that waits for state; changes nothing of it. Bounded by
  /// limits::scout_steps. Gives the number of instructions run.
  virtual uint64_t run(const CallStack& spine, Reads& reads) = 0;

  /// Told of each arrival: true if the last run went on without this value in a way that may have
  /// hidden reads.
  virtual bool arrived(const StateKey& key) const = 0;
};

} // namespace runahead
