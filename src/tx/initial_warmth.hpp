// Which addresses and slots are warm before a transaction's first instruction.
#pragma once

#include "machine/journaled_world.hpp"
#include "tx/transaction.hpp"

namespace runahead {

/// Sender, recipient, precompiles and the access list (EIP-2929, EIP-2930), the coinbase
/// (EIP-3651); nothing before Berlin.
void warm_initial(JournaledWorld& world, const Transaction& tx);

} // namespace runahead
