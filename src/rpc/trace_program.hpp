// Transactions that are executed again and traced, on the state of a pinned block: some of a block
// behind it, or a call.
#pragma once

#include "block/block_execution.hpp"
#include "interp/stepping.hpp"
#include "rpc/pinned_program.hpp"
#include "rpc/result_tracer.hpp"

namespace runahead {

struct TracedTransaction {
  Transaction transaction;
  TracedPlace place;
};

struct TraceInput {
  /// The block that the transactions are of, executed up to the first of them; none for a call.
  std::optional<BlockInput> block;
  size_t first = 0; ///< its first transaction that is traced
  std::vector<TracedTransaction> transactions;
  BlockEnv env;
  Rules rules;
  ExecutionMode mode = ExecutionMode::transaction;
  std::vector<AccountChange> changes; ///< made to the state before the first
  StateOverrides moves;
  TraceOptions options;
};

/// One result for each transaction, unless there is an error.
struct TraceEnd {
  std::vector<std::string> results;
  std::optional<RpcError> error;
};

class TraceProgram final : public PinnedProgram, private Program {
public:
  TraceProgram(ProgramSite site, TraceInput input, std::shared_ptr<TraceEnd> end);

  Program& program() override { return *this; }
  CallEnd take_end() override { return ExecutionResult{}; }

private:
  /// Hands on to the tracer of the transaction that runs.
  class Relay final : public Tracer {
  public:
    Tracer* target = nullptr;
    void enter(const Message& message) override { target->enter(message); }
    void step(const Frame& frame, const World& world, uint8_t opcode) override {
      target->step(frame, world, opcode);
    }
    void stepped(int64_t gas_cost, Status error) override { target->stepped(gas_cost, error); }
    void leave(const Message& message, const CallResult& result) override {
      target->leave(message, result);
    }
  };

  Progress run(int64_t budget) override;
  const std::vector<StateKey>& wants() const override { return wants_; }
  std::vector<StateKey> hints() const override { return {}; }
  const CallStack* call_stack() const override;

  Progress run_before(int64_t budget);
  Progress run_traced(int64_t budget);
  Progress end_traced();
  Progress refuse(RpcError error);

  TraceInput input_;
  std::shared_ptr<TraceEnd> end_;
  std::unique_ptr<BlockExecution> before_;
  std::optional<ChangedView> state_; ///< before the transaction that runs
  size_t next_ = 0;
  std::unique_ptr<ResultTracer> tracer_;
  Relay relay_;
  SteppingEngine tracing_engine_{&relay_};
  std::unique_ptr<Execution> execution_;
  bool executed_ = false; ///< and what its tracer needs is being read
  std::vector<StateKey> wants_;
};

} // namespace runahead
