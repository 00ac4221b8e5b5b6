// How one case ended, and whether that is what its fixture expects.
#pragma once

#include "statetest/expectation.hpp"
#include "statetest/fixture.hpp"
#include "statetest/pre_state.hpp"
#include "tx/execution.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace runahead {

enum class Verdict : uint8_t { passed, failed, skipped };

struct CaseResult {
  Verdict verdict = Verdict::passed;
  /// Of a failure: what was expected and what came instead, differing accounts on further lines. Of
  /// a skipped case: why.
  std::string message;
};

/// How an execution ended.
struct Ending {
  std::string trouble;            ///< not empty: it did not end, or state was unavailable
  std::optional<Refusal> refusal; ///< set: the transaction was refused, nothing was executed
  std::string refusal_text;
  ExecutionResult result;             ///< of a transaction that was not refused
  std::vector<AccountChange> changes; ///< likewise
};

/// Passed or failed, by refusal, logs and state root. REQUIRES: the case has no problem.
CaseResult judge(const FixtureCase& fixture_case, const PreState& pre_state, const Ending& ending);

/// Empty if both endings are the same in refusal, status, gas, refund, output, logs, created
/// address and state; else the first difference as `status: success against revert`.
std::string first_difference(const PreState& pre_state, const Ending& a, const Ending& b);

} // namespace runahead
