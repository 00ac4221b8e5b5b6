// A block's execution as a resumable program over state that may be missing: system calls, the
// transactions one after another, withdrawals and rewards. What changes stands in a layer over the
// view.
//
//   BlockExecution execution(block_input(block, rules), view, engine, caches);
//   while (execution.run(budget) == Program::Progress::want) { ... execution.wants() ... }
//   if (!execution.invalid()) check_results(block.header, execution);
#pragma once

#include "block/block.hpp"
#include "block/changed_view.hpp"
#include "block/fork_schedule.hpp"
#include "block/invalid_block.hpp"
#include "block/receipt.hpp"
#include "block/requests.hpp"
#include "block/system_call.hpp"
#include "tx/execution.hpp"

#include <functional>
#include <memory>

namespace runahead {

/// Follows the state from transaction to transaction, for receipts before Byzantium.
class StateRoots {
public:
  virtual ~StateRoots() = default;
  /// Makes the changes, which are those since the call before; gives the root of the state then.
  virtual Hash256 root_after(std::span<const AccountChange> changes) = 0;
};

/// What execution takes of a block. Of the header it reads the fields that the EVM can see and the
/// parents' hashes, none of the results.
struct BlockInput {
  BlockHeader header;
  BlockRules rules;
  std::vector<Transaction> transactions; ///< with their senders
  std::vector<BlockHeader> ommers;
  std::vector<Withdrawal> withdrawals;
};

/// REQUIRES: the block's senders are set.
BlockInput block_input(const Block& block, const BlockRules& rules);

/// The block as its transactions see it.
BlockEnv block_env(const BlockHeader& header, const Rules& rules);

struct BlockOptions {
  /// Asked after each transaction before Byzantium. Null: the receipts' roots are zero there.
  StateRoots* roots = nullptr;
  /// Gives the tracer of a transaction by its index; may give null.
  std::function<Tracer*(size_t)> tracer_of;
  /// If set, the execution is done before this transaction: a state in the middle of the block.
  std::optional<size_t> stop_before;
};

class BlockExecution final : public Program {
public:
  /// Everything passed by reference must outlive the execution.
  BlockExecution(BlockInput input, const StateView& view, const Engine& engine, Caches& caches,
                 BlockOptions options = {});

  Progress run(int64_t budget) override;
  const std::vector<StateKey>& wants() const override { return wants_; }
  std::vector<StateKey> hints() const override;
  const CallStack* call_stack() const override;

  /// After `done`: set if the block is invalid; then the rest has no meaning.
  const std::optional<InvalidBlock>& invalid() const { return invalid_; }

  /// True once a transaction called a precompile beyond a limit: the rest has no meaning then.
  bool met_limit() const { return met_limit_; }

  // Of every transaction that has been executed, in order.
  const std::vector<ExecutionResult>& results() const { return results_; }
  const std::vector<Receipt>& receipts() const { return receipts_; }

  uint64_t gas_used() const { return gas_used_; }
  uint64_t blob_gas_used() const { return blob_gas_used_; }
  Bloom logs_bloom() const;
  /// Since Prague: deposits, withdrawals and consolidations, each with its type byte.
  const std::vector<RequestList>& requests() const { return requests_; }
  /// The state with what has happened so far.
  const ChangedView& state() const { return state_; }

  const BlockInput& input() const { return input_; }

private:
  enum class Phase : uint8_t {
    dao_fork,
    calls_before,
    transactions,
    withdrawals,
    rewards,
    calls_after,
    ended
  };

  Progress step(int64_t budget);
  Progress run_dao_fork();
  Progress run_call(SystemMessage message, int64_t budget);
  Progress run_calls_before(int64_t budget);
  Progress run_transactions(int64_t budget);
  Progress run_withdrawals();
  Progress run_rewards();
  Progress run_calls_after(int64_t budget);

  bool begin_transaction();
  void end_transaction();
  bool collect_deposits();
  Progress pay(const std::function<bool(Journal&)>& payments);
  Progress refuse(InvalidBlock fault);
  Progress next(Phase phase);
  bool since(Fork fork) const { return input_.rules.since(fork); }

  BlockInput input_;
  const Engine& engine_;
  Caches& caches_;
  BlockOptions options_;
  BlockEnv env_;
  ChangedView state_;
  Phase phase_ = Phase::dao_fork;
  size_t calls_made_ = 0; ///< in the current phase
  std::unique_ptr<SystemCall> call_;
  std::unique_ptr<Execution> transaction_;
  std::vector<StateKey> wants_;
  std::optional<InvalidBlock> invalid_;
  bool met_limit_ = false;
  std::vector<ExecutionResult> results_;
  std::vector<Receipt> receipts_;
  std::vector<RequestList> requests_;
  uint64_t gas_used_ = 0;
  uint64_t blob_gas_used_ = 0;
};

/// Compares gas, blob gas, bloom, receipts root and requests with what the header says; the state
/// root is left to whoever keeps the state. REQUIRES: the execution is done, and valid.
std::optional<InvalidBlock> check_results(const BlockHeader& header,
                                          const BlockExecution& execution);

} // namespace runahead
