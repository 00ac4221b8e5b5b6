// What state keys had for values when they were last read, at whatever block that was: good for
// predicting, never an answer. Bounded; the values that were not used for the longest time go
// first.
#pragma once

#include "state/view.hpp"

#include <list>
#include <unordered_map>

namespace runahead {

class RememberedValues final : public StateView {
public:
  /// Keeps up to about `bytes`.
  explicit RememberedValues(size_t bytes) : most_bytes_(bytes) {}

  /// Valid until the next `note`.
  const StateValue* find(const StateKey& key) const override;
  /// Replaces what was known of the key.
  void note(const StateKey& key, const StateValue& value);

  size_t size() const { return places_.size(); }
  size_t bytes() const { return bytes_; }

private:
  struct Entry {
    StateKey key;
    StateValue value;
  };
  using Order = std::list<Entry>; ///< most recently used first

  static size_t footprint(const StateValue& value);

  size_t most_bytes_;
  size_t bytes_ = 0;
  mutable Order order_;
  std::unordered_map<StateKey, Order::iterator> places_;
};

} // namespace runahead
