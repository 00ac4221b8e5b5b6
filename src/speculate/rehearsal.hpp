// The same call, run beforehand on the values of an older block: whatever it read then will most
// likely be read again, so all of it is asked for in the first round, which fetches the truth.
#pragma once

#include "machine/program.hpp"
#include "state/view.hpp"

#include <unordered_set>
#include <vector>

namespace runahead {

/// The values that a rehearsal reads: those of the call's own block that are there, else those
/// remembered. Keeps a list of what it looked for and is not there.
class RehearsalView final : public StateView {
public:
  /// Both must outlive it.
  RehearsalView(const StateView& current, const StateView& remembered)
      : current_(current), remembered_(remembered) {}

  const StateValue* find(const StateKey& key) const override {
    if (const StateValue* value = current_.find(key)) return value;
    if (seen_.insert(key).second) keys_.push_back(key);
    return remembered_.find(key);
  }
  /// In the order in which they were first looked for.
  const std::vector<StateKey>& keys() const { return keys_; }

private:
  const StateView& current_;
  const StateView& remembered_;
  mutable std::unordered_set<StateKey> seen_;
  mutable std::vector<StateKey> keys_;
};

/// A program that reads through a rehearsal view.
struct Rehearsal {
  Program& program;
  const RehearsalView& view;
};

} // namespace runahead
