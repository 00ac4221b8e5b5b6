#include "sources/memory_view.hpp"

namespace runahead {

const StateValue* MemoryView::find(const StateKey& key) const {
  if (const auto known = found_.find(key); known != found_.end()) return &known->second;
  auto value = source_.value(key);
  return value ? &found_.emplace(key, std::move(*value)).first->second : nullptr;
}

} // namespace runahead
