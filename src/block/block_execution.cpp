#include "block/block_execution.hpp"

#include "base/hex.hpp"
#include "block/block_reward.hpp"
#include "block/dao_fork.hpp"
#include "spec/blob_fee.hpp"
#include "spec/gas.hpp"

namespace runahead {
namespace {

constexpr auto gas_per_blob = static_cast<uint64_t>(gas::blob);
constexpr uint64_t wei_per_gwei = 1'000'000'000;

std::string place(size_t transaction) {
  return "transactions[" + std::to_string(transaction) + "]";
}

} // namespace

BlockInput block_input(const Block& block, const BlockRules& rules) {
  BlockInput input{block.header, rules, {}, block.ommers, {}};
  input.transactions.reserve(block.transactions.size());
  for (const SignedTransaction& tx : block.transactions)
    input.transactions.push_back(tx.transaction);
  if (block.withdrawals) input.withdrawals = *block.withdrawals;
  return input;
}

BlockEnv block_env(const BlockHeader& header, const Rules& rules) {
  BlockEnv env;
  env.number = header.number;
  env.timestamp = header.timestamp;
  env.gas_limit = header.gas_limit;
  env.coinbase = header.coinbase;
  env.prev_randao = rules.fork >= Fork::paris ? from(header.mix_hash) : header.difficulty;
  env.base_fee = header.base_fee.value_or(uint256{});
  if (rules.fork >= Fork::cancun)
    env.blob_base_fee = blob_base_fee(header.excess_blob_gas.value_or(0), rules.blobs);
  return env;
}

BlockExecution::BlockExecution(BlockInput input, const StateView& view, const Engine& engine,
                               Caches& caches, BlockOptions options)
    : input_(std::move(input)), engine_(engine), caches_(caches), options_(std::move(options)),
      env_(block_env(input_.header, input_.rules.rules)), state_(view) {
  results_.reserve(input_.transactions.size());
  receipts_.reserve(input_.transactions.size());
}

std::vector<StateKey> BlockExecution::hints() const {
  std::vector<StateKey> keys;
  for (const Transaction& tx : input_.transactions) {
    keys.push_back(StateKey::of(StateKind::balance, tx.sender));
    keys.push_back(StateKey::of(StateKind::nonce, tx.sender));
    if (tx.to) keys.push_back(StateKey::of(StateKind::code, *tx.to));
    for (const AccessListEntry& entry : tx.access_list)
      for (const uint256& slot : entry.slots)
        keys.push_back(StateKey::storage(entry.address, slot));
  }
  return keys;
}

const CallStack* BlockExecution::call_stack() const {
  if (transaction_) return transaction_->call_stack();
  return call_ ? call_->call_stack() : nullptr;
}

Bloom BlockExecution::logs_bloom() const {
  Bloom bloom;
  for (const Receipt& receipt : receipts_) bloom |= receipt.bloom;
  return bloom;
}

Program::Progress BlockExecution::run(int64_t budget) {
  // A phase that is done moves on to the next one.
  while (phase_ != Phase::ended)
    if (const Progress progress = step(budget); progress != Progress::done) return progress;
  return Progress::done;
}

Program::Progress BlockExecution::step(int64_t budget) {
  switch (phase_) {
  case Phase::dao_fork: return run_dao_fork();
  case Phase::calls_before: return run_calls_before(budget);
  case Phase::transactions: return run_transactions(budget);
  case Phase::withdrawals: return run_withdrawals();
  case Phase::rewards: return run_rewards();
  case Phase::calls_after: return run_calls_after(budget);
  case Phase::ended: break;
  }
  return Progress::done;
}

Program::Progress BlockExecution::next(Phase phase) {
  phase_ = phase;
  calls_made_ = 0;
  return Progress::done;
}

Program::Progress BlockExecution::refuse(InvalidBlock fault) {
  invalid_ = std::move(fault);
  return next(Phase::ended);
}

/// Changes balances outside of transactions. `payments` is false if state is missing.
Program::Progress BlockExecution::pay(const std::function<bool(Journal&)>& payments) {
  Journal journal(state_, input_.rules.rules.fork);
  if (payments(journal))
    if (const auto changes = journal.finish()) {
      state_.apply(*changes);
      return Progress::done;
    }
  wants_ = journal.missing();
  return Progress::want;
}

Program::Progress BlockExecution::run_dao_fork() {
  if (input_.rules.dao_fork == input_.header.number) {
    const Progress paid = pay([](Journal& journal) {
      for (const Address& account : dao_accounts()) (void)journal.balance(account);
      if (!journal.missing().empty()) return false;
      journal.touch(dao_refund_contract());
      for (const Address& account : dao_accounts()) {
        const uint256 balance = *journal.balance(account);
        journal.touch(account);
        journal.subtract_balance(account, balance);
        journal.add_balance(dao_refund_contract(), balance);
      }
      return true;
    });
    if (paid != Progress::done) return paid;
  }
  return next(Phase::calls_before);
}

/// Runs one system call; its result is in `call_` when it is done.
Program::Progress BlockExecution::run_call(SystemMessage message, int64_t budget) {
  if (!call_)
    call_ = std::make_unique<SystemCall>(std::move(message), state_, env_, input_.rules.rules,
                                         engine_, caches_);
  const Progress progress = call_->run(budget);
  if (progress == Progress::want) wants_ = call_->wants();
  if (progress == Progress::done) {
    state_.apply(call_->changes());
    ++calls_made_;
  }
  return progress;
}

/// Whether these calls succeed makes no difference (EIP-4788, EIP-2935).
Program::Progress BlockExecution::run_calls_before(int64_t budget) {
  const BlockHeader& h = input_.header;
  if (calls_made_ == 0) {
    if (since(Fork::cancun) && h.parent_beacon_root) {
      const Progress progress = run_call(beacon_root_message(*h.parent_beacon_root), budget);
      if (progress != Progress::done) return progress;
      call_.reset();
    }
    calls_made_ = 1;
  }
  if (since(Fork::prague)) {
    const Progress progress = run_call(block_hash_message(h.parent_hash), budget);
    if (progress != Progress::done) return progress;
    call_.reset();
  }
  return next(Phase::transactions);
}

/// False if the block has no room for the next transaction.
bool BlockExecution::begin_transaction() {
  const size_t index = results_.size();
  const Transaction& tx = input_.transactions[index];
  const uint64_t room = input_.header.gas_limit - gas_used_;
  if (tx.gas_limit > room) {
    InvalidBlock fault =
        have_want(BlockFault::block_gas, place(index) + ".gas", to_decimal(tx.gas_limit),
                  "at most " + to_decimal(room) + ", what is left of the block's gas");
    fault.index = index;
    refuse(std::move(fault));
    return false;
  }
  const uint64_t most_blob_gas = input_.rules.rules.blobs.max * gas_per_blob;
  const uint64_t blob_gas = blob_gas_used_ + tx.blob_hashes.size() * gas_per_blob;
  if (tx.type == TxType::blob && since(Fork::cancun) && blob_gas > most_blob_gas) {
    InvalidBlock fault = have_want(BlockFault::blob_gas, place(index) + ".blobVersionedHashes",
                                   to_decimal(blob_gas) + " blob gas up to here",
                                   "at most " + to_decimal(most_blob_gas) + " in a block");
    fault.index = index;
    refuse(std::move(fault));
    return false;
  }
  Tracer* tracer = options_.tracer_of ? options_.tracer_of(index) : nullptr;
  transaction_ = std::make_unique<Execution>(
      ExecutionInput{tx, env_, input_.rules.rules, ExecutionMode::transaction, {}}, state_, engine_,
      caches_, tracer);
  return true;
}

void BlockExecution::end_transaction() {
  const size_t index = results_.size();
  const Transaction& tx = input_.transactions[index];
  if (const auto* result = transaction_->result();
      result != nullptr && result->status == Status::precompile_beyond_limits) {
    met_limit_ = true;
    next(Phase::ended);
    return;
  }
  if (const auto& invalid = transaction_->invalid()) {
    refuse({BlockFault::transaction,
            place(index) + ": " + invalid->message,
            index,
            invalid->code,
            {}});
    return;
  }
  const ExecutionResult& result = results_.emplace_back(*transaction_->result());
  gas_used_ += result.gas_used;
  blob_gas_used_ += tx.blob_hashes.size() * gas_per_blob;
  Receipt& receipt = receipts_.emplace_back();
  receipt.type = tx.type;
  receipt.success = result.status == Status::success;
  receipt.cumulative_gas_used = gas_used_;
  receipt.logs = result.logs;
  receipt.bloom = bloom_of(receipt.logs);
  state_.apply(transaction_->changes());
  if (!since(Fork::byzantium)) // EIP-658
    receipt.state_root =
        options_.roots != nullptr ? options_.roots->root_after(transaction_->changes()) : Hash256{};
}

Program::Progress BlockExecution::run_transactions(int64_t budget) {
  while (results_.size() < input_.transactions.size()) {
    if (!transaction_) {
      if (options_.stop_before == results_.size()) return next(Phase::ended);
      if (!begin_transaction()) return Progress::done;
    }
    const Progress progress = transaction_->run(budget);
    if (progress == Progress::want) wants_ = transaction_->wants();
    if (progress != Progress::done) return progress;
    end_transaction();
    transaction_.reset();
    if (phase_ == Phase::ended) return Progress::done;
  }
  if (options_.stop_before == results_.size()) return next(Phase::ended);
  return next(Phase::withdrawals);
}

Program::Progress BlockExecution::run_withdrawals() {
  const Progress paid = pay([&](Journal& journal) {
    for (const Withdrawal& w : input_.withdrawals) {
      journal.touch(w.address);
      journal.add_balance(w.address, uint256{w.amount_gwei} * uint256{wei_per_gwei});
    }
    return true;
  });
  return paid == Progress::done ? next(Phase::rewards) : paid;
}

/// Yellow Paper 11.3: a 32nd more for each ommer; its miner gets 7 to 2 eighths, by its age.
Program::Progress BlockExecution::run_rewards() {
  const uint256 reward = block_reward(input_.rules.rules.fork);
  const BlockHeader& h = input_.header;
  if (reward) {
    const Progress paid = pay([&](Journal& journal) {
      uint256 whole = reward;
      for (const BlockHeader& ommer : input_.ommers) {
        const uint64_t eighths = 8 + ommer.number - h.number;
        journal.touch(ommer.coinbase);
        journal.add_balance(ommer.coinbase, (reward * uint256{eighths}) >> 3);
        whole += reward >> 5;
      }
      journal.touch(h.coinbase);
      journal.add_balance(h.coinbase, whole);
      return true;
    });
    if (paid != Progress::done) return paid;
  }
  return next(Phase::calls_after);
}

/// Refuses the block where an event of the deposit contract is malformed.
bool BlockExecution::collect_deposits() {
  RequestList deposits{static_cast<uint8_t>(RequestType::deposit)};
  for (size_t i = 0; i < receipts_.size(); ++i) {
    const auto appended =
        append_deposits(receipts_[i].logs, input_.rules.deposit_contract, deposits);
    if (appended) continue;
    refuse({BlockFault::deposit_layout, place(i) + ": " + appended.error().message, i, {}, {}});
    return false;
  }
  requests_.push_back(std::move(deposits));
  return true;
}

/// A contract that is not there or fails makes the block invalid (EIP-7002, EIP-7251).
Program::Progress BlockExecution::run_calls_after(int64_t budget) {
  if (!since(Fork::prague)) return next(Phase::ended);
  if (requests_.empty() && !collect_deposits()) return Progress::done;
  while (calls_made_ < 2) {
    const bool withdrawals = calls_made_ == 0;
    const Progress progress = run_call(
        withdrawals ? withdrawal_requests_message() : consolidation_requests_message(), budget);
    if (progress != Progress::done) return progress;
    const std::string at = "system call to " + to_hex(call_->target()) + ": ";
    if (!call_->has_code())
      return refuse({BlockFault::system_call, at + "there is no code", {}, {}, {}});
    const CallResult& result = call_->result();
    if (result.status != Status::success)
      return refuse({BlockFault::system_call, at + std::string(name(result.status)), {}, {}, {}});
    RequestList& list = requests_.emplace_back();
    list.push_back(
        static_cast<uint8_t>(withdrawals ? RequestType::withdrawal : RequestType::consolidation));
    list.insert(list.end(), result.output.begin(), result.output.end());
    call_.reset();
  }
  return next(Phase::ended);
}

std::optional<InvalidBlock> check_results(const BlockHeader& h, const BlockExecution& execution) {
  if (h.gas_used != execution.gas_used())
    return have_want(BlockFault::gas_used, "gasUsed", to_decimal(h.gas_used),
                     to_decimal(execution.gas_used()));
  if (h.blob_gas_used.value_or(0) != execution.blob_gas_used())
    return have_want(BlockFault::blob_gas_used, "blobGasUsed",
                     to_decimal(h.blob_gas_used.value_or(0)),
                     to_decimal(execution.blob_gas_used()));
  if (const Bloom bloom = execution.logs_bloom(); h.logs_bloom != bloom)
    return have_want(BlockFault::logs_bloom, "logsBloom", to_hex(h.logs_bloom), to_hex(bloom));
  if (const Hash256 root = receipts_root(execution.receipts()); h.receipts_root != root)
    return have_want(BlockFault::receipts_root, "receiptsRoot", to_hex(h.receipts_root),
                     to_hex(root));
  if (!h.requests_hash) return {};
  if (const Hash256 hash = requests_hash(execution.requests()); *h.requests_hash != hash)
    return have_want(BlockFault::requests_hash, "requestsHash", to_hex(*h.requests_hash),
                     to_hex(hash));
  return {};
}

} // namespace runahead
