#include "tx/execution.hpp"

#include <algorithm>

namespace runahead {
namespace {

/// The block as the transaction sees it: a call that offers no fee runs as if there were none.
BlockEnv block_for(const ExecutionInput& input) {
  BlockEnv block = input.block;
  const Transaction& tx = input.transaction;
  if (is_lenient(input.mode)) {
    if (tx.max_fee.is_zero() && tx.max_priority_fee.is_zero()) block.base_fee = {};
    if (tx.max_fee_per_blob_gas.is_zero()) block.blob_base_fee = {};
  }
  return block;
}

} // namespace

Execution::Execution(ExecutionInput input, const StateView& view, const Engine& engine,
                     Caches& caches, Tracer* tracer)
    : input_(std::move(input)), gas_(gas_schedule(input_.rules.fork)),
      world_(view, block_for(input_),
             TxEnv{input_.transaction.sender, {}, input_.transaction.blob_hashes}, input_.rules,
             caches),
      stack_(world_, engine, tracer) {
  world_.tx.gas_price = effective_gas_price();
  apply_overrides(input_.overrides, world_);
}

bool Execution::pays_fees() const {
  const Transaction& tx = input_.transaction;
  return !is_lenient() || tx.max_fee || tx.max_priority_fee;
}

uint256 Execution::effective_gas_price() const {
  const Transaction& tx = input_.transaction;
  if (!pays_fees() || input_.rules.fork < Fork::london) return tx.max_fee;
  return std::min(tx.max_fee, tx.max_priority_fee + world_.block.base_fee);
}

uint64_t Execution::blob_gas() const {
  return static_cast<uint64_t>(gas::blob) * input_.transaction.blob_hashes.size();
}

Program::Progress Execution::want() {
  wants_ = world_.journal.missing();
  return Progress::want;
}

std::vector<StateKey> Execution::hints() const {
  std::vector<StateKey> keys;
  const Transaction& tx = input_.transaction;
  if (tx.to && !world_.precompile_at(*tx.to)) keys.push_back(StateKey::of(StateKind::code, *tx.to));
  for (const AccessListEntry& entry : tx.access_list) {
    keys.push_back(StateKey::of(StateKind::code, entry.address));
    for (const uint256& slot : entry.slots) keys.push_back(StateKey::storage(entry.address, slot));
  }
  return keys;
}

const CallStack* Execution::call_stack() const {
  return phase_ == Phase::executing ? &stack_ : nullptr;
}

Program::Progress Execution::run(int64_t budget) {
  // A phase that is done moves on to the next one.
  while (phase_ != Phase::ended) {
    world_.journal.clear_missing();
    Progress progress = Progress::done;
    switch (phase_) {
    case Phase::validating: progress = validate(); break;
    case Phase::preparing: progress = prepare(); break;
    case Phase::executing: progress = execute(budget); break;
    case Phase::finishing: progress = finish(); break;
    case Phase::ended: break;
    }
    if (progress != Progress::done) return progress;
  }
  return Progress::done;
}

} // namespace runahead
