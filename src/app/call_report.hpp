// What `runahead call` says about how a call ended and what it took.
#pragma once

#include "app/call_story.hpp"
#include "rpc/call_outcome.hpp"

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

/// Which reads each round carried, who asked for them and what each waited for, when the spine
/// stood still, what was predicted right and wrong, what was wasted.
std::string to_explanation(const CallOutcome& outcome, const CallStory& story);

} // namespace runahead
