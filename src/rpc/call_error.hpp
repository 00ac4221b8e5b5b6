// How a call's ending is told: geth's words and codes where geth has them.
#pragma once

#include "rpc/call_outcome.hpp"
#include "rpc/rpc_error.hpp"

#include <optional>
#include <string>

namespace runahead {

/// What revert data says: the text of Solidity's `Error(string)`, or for `Panic(uint256)` geth's
/// words for its code. Nothing for any other data, and for data that is not well-formed. Bytes that
/// are not printable ASCII or part of UTF-8 text are left to the writer of JSON.
std::optional<std::string> revert_reason(BytesView data);

/// geth's text for a frame that ended abnormally.
std::string failure_text(Status status);

/// The same for a call that did not succeed, with the reason if it reverted and gave one.
std::string ending_text(const ExecutionResult& result);

/// geth's text for a transaction that was given so much gas and cannot be executed.
std::string invalid_text(const InvalidTransaction& invalid, uint64_t supplied_gas);

/// Nothing if the call succeeded, else the error that its client is sent.
std::optional<RpcError> error_of(const CallOutcome& outcome);

} // namespace runahead
