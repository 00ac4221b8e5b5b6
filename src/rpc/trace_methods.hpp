// Handlers of the debug_trace methods.
#pragma once

#include "rpc/method_call.hpp"

namespace runahead {

void trace_call(MethodCall call);

// These need a chain whose blocks are held here.
void trace_transaction(MethodCall call);
void trace_block_by_number(MethodCall call);
void trace_block_by_hash(MethodCall call);

} // namespace runahead
