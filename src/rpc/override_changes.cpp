#include "rpc/override_changes.hpp"

#include "crypto/checksum_address.hpp"
#include "machine/precompiles.hpp"

namespace runahead {
namespace {

AccountChange change_of(const AccountOverride& override) {
  AccountChange change;
  change.address = override.address;
  change.balance = override.balance;
  change.nonce = override.nonce;
  if (override.code) change.code = make_bytecode(*override.code);
  change.storage_cleared = override.state.has_value();
  const auto& slots = override.state ? *override.state : override.state_diff;
  change.slots.assign(slots.begin(), slots.end());
  return change;
}

} // namespace

Result<OverrideChanges> to_changes(const StateOverrides& overrides, Fork fork) {
  OverrideChanges result;
  for (const AccountOverride& account : overrides) {
    const bool is_one = is_precompile(account.address, fork);
    if (account.move_precompile_to && !is_one)
      return fail("account " + to_checksum_hex(account.address) + " is not a precompile");
    if (is_one) {
      AccountOverride& moved = result.moves.emplace_back();
      moved.address = account.address;
      moved.move_precompile_to = account.move_precompile_to;
    }
    AccountChange change = change_of(account);
    const bool changes_any = change.balance || change.nonce || change.code ||
                             change.storage_cleared || !change.slots.empty();
    if (changes_any) result.changes.push_back(std::move(change));
  }
  return result;
}

} // namespace runahead
