// A log record (Yellow Paper 9.4.2, the LOG opcodes).
#pragma once

#include "base/bytes.hpp"
#include "base/uint256.hpp"

#include <vector>

namespace runahead {

struct Log {
  Address address;
  std::vector<Hash256> topics; ///< 0 to 4
  Bytes data;
  friend bool operator==(const Log&, const Log&) = default;
};

} // namespace runahead
