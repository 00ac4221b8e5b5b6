// The hash by which conformance fixtures compare a transaction's logs.
#pragma once

#include "state/log_record.hpp"

#include <span>

namespace runahead {

/// Keccak-256 of the RLP list of logs, each `[address, [topic …], data]`.
Hash256 logs_hash(std::span<const Log> logs);

} // namespace runahead
