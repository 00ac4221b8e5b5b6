#include "tx/overrides.hpp"

#include "machine/journaled_world.hpp"
#include "machine/precompiles.hpp"

namespace runahead {

void apply_overrides(const StateOverrides& overrides, JournaledWorld& world) {
  Journal& journal = world.journal;
  for (const AccountOverride& o : overrides) {
    if (o.balance) journal.override_balance(o.address, *o.balance);
    if (o.nonce) journal.override_nonce(o.address, *o.nonce);
    if (o.code) journal.override_code(o.address, make_bytecode(*o.code));
    if (o.state) {
      journal.override_storage_empty(o.address);
      for (const auto& [slot, value] : *o.state) journal.override_slot(o.address, slot, value);
    }
    for (const auto& [slot, value] : o.state_diff) journal.override_slot(o.address, slot, value);
    if (o.move_precompile_to) world.moved_precompiles[*o.move_precompile_to] = o.address;
    // An account in a precompile's place is what stands there then, as with geth.
    if (is_precompile(o.address, world.rules.fork))
      world.moved_precompiles.try_emplace(o.address, std::nullopt);
  }
}

} // namespace runahead
