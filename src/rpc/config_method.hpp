// eth_config (EIP-7910): which rules the chain runs by, now, next and last.
#pragma once

#include "rpc/method_call.hpp"

namespace runahead {

void eth_config(MethodCall call);

/// EIP-2124's and EIP-6122's checksum of a genesis block and the forks that have passed, without
/// doubles and those that are active from genesis on. REQUIRES: `forks` ascending, blocks first.
std::array<uint8_t, 4> fork_hash(const Hash256& genesis, std::span<const uint64_t> forks);

} // namespace runahead
