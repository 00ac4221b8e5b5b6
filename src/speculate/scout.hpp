// What an evaluation asks of any form of running ahead: start where the spine stands, find reads,
// and say when it is worth starting again. A scout's findings are reads to be made early, never
// results.
#pragma once

#include "machine/call_stack.hpp"
#include "state/key.hpp"
#include "state/view.hpp"

#include <span>

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
    /// What the key's value was at an older block, or null: good for a guess.
    virtual const StateValue* remembered(const StateKey& key) const = 0;
  };
  /// Why the spine does not go on.
  struct Stall {
    std::span<const StateKey> wanted;
    bool unforeseen = false; ///< nobody had asked for one of them before the spine did
  };

  virtual ~Scout() = default;

  /// Runs ahead of a spine that waits for state; changes nothing of it. To be called whenever the
  /// spine has stalled, and when something arrived meanwhile; does nothing where there is nothing
  /// to be found. Bounded by limits::scout_steps. Gives the number of instructions run.
  virtual uint64_t run(const CallStack& spine, const Stall& stall, Reads& reads) = 0;

  /// Told of each arrival.
  virtual void arrived(const StateKey& key) = 0;
};

} // namespace runahead
