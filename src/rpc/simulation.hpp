// A simulation (eth_simulateV1): blocks made up one after another, executed on the state of a
// pinned block and sealed with all their roots.
#pragma once

#include "block/changed_view.hpp"
#include "block/receipt.hpp"
#include "block/requests.hpp"
#include "block/system_call.hpp"
#include "interp/stepping.hpp"
#include "rpc/chain_access.hpp"
#include "rpc/chain_reader.hpp"
#include "rpc/pinned_program.hpp"
#include "rpc/simulate_request.hpp"
#include "rpc/transfer_tracer.hpp"
#include "tx/execution.hpp"

#include <map>

namespace runahead {

/// A block's header as far as it is known before it is executed, and what is to be executed.
struct PlannedBlock {
  uint64_t number = 0, timestamp = 0;
  SimulatedBlock content;
};

/// Numbers and times of the blocks, with those that lie in between; refuses blocks out of order,
/// and more of them than limits::simulated_blocks.
RpcResult<std::vector<PlannedBlock>> plan_blocks(std::vector<SimulatedBlock> blocks,
                                                 const BlockHeader& parent);

/// One call's end, with transfers among its logs if they were asked for.
struct SimulatedResult {
  ExecutionResult execution;
  std::vector<NumberedLog> logs;
};

struct SealedBlock {
  Block block;
  Hash256 hash;
  size_t size_bytes = 0;
  std::vector<SimulatedResult> results;
};

/// What a simulation comes to; the blocks mean nothing if it failed.
struct SimulationEnd {
  std::vector<SealedBlock> blocks;
  std::optional<RpcError> error;
};

struct SimulationInput {
  std::vector<PlannedBlock> blocks;
  bool trace_transfers = false;
  bool validation = false;
  uint64_t gas_budget = 0; ///< of all calls together
  StoredHeader parent;     ///< the block they are on top of
  TrieRef trie;            ///< of its state
  const ChainReader* chain = nullptr;
};

/// Hashes of blocks that are made up, over a view that knows the others.
class MadeUpHashes final : public StateView {
public:
  explicit MadeUpHashes(const StateView& base) : base_(base) {}
  void add(uint64_t number, const Hash256& hash) { hashes_[number] = {from(hash), nullptr}; }
  const StateValue* find(const StateKey& key) const override;

private:
  const StateView& base_;
  std::map<uint64_t, StateValue> hashes_; ///< entries never move
};

class Simulation final : public PinnedProgram, private Program {
public:
  /// `end` is filled as it goes on.
  Simulation(ProgramSite site, SimulationInput input, std::shared_ptr<SimulationEnd> end);

  Program& program() override { return *this; }
  CallEnd take_end() override { return ExecutionResult{}; }

private:
  enum class Phase : uint8_t { begin, calls_before, calls, payments, calls_after, seal, ended };

  Progress run(int64_t budget) override;
  const std::vector<StateKey>& wants() const override { return wants_; }
  std::vector<StateKey> hints() const override { return {}; }
  const CallStack* call_stack() const override;

  Progress step(int64_t budget);
  void begin_block();
  Progress run_system_calls(std::span<const SystemMessage> messages, int64_t budget, Phase after);
  Progress run_calls(int64_t budget);
  bool begin_call(const SimulatedCall& call);
  void end_call();
  Progress run_payments();
  void seal();
  void refuse(RpcError error);
  void apply(std::span<const AccountChange> changes);
  void apply_overrides(const StateOverrides& overrides);
  Result<Bytes> deposits() const;
  BlockEnv env() const;

  SimulationInput input_;
  std::shared_ptr<SimulationEnd> end_;
  MadeUpHashes hashes_{view()};
  ChangedView state_{hashes_};
  StateTrie trie_;
  TransferTracer tracer_;
  SteppingEngine tracing_engine_{&tracer_};

  // The block that is being made.
  Phase phase_ = Phase::begin;
  size_t next_ = 0; ///< of the blocks
  StoredHeader parent_;
  SealedBlock made_;
  BlockRules rules_;
  StateOverrides moved_; ///< precompiles, as overrides of the block
  std::vector<Receipt> receipts_;
  std::vector<RequestList> requests_;
  uint64_t gas_used_ = 0;
  size_t next_call_ = 0;
  size_t log_count_ = 0;         ///< where no transfers are traced
  size_t system_calls_made_ = 0; ///< in this phase
  std::unique_ptr<SystemCall> system_call_;
  std::unique_ptr<Execution> execution_;
  uint64_t supplied_gas_ = 0; ///< to the call that runs
  std::vector<StateKey> wants_;
};

} // namespace runahead
