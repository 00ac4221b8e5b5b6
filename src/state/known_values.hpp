// The values of one block's state that have arrived. One thread adds to it; any number of threads
// read, without locks and without waiting. Nothing in it is changed or removed: a value of a block
// stays what it is.
#pragma once

#include "state/key.hpp"
#include "state/value.hpp"

#include <atomic>
#include <deque>
#include <memory>
#include <vector>

namespace runahead {

class KnownValues {
public:
  KnownValues();
  KnownValues(const KnownValues&) = delete;
  KnownValues& operator=(const KnownValues&) = delete;

  /// The value, or null. The pointer stays valid as long as the table. Thread-safe; a thread other
  /// than the writer's may miss what was added just now.
  const StateValue* find(const StateKey& key) const;

  /// Adds a value; does nothing if the key is there already. Constant time on average. Only from
  /// the writer's thread.
  void add(const StateKey& key, StateValue value);

  /// How many there are. Only from the writer's thread.
  size_t size() const { return entries_.size(); }

private:
  struct Entry {
    StateKey key;
    StateValue value;
  };
  /// Open addressing: an entry stands at the first free place from its hash on.
  struct Table {
    explicit Table(size_t capacity);
    void put(const Entry& entry);

    size_t mask;
    std::unique_ptr<std::atomic<const Entry*>[]> places;
  };

  std::deque<Entry> entries_; ///< never moves what is in it
  /// A larger table replaces the one before, which is kept, for somebody may be reading it; all
  /// together they are at most twice as large as the last.
  std::vector<std::unique_ptr<Table>> tables_;
  std::atomic<const Table*> current_;
};

} // namespace runahead
