// What `runahead call` says about how a call ended and what it took.
#pragma once

#include "rpc/call_service.hpp"

#include <string>

namespace runahead {

/// True if the call was executed, however the EVM ended.
bool is_executed(const CallOutcome& outcome);

/// Return or revert data; empty if the call was not executed.
BytesView output_of(const CallOutcome& outcome);

/// One JSON object: output, status (success, revert, failed; invalid, unavailable, aborted where
/// the call was not executed), gasUsed, error, revertReason, rounds, requests, reads,
/// speculativeReads, wastedReads, retries, scoutSteps, elapsedMs.
std::string to_json(const CallOutcome& outcome);

/// One line: status, gas, rounds, reads, time.
std::string to_line(const CallOutcome& outcome);

/// Which reads each round carried, who asked for them, what was wasted. The outcome must have kept
/// its reads.
std::string to_explanation(const CallOutcome& outcome);

} // namespace runahead
