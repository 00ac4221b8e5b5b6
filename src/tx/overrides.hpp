// State overrides of a call, as eth_call takes them: applied before the call, over the pinned
// state.
#pragma once

#include "base/bytes.hpp"
#include "base/uint256.hpp"

#include <optional>
#include <unordered_map>
#include <vector>

namespace runahead {

struct AccountOverride {
  Address address;
  std::optional<uint256> balance;
  std::optional<uint64_t> nonce;
  std::optional<Bytes> code;
  /// Replaces the whole storage; not together with `state_diff`.
  std::optional<std::unordered_map<uint256, uint256>> state;
  /// Replaces single slots.
  std::unordered_map<uint256, uint256> state_diff;
  std::optional<Address> move_precompile_to;
};
using StateOverrides = std::vector<AccountOverride>;

struct JournaledWorld;

/// Applies them as what the state has always been: original values too, nothing to undo.
void apply_overrides(const StateOverrides& overrides, JournaledWorld& world);

} // namespace runahead
