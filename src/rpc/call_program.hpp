// One call with all that it runs in.
#pragma once

#include "rpc/call_outcome.hpp"
#include "rpc/call_request.hpp"
#include "rpc/pinned_program.hpp"

#include <cstdint>
#include <memory>

namespace runahead {

/// The call as the exact engine takes it. Refused if the rules of the block that its overrides make
/// up cannot be read, or if its state overrides move what is no precompile. Thread-safe.
Result<ExecutionInput> to_input(CallRequest request, const ChainBlock& block,
                                const ChainAccess& chain);

class CallProgram final : public PinnedProgram {
public:
  CallProgram(ExecutionInput input, ProgramSite site, const CallExtras& extras)
      : PinnedProgram(std::move(site)), owner_(extras.owner),
        gas_limit_(input.transaction.gas_limit),
        execution_(std::move(input), view(), extras.engine ? *extras.engine : engine(), caches(),
                   extras.tracer) {}

  Program& program() override { return execution_; }
  CallEnd take_end() override {
    if (const auto& invalid = execution_.invalid()) return *invalid;
    return execution_.take_result();
  }
  const Execution* call() const override { return &execution_; }
  uint64_t gas_limit() const override { return gas_limit_; }

private:
  std::shared_ptr<void> owner_; ///< of engine and tracer
  uint64_t gas_limit_;
  Execution execution_;
};

/// The outcome of a call without an end of its own.
CallOutcome aborted(std::string message, uint64_t gas_limit, Duration elapsed);

/// What is said of one that took too long.
std::string timeout_message(Duration timeout);

} // namespace runahead
