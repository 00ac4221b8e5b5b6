// Handlers of the methods that run a call without keeping what it does.
#pragma once

#include "rpc/method_call.hpp"

namespace runahead {

void eth_call(MethodCall call);
void estimate_gas(MethodCall call);       // estimate_gas.cpp
void create_access_list(MethodCall call); // create_access_list.cpp

/// Runs a call of a waiting request; `then` gets its outcome unless nobody waits any more. The
/// exchange keeps the call until then.
void run_for(CallFront& calls, const std::weak_ptr<Exchange>& exchange, CallRequest request,
             PinRef pin, CallExtras extras, CallFront::Done then);

} // namespace runahead
