// Calls that a block itself makes, before and after its transactions (EIP-4788, 2935, 7002, 7251).
#pragma once

#include "machine/call_stack.hpp"
#include "state/journal.hpp"

#include <memory>

namespace runahead {

/// What a call is to do. `input` is the whole call data.
struct SystemMessage {
  Address target;
  Bytes input;
};

/// The contract that keeps the beacon chain's block roots (EIP-4788).
SystemMessage beacon_root_message(const Hash256& parent_beacon_root);
/// The contract that keeps block hashes (EIP-2935).
SystemMessage block_hash_message(const Hash256& parent_hash);
/// The contracts whose output is a list of requests: withdrawals (EIP-7002), consolidations
/// (EIP-7251).
SystemMessage withdrawal_requests_message();
SystemMessage consolidation_requests_message();

/// One such call from the system's address, with 30 million gas that nobody pays, as a resumable
/// computation in the manner of Program.
class SystemCall {
public:
  /// What is passed by reference must outlive the call; `tracer` may be null.
  SystemCall(SystemMessage message, const StateView& view, const BlockEnv& block,
             const Rules& rules, const Engine& engine, Caches& caches, Tracer* tracer = nullptr);

  Program::Progress run(int64_t budget);
  const std::vector<StateKey>& wants() const { return world_.journal.missing(); }
  const CallStack* call_stack() const { return started_ ? &stack_ : nullptr; }

  const Address& target() const { return message_.target; }
  /// After `done`: false if there is no code, so that nothing was run.
  bool has_code() const { return started_; }
  /// After `done`, if there is code.
  const CallResult& result() const { return stack_.result(); }
  const std::vector<AccountChange>& changes() const { return changes_; }

private:
  SystemMessage message_;
  JournaledWorld world_;
  CallStack stack_;
  bool started_ = false, ran_ = false;
  std::vector<AccountChange> changes_;
};

} // namespace runahead
