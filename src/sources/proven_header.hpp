// What proofs need of a block's header.
#pragma once

#include "base/bytes.hpp"

#include <cstdint>

namespace runahead {

struct ProvenHeader {
  Hash256 hash; ///< Keccak-256 of all fields as RLP (Yellow Paper 4.4.3), not what somebody claims
  Hash256 parent;
  uint64_t number = 0;
  Hash256 state_root;
};

} // namespace runahead
