// The comparison of engines: one case on all of them, in several ways, at gas limits around those
// where it comes to its instructions; and making a case on which they disagree small.
#pragma once

#include "base/random.hpp"
#include "differential/machine_case.hpp"
#include "interp/stepping.hpp"
#include "interp/threaded.hpp"

#include <array>
#include <optional>

namespace runahead::differential {

/// The engines that must agree. A new one is added here.
class Engines {
public:
  /// What the others are held against.
  const Engine& reference() const { return stepping_; }
  static constexpr size_t count = 2;
  const Engine& operator[](size_t i) const { return i == 0 ? reference() : threaded_; }

private:
  SteppingEngine stepping_;
  ThreadedEngine threaded_;
};

/// Where an engine differs from the reference run, which has all state at hand and runs in one go.
struct Disagreement {
  MachineCase test;
  std::string engine;
  Way way;
  Observation expected, found;
};

/// Runs `test` on every engine in both ways: plain, and in slices of `way` with state that comes
/// late.
std::optional<Disagreement> compare(const MachineCase& test, const Way& way);

/// The same at `limits` further gas limits, drawn from those at which the plain run comes to its
/// instructions and their neighbours. `runs` counts comparisons.
std::optional<Disagreement> compare_around(const MachineCase& test, const Way& way, Random& random,
                                           size_t limits, uint64_t& runs);

/// A smaller case on which the same engine still differs, found by leaving out accounts, storage,
/// data and instructions; with at most `tries` comparisons.
Disagreement shrink(Disagreement from, size_t tries = 3000);

/// As a text case (text_case.hpp) that expects what the reference gave, and both observations.
std::string to_text(const Disagreement& disagreement);

} // namespace runahead::differential
