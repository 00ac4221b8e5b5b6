// One transaction or call as a resumable program, in phases: validation, preparation, execution,
// finish. A phase that needs state which has not arrived stops with `want` and is done again when
// it has.
#pragma once

#include "machine/call_stack.hpp"
#include "machine/program.hpp"
#include "spec/block_env.hpp"
#include "state/journal.hpp"
#include "tx/overrides.hpp"
#include "tx/transaction.hpp"

#include <optional>
#include <string>

namespace runahead {

/// Why a transaction cannot be executed at all.
enum class InvalidCode : uint8_t {
  type_not_supported,
  fee_cap_below_base_fee,
  priority_fee_above_fee_cap,
  gas_limit_above_block,
  gas_limit_above_cap, ///< EIP-7825
  intrinsic_gas_too_low,
  floor_gas_too_low, ///< EIP-7623
  nonce_too_low,
  nonce_too_high,
  nonce_at_maximum, ///< EIP-2681
  sender_not_eoa,   ///< EIP-3607
  insufficient_funds,
  initcode_too_large, ///< EIP-3860
  blob_count_zero,
  blob_count_too_high,
  blob_version,
  blob_fee_too_low,
  blob_create,
  set_code_create,
  set_code_empty,
  wrong_chain,
};

struct InvalidTransaction {
  InvalidCode code;
  std::string message;
};

struct ExecutionResult {
  Status status = Status::success;
  uint64_t gas_used = 0; ///< after refunds and the floor
  int64_t refund = 0;    ///< what was given back
  uint64_t peak_gas = 0; ///< before refunds, but at least the floor: what a gas limit must cover
  Bytes output;          ///< return or revert data; the deployed code of a create
  std::vector<Log> logs;
  std::optional<Address> created;
};

enum class ExecutionMode : uint8_t {
  transaction, ///< all rules of a block's transaction
  call, ///< geth's eth_call: no nonce, code-of-sender or EIP-7825 check; fees checked only if given
  simulation,           ///< checked as a call is, kept as a transaction is
  validated_simulation, ///< as a transaction; its gas may exceed a block's and EIP-7825's limits
};

/// Who sends it need not be able to.
constexpr bool is_lenient(ExecutionMode mode) {
  return mode == ExecutionMode::call || mode == ExecutionMode::simulation;
}

struct ExecutionInput {
  Transaction transaction;
  BlockEnv block;
  Rules rules;
  ExecutionMode mode = ExecutionMode::transaction;
  StateOverrides overrides;
};

class Execution final : public Program {
public:
  /// Everything passed by reference must outlive the execution. `tracer` may be null.
  Execution(ExecutionInput input, const StateView& view, const Engine& engine, Caches& caches,
            Tracer* tracer = nullptr);

  Progress run(int64_t budget) override;
  const std::vector<StateKey>& wants() const override { return wants_; }
  void park() override { stack_.park(); }
  std::vector<StateKey> hints() const override;
  const CallStack* call_stack() const override;

  /// What it was made from.
  const ExecutionInput& input() const { return input_; }
  /// After `done`: exactly one of these two is set. A result with `precompile_beyond_limits` is
  /// none of the EVM's.
  const std::optional<InvalidTransaction>& invalid() const { return invalid_; }
  const ExecutionResult* result() const { return invalid_ ? nullptr : &result_; }
  /// The result, for keeps. REQUIRES: done, and not invalid.
  ExecutionResult take_result() { return std::move(result_); }
  /// After `done`, but of a call: what changed. Empty if the transaction was invalid.
  const std::vector<AccountChange>& changes() const { return changes_; }

private:
  enum class Phase : uint8_t { validating, preparing, executing, finishing, ended };

  // validation.cpp
  Progress validate();
  bool check_form();
  bool check_gas();
  bool check_fees();
  bool check_blobs();
  bool check_set_code();
  bool check_sender(uint64_t nonce, const Bytecode& code);
  bool check_funds();
  bool refuse(InvalidCode code, std::string message);

  // preparation.cpp
  Progress prepare();
  void recover_authorities();
  bool read_authorities();
  void apply_authorizations();
  void warm_initial();
  std::optional<Message> outermost_message();

  // finish.cpp
  Progress execute(int64_t budget);
  Progress finish();
  void settle_gas(int64_t gas_left);

  Progress want();
  bool is_lenient() const { return runahead::is_lenient(input_.mode); }
  bool is_in_block() const { return input_.mode == ExecutionMode::transaction; }
  bool pays_fees() const;
  uint256 effective_gas_price() const;
  uint64_t blob_gas() const;

  ExecutionInput input_;
  const GasSchedule& gas_;
  JournaledWorld world_;
  CallStack stack_;
  Phase phase_ = Phase::validating;
  int64_t intrinsic_gas_ = 0;
  int64_t floor_gas_ = 0;
  bool bought_ = false;  ///< gas paid and nonce counted
  bool settled_ = false; ///< unused gas given back
  std::vector<std::optional<Address>>
      authorities_; ///< signers; empty where an authorization is void
  std::vector<StateKey> wants_;
  std::optional<InvalidTransaction> invalid_;
  ExecutionResult result_;
  std::vector<AccountChange> changes_;
};

} // namespace runahead
