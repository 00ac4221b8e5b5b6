// Requests from the execution layer to the beacon chain (EIP-7685), and deposits as requests
// (EIP-6110).
#pragma once

#include "base/result.hpp"
#include "state/log_record.hpp"

#include <span>

namespace runahead {

enum class RequestType : uint8_t { deposit = 0, withdrawal = 1, consolidation = 2 };

/// The type byte and all requests of that type, one behind the other.
using RequestList = Bytes;

/// Appends the deposits among `logs` to `deposits`: 192 bytes each. Refuses a deposit event of the
/// contract whose data is not laid out as EIP-6110 requires.
Result<void> append_deposits(std::span<const Log> logs, const Address& deposit_contract,
                             Bytes& deposits);

/// SHA-256 of the SHA-256 hashes of the lists that have more than their type byte.
Hash256 requests_hash(std::span<const RequestList> lists);

} // namespace runahead
