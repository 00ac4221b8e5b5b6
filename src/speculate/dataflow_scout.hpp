// The second form of running ahead: promises in the place of missing values. One path is followed
// for as long as it may be what the spine will do; each arrival releases what rests on it, and only
// wrong assumptions are run again.
#pragma once

#include "speculate/path.hpp"

namespace runahead {

class DataflowScout final : public Scout {
public:
  /// `full` also takes back branches that led to an abort, and looks at the other sides of
  /// branches.
  explicit DataflowScout(bool full) : full_(full) {}

  uint64_t run(const CallStack& spine, const Stall& stall, Reads& reads) override;
  void arrived(const StateKey& key) override;

private:
  bool foresaw(const Stall& stall) const;

  bool full_;
  SideFactsCache facts_;
  BranchHistory history_;
  std::unique_ptr<Path> path_;
  std::weak_ptr<const void> spine_; ///< the call stack that the path began at
  std::vector<StateKey> arrived_;   ///< since the last run, and waited for
};

} // namespace runahead
