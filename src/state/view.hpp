// State as execution sees it: what has arrived can be read at once, anything else is absent.
#pragma once

#include "state/key.hpp"
#include "state/value.hpp"

namespace runahead {

class StateView {
public:
  virtual ~StateView() = default;
  /// The value, or null while it has not arrived. The pointer stays valid as long as the view.
  virtual const StateValue* find(const StateKey& key) const = 0;
};

} // namespace runahead
