// eth_getLogs, over a chain whose blocks are held here.
#pragma once

#include "rpc/method_call.hpp"

namespace runahead {

void get_logs(MethodCall call);

} // namespace runahead
