#include "state/known_values.hpp"

#include <utility>

namespace runahead {
namespace {

constexpr size_t first_capacity = 64; // a power of two, as all are

} // namespace

KnownValues::Table::Table(size_t capacity)
    : mask(capacity - 1), places(std::make_unique<std::atomic<const Entry*>[]>(capacity)) {}

void KnownValues::Table::put(const Entry& entry) {
  size_t i = std::hash<StateKey>{}(entry.key) & mask;
  while (places[i].load(std::memory_order_relaxed) != nullptr) i = (i + 1) & mask;
  // The entry is written before its address is to be seen.
  places[i].store(&entry, std::memory_order_release);
}

KnownValues::KnownValues() {
  tables_.push_back(std::make_unique<Table>(first_capacity));
  current_.store(tables_.back().get(), std::memory_order_release);
}

const StateValue* KnownValues::find(const StateKey& key) const {
  const Table& table = *current_.load(std::memory_order_acquire);
  for (size_t i = std::hash<StateKey>{}(key)&table.mask;; i = (i + 1) & table.mask) {
    const Entry* entry = table.places[i].load(std::memory_order_acquire);
    if (entry == nullptr) return nullptr;
    if (entry->key == key) return &entry->value;
  }
}

void KnownValues::add(const StateKey& key, StateValue value) {
  if (find(key) != nullptr) return;
  const Entry& entry = entries_.emplace_back(key, std::move(value));
  Table& table = *tables_.back();
  if (2 * entries_.size() <= table.mask + 1) return table.put(entry);
  auto larger = std::make_unique<Table>(2 * (table.mask + 1));
  for (const Entry& known : entries_) larger->put(known);
  tables_.push_back(std::move(larger));
  current_.store(tables_.back().get(), std::memory_order_release);
}

} // namespace runahead
