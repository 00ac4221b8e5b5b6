// State in memory as execution sees it, with nothing late.
#pragma once

#include "sources/memory.hpp"
#include "state/view.hpp"

#include <unordered_map>

namespace runahead {

/// Used from one thread.
class MemoryView final : public StateView {
public:
  /// `source` must outlive it and stay as it is.
  explicit MemoryView(const MemorySource& source) : source_(source) {}

  /// Null for what the source has not.
  const StateValue* find(const StateKey& key) const override;

private:
  const MemorySource& source_;
  mutable std::unordered_map<StateKey, StateValue> found_;
};

} // namespace runahead
