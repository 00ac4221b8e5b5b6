// What a call is asked for besides its answer, how it ended, and what it cost.
#pragma once

#include "speculate/evaluation.hpp"
#include "tx/execution.hpp"

#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace runahead {

/// What one call wants besides its answer. Pointers must outlive the call, which may outlive its
/// cancelling: where nobody else keeps them, `owner` does.
struct CallExtras {
  const Engine* engine = nullptr; ///< another one than the service's
  Tracer* tracer = nullptr;
  bool keep_reads = false;
  EvaluationObserver* observer = nullptr; ///< told only of a call that waits for state
  std::shared_ptr<void> owner = {};
};

/// A call that had no end of its own.
struct CallAborted {
  std::string message;
};

/// Exactly one of the kinds of ending that the design tells apart.
using CallEnd = std::variant<ExecutionResult, InvalidTransaction, StateFailure, CallAborted>;

/// A read that a call was the first to ask for.
struct CallRead {
  StateKey key;
  bool speculative = false; ///< by a scout or a hint
  uint32_t wave = 0;        ///< from 0
  bool used = false;        ///< by the exact engine
};

/// What a call cost. Rounds, requests and reads are those of its block while it ran: other calls on
/// the same block at the same time are counted in.
struct CallStats {
  uint64_t rounds = 0;
  uint64_t requests = 0;
  uint64_t reads = 0;
  uint64_t retries = 0;
  Evaluation::Stats evaluation; ///< of this call alone
  Duration elapsed{};           ///< from `start` to the end
};

struct CallOutcome {
  CallEnd end;
  CallStats stats;
  uint64_t gas_limit = 0;      ///< the call was given
  std::vector<CallRead> reads; ///< if asked for
};

} // namespace runahead
