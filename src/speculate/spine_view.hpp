// The broker's values as the spine reads them; remembers which it used, so that waste can be told.
#pragma once

#include "state/broker.hpp"

#include <unordered_set>

namespace runahead {

class SpineView final : public StateView {
public:
  /// `broker` must outlive the view.
  explicit SpineView(Broker& broker) : broker_(broker) {}

  const StateValue* find(const StateKey& key) const override {
    const StateValue* value = broker_.find(key);
    if (value != nullptr) used_.insert(key);
    return value;
  }

  Broker& broker() const { return broker_; }
  bool used(const StateKey& key) const { return used_.contains(key); }

private:
  Broker& broker_;
  mutable std::unordered_set<StateKey> used_;
};

} // namespace runahead
