// A storage slot during a transaction, and what storing a value makes of it: all that the price of
// SSTORE depends on.
#pragma once

#include "base/uint256.hpp"

namespace runahead {

struct StorageSlot {
  uint256 original; ///< at the start of the transaction
  uint256 current;
  bool known = false; ///< both values have arrived
  bool warm = false;  ///< EIP-2929
};

/// What a store does, seen from the start of the transaction (EIP-2200's cases by name). X and Y
/// stand for different values that are not zero; each line gives original -> current -> new.
enum class StorageStatus : uint8_t {
  assigned,          ///< no change, or another change of a changed slot: a -> b -> b, X -> Y -> Z
  added,             ///< 0 -> 0 -> X
  deleted,           ///< X -> X -> 0
  modified,          ///< X -> X -> Y
  deleted_added,     ///< X -> 0 -> Y
  modified_deleted,  ///< X -> Y -> 0
  deleted_restored,  ///< X -> 0 -> X
  added_deleted,     ///< 0 -> X -> 0
  modified_restored, ///< X -> Y -> X
};

/// REQUIRES: `slot` is known.
inline StorageStatus status_of_store(const StorageSlot& slot, const uint256& value) {
  using enum StorageStatus;
  const auto& [original, current, known, warm] = slot;
  if (current == value) return assigned;
  if (original == current) {
    if (original.is_zero()) return added;
    return value.is_zero() ? deleted : modified;
  }
  if (original.is_zero()) return value.is_zero() ? added_deleted : assigned;
  if (current.is_zero()) return value == original ? deleted_restored : deleted_added;
  if (value.is_zero()) return modified_deleted;
  return value == original ? modified_restored : assigned;
}

} // namespace runahead
