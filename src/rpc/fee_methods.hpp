// Handlers of the methods that tell what gas costs, over a chain whose blocks are held here.
#pragma once

#include "rpc/method_call.hpp"

namespace runahead {

/// What a transaction should offer to get into one of the next blocks.
void gas_price(MethodCall call);
void max_priority_fee(MethodCall call);
/// Of the block behind the newest.
void base_fee(MethodCall call);
void blob_base_fee(MethodCall call);
void fee_history(MethodCall call);

} // namespace runahead
