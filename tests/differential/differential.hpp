// The comparison of engines: one case on all of them, in several ways, at gas limits around those
// where it comes to its instructions; and making a case on which they disagree small.
#pragma once

#include "base/random.hpp"
#include "depblock/run/depblock_engine.hpp"
#include "differential/guarded_engine.hpp"
#include "differential/machine_case.hpp"
#include "interp/stepping.hpp"
#include "interp/threaded.hpp"

#include <optional>
#include <vector>

namespace runahead::differential {

/// Where an engine differs from the reference run, which has all state at hand and runs in one go.
struct Disagreement {
  MachineCase test;
  std::string engine;
  Way way;
  Observation expected, found;
};

/// Holds engines against the stepping one. Belongs to one thread.
class Comparison {
public:
  /// All engines; a new one is added here.
  Comparison() : engines_{&stepping_, &threaded_, &depblock_} {}
  /// Only this one, which must outlive the comparison.
  explicit Comparison(const Engine& suspect) : engines_{&stepping_, &suspect} {}
  Comparison(const Comparison&) = delete;
  Comparison& operator=(const Comparison&) = delete;

  /// Runs `test` on every engine plain, and in `way` if it has delays: on every engine, or with
  /// speculation on one of them.
  std::optional<Disagreement> compare(const MachineCase& test, const Way& way);

  /// Plain, in slices of `way` with state that comes late, and with `speculation` by an evaluation;
  /// the first two also at `limits` further gas limits, drawn from those at which the plain run
  /// comes to its instructions and their neighbours. `runs` counts gas limits.
  std::optional<Disagreement> compare_around(const MachineCase& test, const Way& way,
                                             Speculation speculation, Random& random, size_t limits,
                                             uint64_t& runs);

  /// A smaller case on which the same engine still differs, found by leaving out accounts, storage,
  /// data and instructions; with at most `tries` comparisons.
  Disagreement shrink(Disagreement from, size_t tries = 3000);

private:
  class Runs;
  std::optional<Disagreement> compare_small(const MachineCase& test, const Way& way);

  SteppingEngine stepping_;
  ThreadedEngine threaded_;
  DepblockEngine depblock_{std::make_unique<SteppingEngine>()};
  std::vector<const Engine*> engines_; ///< the reference first
  GuardedStack stack_;
};

/// As a text case (text_case.hpp) that expects what the reference gave, and both observations.
std::string to_text(const Disagreement& disagreement);

} // namespace runahead::differential
