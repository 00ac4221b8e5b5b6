// The newest state of a database that is being extended, as the execution of the next block sees
// it: every value is read when it is first asked for.
#pragma once

#include "sources/lmdb_extender.hpp"
#include "state/view.hpp"

#include <array>
#include <optional>
#include <unordered_map>

namespace runahead {

/// Keeps what was read from block to block, up to limits::import_values. Used from one thread.
class HeadView final : public StateView {
public:
  /// `chain` must outlive it.
  explicit HeadView(LmdbExtender& chain) : chain_(chain) {}

  /// Null only if the value cannot be read; then `failure` tells why.
  const StateValue* find(const StateKey& key) const override;
  const std::optional<Unavailable>& failure() const { return failure_; }

  /// To be called with the changes of every block that was put.
  void apply(std::span<const AccountChange> changes);

private:
  using Words = std::unordered_map<uint256, StateValue>;
  struct Known {
    std::array<std::optional<StateValue>, 6> fields; ///< by kind: existence to has_storage
    Words slots;
  };

  static void apply(const AccountChange& change, Known& known);
  const StateValue* find_word(const StateKey& key, Words& words) const;
  std::optional<StateValue> read(const StateKey& key) const;

  LmdbExtender& chain_;
  mutable std::unordered_map<Address, Known> accounts_;
  mutable Words block_hashes_;
  mutable std::optional<Unavailable> failure_;
  mutable size_t values_ = 0;
};

} // namespace runahead
