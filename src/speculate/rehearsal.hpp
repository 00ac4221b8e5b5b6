// The same call, run beforehand on the values of an older block: whatever it read then will most
// likely be read again, so all of it is asked for in the first round, which fetches the truth.
#pragma once

#include "machine/program.hpp"
#include "state/view.hpp"

#include <unordered_set>
#include <vector>

namespace runahead {

/// The remembered values as a rehearsal reads them; keeps a list of what it found there, and of
/// what it looked for in vain.
class RehearsalView final : public StateView {
public:
  /// `remembered` must outlive it.
  explicit RehearsalView(const StateView& remembered) : remembered_(remembered) {}

  const StateValue* find(const StateKey& key) const override {
    if (seen_.insert(key).second) keys_.push_back(key);
    return remembered_.find(key);
  }
  /// In the order in which they were first looked for.
  const std::vector<StateKey>& keys() const { return keys_; }

private:
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
