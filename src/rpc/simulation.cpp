#include "rpc/simulation.hpp"

#include "base/hex.hpp"
#include "base/limits.hpp"
#include "block/block_execution.hpp"
#include "block/block_reward.hpp"
#include "block/fee_market.hpp"
#include "rpc/call_error.hpp"
#include "rpc/override_changes.hpp"
#include "spec/blob_fee.hpp"
#include "spec/gas.hpp"

#include <algorithm>
#include <array>

namespace runahead {
namespace {

constexpr uint64_t block_seconds = 12; ///< between two blocks that name no time
constexpr uint64_t wei_per_gwei = 1'000'000'000;

std::string in_order(std::string_view what, uint64_t value, uint64_t before) {
  return "block " + std::string(what) + " must be in order: " + to_decimal(value) +
         " <= " + to_decimal(before);
}

/// execution-apis' codes for transactions that cannot be executed.
int code_of(InvalidCode code) {
  switch (code) {
  case InvalidCode::nonce_too_low: return rpc_code::nonce_too_low;
  case InvalidCode::nonce_too_high: return rpc_code::nonce_too_high;
  case InvalidCode::fee_cap_below_base_fee: return rpc_code::fee_below_base_fee;
  case InvalidCode::intrinsic_gas_too_low:
  case InvalidCode::floor_gas_too_low: return rpc_code::intrinsic_gas_too_low;
  case InvalidCode::insufficient_funds: return rpc_code::insufficient_funds;
  case InvalidCode::sender_not_eoa: return rpc_code::sender_not_eoa;
  case InvalidCode::initcode_too_large: return rpc_code::initcode_too_large;
  default: return rpc_code::internal_error;
  }
}

/// A transaction without a signature, as it stands in a simulated block.
SignedTransaction unsigned_transaction(Transaction tx, const GivenFields& given,
                                       const BlockHeader& header, uint64_t chain_id) {
  if (tx.type <= TxType::access_list && header.base_fee && !given.gas_price)
    tx.type = TxType::dynamic_fee;
  if (tx.type != TxType::legacy) tx.chain_id = uint256{chain_id};
  return {std::move(tx), {}, {}, {}};
}

} // namespace

RpcResult<std::vector<PlannedBlock>> plan_blocks(std::vector<SimulatedBlock> blocks,
                                                 const BlockHeader& parent) {
  const auto too_many = [] { return rpc_fail(rpc_code::too_many_blocks, "too many blocks"); };
  if (blocks.size() > limits::simulated_blocks) return too_many();
  std::vector<PlannedBlock> planned;
  uint64_t number = parent.number, time = parent.timestamp;
  for (SimulatedBlock& block : blocks) {
    const uint64_t wanted = block.overrides.number.value_or(number + 1);
    if (wanted <= number)
      return rpc_fail(rpc_code::blocks_out_of_order, in_order("numbers", wanted, number));
    if (wanted - parent.number > limits::simulated_blocks) return too_many();
    while (number + 1 < wanted) planned.push_back({++number, time += block_seconds, {}});
    const uint64_t wanted_time = block.overrides.time.value_or(time + block_seconds);
    if (wanted_time <= time)
      return rpc_fail(rpc_code::times_out_of_order, in_order("timestamps", wanted_time, time));
    number = wanted;
    time = wanted_time;
    planned.push_back({number, time, std::move(block)});
  }
  return planned;
}

const StateValue* MadeUpHashes::find(const StateKey& key) const {
  if (key.kind == StateKind::block_hash && key.slot.fits_u64())
    if (const auto it = hashes_.find(key.slot.w[0]); it != hashes_.end()) return &it->second;
  return base_.find(key);
}

Simulation::Simulation(ProgramSite site, SimulationInput input, std::shared_ptr<SimulationEnd> end)
    : PinnedProgram(std::move(site)), input_(std::move(input)), end_(std::move(end)),
      trie_(*input_.trie), parent_(std::move(input_.parent)) {
  hashes_.add(parent_.header.number, parent_.hash);
}

/// Nobody runs ahead: scouts keep to the world of one execution, and here each has its own.
const CallStack* Simulation::call_stack() const { return nullptr; }

void Simulation::refuse(RpcError error) {
  end_->error = std::move(error);
  phase_ = Phase::ended;
}

Program::Progress Simulation::run(int64_t budget) {
  while (phase_ != Phase::ended)
    if (const Progress progress = step(budget); progress != Progress::done) return progress;
  return Progress::done;
}

Program::Progress Simulation::step(int64_t budget) {
  const std::array requests = {withdrawal_requests_message(), consolidation_requests_message()};
  switch (phase_) {
  case Phase::begin: begin_block(); break;
  case Phase::calls_before: {
    std::vector<SystemMessage> messages;
    const BlockHeader& header = made_.block.header;
    if (header.parent_beacon_root)
      messages.push_back(beacon_root_message(*header.parent_beacon_root));
    if (rules_.since(Fork::prague)) messages.push_back(block_hash_message(header.parent_hash));
    return run_system_calls(messages, budget, Phase::calls);
  }
  case Phase::calls: return run_calls(budget);
  case Phase::payments: return run_payments();
  case Phase::calls_after:
    if (rules_.since(Fork::prague)) return run_system_calls(requests, budget, Phase::seal);
    phase_ = Phase::seal;
    break;
  case Phase::seal: seal(); break;
  case Phase::ended: break;
  }
  return Progress::done;
}

// Blocks -----------------------------------------------------------------------------------------

void Simulation::begin_block() {
  if (next_ == input_.blocks.size()) {
    phase_ = Phase::ended;
    return;
  }
  const PlannedBlock& planned = input_.blocks[next_];
  const BlockOverrides& overrides = planned.content.overrides;
  const BlockHeader& before = parent_.header;
  rules_ = input_.chain->rules_behind(parent_, planned.number, planned.timestamp);
  made_ = {};
  BlockHeader& header = made_.block.header;
  header.parent_hash = parent_.hash;
  header.number = planned.number;
  header.timestamp = planned.timestamp;
  header.coinbase = overrides.fee_recipient.value_or(before.coinbase);
  header.gas_limit = overrides.gas_limit.value_or(before.gas_limit);
  header.difficulty = overrides.difficulty.value_or(before.difficulty);
  if (rules_.since(Fork::paris)) {
    header.difficulty = {};
    header.mix_hash = to_hash(overrides.prev_randao.value_or(uint256{}));
  }
  if (rules_.since(Fork::london))
    header.base_fee =
        overrides.base_fee.value_or(input_.validation ? next_base_fee(before) : uint256{});
  if (rules_.since(Fork::shanghai)) made_.block.withdrawals = planned.content.withdrawals;
  if (rules_.since(Fork::cancun)) {
    header.blob_gas_used = 0;
    header.excess_blob_gas = next_excess_blob_gas(before, rules_.rules);
    header.parent_beacon_root = planned.content.beacon_root.value_or(Hash256{});
  }
  receipts_.clear();
  requests_.clear();
  gas_used_ = next_call_ = system_calls_made_ = log_count_ = 0;
  tracer_.restart();
  phase_ = Phase::calls_before;
  apply_overrides(planned.content.state);
}

/// They stay for the blocks to come, but for precompiles, which go back to their places.
void Simulation::apply_overrides(const StateOverrides& overrides) {
  auto made = to_changes(overrides, rules_.rules.fork);
  if (!made) return refuse({rpc_code::server_error, made.error().message});
  moved_ = std::move(made->moves);
  apply(made->changes);
}

void Simulation::apply(std::span<const AccountChange> changes) {
  state_.apply(changes);
  trie_.apply(changes);
}

BlockEnv Simulation::env() const {
  BlockEnv env = block_env(made_.block.header, rules_.rules);
  const auto& blob_fee = input_.blocks[next_].content.overrides.blob_base_fee;
  env.blob_base_fee = blob_fee.value_or(env.blob_base_fee);
  return env;
}

/// What the last two of a block put out are its requests; of the others only the changes count.
Program::Progress Simulation::run_system_calls(std::span<const SystemMessage> messages,
                                               int64_t budget, Phase after) {
  constexpr std::array types = {RequestType::withdrawal, RequestType::consolidation};
  while (system_calls_made_ < messages.size()) {
    if (!system_call_)
      system_call_ = std::make_unique<SystemCall>(messages[system_calls_made_], state_, env(),
                                                  rules_.rules, engine(), caches());
    const Progress progress = system_call_->run(budget);
    if (progress == Progress::want) wants_ = system_call_->wants();
    if (progress != Progress::done) return progress;
    apply(system_call_->changes());
    if (phase_ == Phase::calls_after && system_call_->has_code()) {
      RequestList& list = requests_.emplace_back();
      list.push_back(static_cast<uint8_t>(types[system_calls_made_]));
      const Bytes& output = system_call_->result().output;
      list.insert(list.end(), output.begin(), output.end());
    }
    system_call_.reset();
    ++system_calls_made_;
  }
  system_calls_made_ = 0;
  phase_ = after;
  return Progress::done;
}

Result<Bytes> Simulation::deposits() const {
  RequestList list{static_cast<uint8_t>(RequestType::deposit)};
  for (const Receipt& receipt : receipts_)
    if (const auto ok = append_deposits(receipt.logs, rules_.deposit_contract, list); !ok)
      return std::unexpected(ok.error());
  return list;
}

Program::Progress Simulation::run_payments() {
  phase_ = Phase::calls_after;
  Block& block = made_.block;
  const uint256 reward = block_reward(rules_.rules.fork);
  if (!block.withdrawals && reward.is_zero()) return Progress::done;
  Journal journal(state_, rules_.rules.fork);
  const auto pay = [&](const Address& to, const uint256& wei) {
    journal.touch(to);
    journal.add_balance(to, wei);
  };
  if (reward) pay(block.header.coinbase, reward);
  for (const Withdrawal& w : block.withdrawals.value_or(std::vector<Withdrawal>{}))
    pay(w.address, uint256{w.amount_gwei} * uint256{wei_per_gwei});
  const auto changes = journal.finish();
  if (!changes) {
    wants_ = journal.missing();
    phase_ = Phase::payments;
    return Progress::want;
  }
  apply(*changes);
  if (block.withdrawals) block.header.withdrawals_root = withdrawals_root(*block.withdrawals);
  return Progress::done;
}

void Simulation::seal() {
  Block& block = made_.block;
  BlockHeader& header = block.header;
  if (rules_.since(Fork::prague)) {
    auto list = deposits();
    if (!list) return refuse({rpc_code::server_error, list.error().message});
    requests_.insert(requests_.begin(), std::move(*list));
    header.requests_hash = requests_hash(requests_);
  }
  header.state_root = trie_.root();
  header.transactions_root = transactions_root(block.transactions);
  header.receipts_root = receipts_root(receipts_);
  for (const Receipt& receipt : receipts_) header.logs_bloom |= receipt.bloom;
  header.gas_used = gas_used_;
  made_.hash = header_hash(header);
  made_.size_bytes = encode_block(block).size();
  hashes_.add(header.number, made_.hash);
  parent_.header = header;
  parent_.hash = made_.hash;
  parent_.total_difficulty = parent_.total_difficulty + header.difficulty;
  end_->blocks.push_back(std::move(made_));
  ++next_;
  phase_ = Phase::begin;
}

// Calls ------------------------------------------------------------------------------------------

/// False if state is missing, or there is no gas for the call.
bool Simulation::begin_call(const SimulatedCall& call) {
  const BlockHeader& header = made_.block.header;
  Transaction tx = call.transaction;
  if (call.given.nonce) {
    tx.nonce = *call.given.nonce;
  } else {
    const StateKey key = StateKey::of(StateKind::nonce, tx.sender);
    const StateValue* nonce = state_.find(key);
    if (nonce == nullptr) {
      wants_ = {key};
      return false;
    }
    tx.nonce = nonce->word.w[0];
  }
  const uint64_t room = header.gas_limit - gas_used_;
  tx.gas_limit = call.given.gas.value_or(room);
  if (tx.gas_limit > room) {
    refuse({rpc_code::block_gas_exceeded, "block gas limit reached: " + to_decimal(gas_used_) +
                                              " >= " + to_decimal(header.gas_limit)});
    return false;
  }
  supplied_gas_ = tx.gas_limit = std::min(tx.gas_limit, input_.gas_budget);
  SignedTransaction made =
      unsigned_transaction(std::move(tx), call.given, header, rules_.rules.chain_id);
  ExecutionInput input{
      made.transaction, env(), rules_.rules,
      input_.validation ? ExecutionMode::validated_simulation : ExecutionMode::simulation, moved_};
  made_.block.transactions.push_back(std::move(made));
  const bool traces = input_.trace_transfers;
  execution_ =
      std::make_unique<Execution>(std::move(input), state_, traces ? tracing_engine_ : engine(),
                                  caches(), traces ? &tracer_ : nullptr);
  return true;
}

void Simulation::end_call() {
  if (const auto& invalid = execution_->invalid())
    return refuse({code_of(invalid->code), invalid_text(*invalid, supplied_gas_)});
  BlockHeader& header = made_.block.header;
  const Transaction& tx = made_.block.transactions.back().transaction;
  apply(execution_->changes());
  SimulatedResult& result = made_.results.emplace_back();
  result.execution = execution_->take_result();
  if (result.execution.status == Status::precompile_beyond_limits)
    return refuse({rpc_code::beyond_limits, failure_text(result.execution.status)});
  gas_used_ += result.execution.gas_used;
  input_.gas_budget -= std::min(input_.gas_budget, result.execution.gas_used);
  if (header.blob_gas_used)
    *header.blob_gas_used += static_cast<uint64_t>(gas::blob) * tx.blob_hashes.size();
  Receipt& receipt = receipts_.emplace_back();
  receipt.type = tx.type;
  receipt.success = result.execution.status == Status::success;
  receipt.cumulative_gas_used = gas_used_;
  if (receipt.success) receipt.logs = result.execution.logs;
  if (!rules_.since(Fork::byzantium)) receipt.state_root = trie_.root(); // EIP-658
  if (input_.trace_transfers)
    result.logs = tracer_.take_logs(receipt.logs);
  else
    for (const Log& log : receipt.logs) result.logs.push_back({log, log_count_++});
  receipt.bloom = bloom_of(receipt.logs);
}

Program::Progress Simulation::run_calls(int64_t budget) {
  const std::vector<SimulatedCall>& calls = input_.blocks[next_].content.calls;
  while (next_call_ < calls.size()) {
    if (!execution_ && !begin_call(calls[next_call_]))
      return phase_ == Phase::ended ? Progress::done : Progress::want;
    const Progress progress = execution_->run(budget);
    if (progress == Progress::want) wants_ = execution_->wants();
    if (progress != Progress::done) return progress;
    end_call();
    execution_.reset();
    if (phase_ == Phase::ended) return Progress::done;
    ++next_call_;
  }
  phase_ = Phase::payments;
  return Progress::done;
}

} // namespace runahead
