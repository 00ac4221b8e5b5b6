// The broker's values as the spine reads them; remembers which it used once a read was asked for,
// so that waste can be told.
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
    if (watching_ && value != nullptr) used_.insert(key);
    return value;
  }

  /// From now on `used` tells. To be called when a read is first asked for: what was found before
  /// was asked for by others.
  void watch() { watching_ = true; }

  Broker& broker() const { return broker_; }
  bool used(const StateKey& key) const { return used_.contains(key); }

private:
  Broker& broker_;
  bool watching_ = false;
  mutable std::unordered_set<StateKey> used_;
};

} // namespace runahead
