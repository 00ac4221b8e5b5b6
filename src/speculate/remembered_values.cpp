#include "speculate/remembered_values.hpp"

namespace runahead {

/// With what the containers add to an entry. Code is shared with whoever else has it; here it
/// counts in full.
size_t RememberedValues::footprint(const StateValue& value) {
  constexpr size_t containers = 6 * sizeof(void*) + sizeof(StateKey);
  return sizeof(Entry) + containers + (value.code != nullptr ? value.code->bytes.size() : 0);
}

const StateValue* RememberedValues::find(const StateKey& key) const {
  const auto place = places_.find(key);
  if (place == places_.end()) return nullptr;
  order_.splice(order_.begin(), order_, place->second);
  return &place->second->value;
}

void RememberedValues::note(const StateKey& key, const StateValue& value) {
  const auto [place, fresh] = places_.try_emplace(key);
  if (fresh) {
    order_.push_front({key, value});
    place->second = order_.begin();
  } else {
    bytes_ -= footprint(place->second->value);
    place->second->value = value;
    order_.splice(order_.begin(), order_, place->second);
  }
  bytes_ += footprint(value);
  while (bytes_ > most_bytes_ && !order_.empty()) {
    bytes_ -= footprint(order_.back().value);
    places_.erase(order_.back().key);
    order_.pop_back();
  }
}

} // namespace runahead
