// Values of a pinned block's state, read as a program: joined with the reads of others, within the
// limits of calls.
#pragma once

#include "rpc/call_front.hpp"

#include <functional>
#include <vector>

namespace runahead {

/// Reads the keys. `sink` gets their values in the same order, or the error of the first that could
/// not be read; once, possibly before this returns, unless what is returned is cancelled.
CallFront::CallId
read_state(CallFront& calls, PinRef pin, std::vector<StateKey> keys,
           std::move_only_function<void(RpcResult<std::vector<StateValue>>)> sink);

} // namespace runahead
