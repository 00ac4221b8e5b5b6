// eth_simulateV1, over a chain whose blocks and state are held here.
#pragma once

#include "rpc/method_call.hpp"

namespace runahead {

void simulate(MethodCall call);

} // namespace runahead
