// The first form of running ahead: execution goes on with zero in the place of every missing value,
// and a tag marks what rests on it, like the INV bits of runahead processors. Which policies are
// worth it was measured before this was written; docs/architecture.md tells.
#pragma once

#include "speculate/overlay.hpp"
#include "speculate/scout.hpp"
#include "speculate/side_facts.hpp"

namespace runahead {

class TagScout final : public Scout {
public:
  /// `full` also takes back branches that led to an abort, and looks at the other sides of
  /// branches.
  explicit TagScout(bool full) : full_(full) {}

  uint64_t run(const CallStack& spine, const Stall& stall, Reads& reads) override;
  void arrived(const StateKey& key) override { dirty_ = dirty_ || sources_.blocked_by(key); }

private:
  bool full_;
  bool dirty_ = true; ///< the last run went on without a value in a way that may have hidden reads
  Sources sources_;
  SideFactsCache facts_;
};

} // namespace runahead
