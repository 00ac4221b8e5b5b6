// One call with all that it runs in. It may go from thread to thread between two runs; as long as
// it wants nothing, only the known values of its block are read.
#pragma once

#include "rpc/call_outcome.hpp"
#include "rpc/call_request.hpp"
#include "rpc/pinned_block.hpp"
#include "speculate/spine_view.hpp"

#include <cstdint>
#include <memory>

namespace runahead {

/// The call as the exact engine takes it. Refused if the rules of the block that its overrides make
/// up cannot be read, or if its state overrides move what is no precompile. Thread-safe.
Result<ExecutionInput> to_input(CallRequest request, const ChainBlock& block,
                                const ChainAccess& chain);

class CallProgram {
public:
  /// `engine` must outlive it; the caches live as long as somebody runs with them, which may be
  /// longer than the service. `started` is when the client began to wait.
  CallProgram(ExecutionInput input, PinRef pin, const Engine& engine,
              std::shared_ptr<Caches> caches, const CallExtras& extras, Duration started)
      : gas_limit(input.transaction.gas_limit), started_at(started), pin_(std::move(pin)),
        caches_(std::move(caches)), view_(pin_->broker),
        execution_(std::move(input), view_, extras.engine ? *extras.engine : engine, *caches_,
                   extras.tracer) {}

  /// Goes on for about `budget` gas.
  Program::Progress run(int64_t budget) { return execution_.run(budget); }

  /// Its ending, for keeps. REQUIRES: done.
  CallEnd take_end() {
    if (const auto& invalid = execution_.invalid()) return *invalid;
    return execution_.take_result();
  }
  /// The outcome of a call that never waited. REQUIRES: done.
  CallOutcome take_outcome(Duration now);

  const PinRef& pin() const { return pin_; }
  SpineView& view() { return view_; }
  const SpineView& view() const { return view_; }
  Execution& execution() { return execution_; }

  const uint64_t gas_limit;
  const Duration started_at;

private:
  PinRef pin_; ///< outlives what reads from it
  std::shared_ptr<Caches> caches_;
  SpineView view_;
  Execution execution_;
};

/// The outcome of a call without an end of its own.
CallOutcome aborted(std::string message, uint64_t gas_limit, Duration elapsed);

/// What is said of one that took too long.
std::string timeout_message(Duration timeout);

} // namespace runahead
