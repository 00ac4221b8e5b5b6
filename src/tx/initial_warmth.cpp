#include "tx/initial_warmth.hpp"

namespace runahead {

void warm_initial(JournaledWorld& world, const Transaction& tx) {
  Journal& journal = world.journal;
  if (!world.since(Fork::berlin)) return;
  journal.warm(tx.sender);
  if (tx.to) journal.warm(*tx.to);
  if (world.since(Fork::shanghai)) journal.warm(world.block.coinbase); // EIP-3651
  for (const Precompile& p : precompiles(world.rules.fork)) journal.warm(p.address());
  for (const AccessListEntry& entry : tx.access_list) {
    journal.warm(entry.address);
    for (const uint256& slot : entry.slots) journal.warm(entry.address, slot);
  }
}

} // namespace runahead
