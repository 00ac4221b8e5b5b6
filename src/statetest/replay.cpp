#include "statetest/replay.hpp"

#include "base/hex.hpp"
#include "block/validation.hpp"

#include <algorithm>
#include <chrono>
#include <thread>
#include <unordered_set>

namespace runahead {
namespace {

constexpr int64_t slice_gas = 1'000'000'000;
/// Fewer signatures than this a thread are recovered sooner than threads start.
constexpr size_t least_signatures_a_thread = 8;

/// The case's state, taken as whole; remembers what was read that it does not list.
class ListedView final : public StateView {
public:
  explicit ListedView(const ReplayCase& replay_case) : case_(replay_case) {}

  const StateValue* find(const StateKey& key) const override {
    const auto known = values_.find(key);
    if (known != values_.end()) return &known->second;
    const auto value = value_of(key);
    if (!value) return nullptr;
    return &values_.emplace(key, *value).first->second;
  }

  void report(ReplayOutcome& outcome) const {
    std::unordered_set<Address> accounts;
    for (const StateKey& key : unlisted_) {
      outcome.unlisted_reads.push_back(to_string(key));
      if (case_.accounts.contains(key.address))
        ++outcome.unlisted_slots;
      else
        accounts.insert(key.address);
    }
    outcome.unlisted_accounts = accounts.size();
  }

private:
  std::optional<StateValue> value_of(const StateKey& key) const {
    if (key.kind == StateKind::block_hash) {
      const auto hash = case_.block_hashes.find(key.slot.w[0]);
      if (hash == case_.block_hashes.end()) return std::nullopt;
      return StateValue{from(hash->second), nullptr};
    }
    const auto found = case_.accounts.find(key.address);
    const bool listed = found != case_.accounts.end();
    if (!listed || (key.kind == StateKind::storage && !found->second.storage.contains(key.slot)))
      unlisted_.push_back(key);
    static const Account nobody;
    return value_of(key, listed ? found->second : nobody, listed);
  }

  static StateValue value_of(const StateKey& key, const Account& account, bool listed) {
    const BytecodeRef code = account.code != nullptr ? account.code : make_bytecode({});
    switch (key.kind) {
    case StateKind::existence:
      return {!listed           ? existence::none
              : account.empty() ? existence::empty
                                : existence::alive,
              nullptr};
    case StateKind::balance: return {account.balance, nullptr};
    case StateKind::nonce: return {account.nonce, nullptr};
    case StateKind::code_hash: return {from(code->hash), nullptr};
    case StateKind::code: return {{}, code};
    case StateKind::has_storage: return {account.storage.empty() ? 0 : 1, nullptr};
    case StateKind::storage: {
      const auto slot = account.storage.find(key.slot);
      return {slot != account.storage.end() ? slot->second : uint256{}, nullptr};
    }
    case StateKind::block_hash: break; // answered above
    }
    return {};
  }

  const ReplayCase& case_;
  mutable std::unordered_map<StateKey, StateValue> values_;
  mutable std::vector<StateKey> unlisted_;
};

class Stopwatch {
public:
  uint64_t microseconds() const {
    const auto passed = std::chrono::steady_clock::now() - start_;
    return static_cast<uint64_t>(
        std::chrono::duration_cast<std::chrono::microseconds>(passed).count());
  }

private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

/// Each thread takes a part of the transactions.
std::optional<InvalidBlock> recover_in_parallel(std::vector<SignedTransaction>& transactions,
                                                Fork fork, unsigned threads) {
  const size_t count = transactions.size();
  const size_t parts =
      std::clamp<size_t>(count / least_signatures_a_thread, 1, std::max(threads, 1u));
  std::vector<std::optional<InvalidBlock>> faults(parts);
  {
    std::vector<std::jthread> others;
    const auto run = [&](size_t part) {
      const size_t begin = count * part / parts, end = count * (part + 1) / parts;
      faults[part] = recover_senders(std::span(transactions).subspan(begin, end - begin), fork);
    };
    for (size_t part = 1; part < parts; ++part) others.emplace_back(run, part);
    run(0);
  }
  for (auto& fault : faults)
    if (fault) return std::move(fault);
  return {};
}

/// What the JSON says of itself that does not fit.
void check_json(const ReplayCase& c, const std::vector<SignedTransaction>& recovered,
                std::vector<std::string>& faults) {
  const Hash256 hash = header_hash(c.block.block.header);
  if (hash != c.block.hash)
    faults.push_back("hash: have " + to_hex(c.block.hash) + ", want " + to_hex(hash));
  for (size_t i = 0; i < recovered.size(); ++i) {
    const std::string place = "transactions[" + std::to_string(i) + "].";
    const Hash256 wanted = transaction_hash(recovered[i]), have = c.block.transaction_hashes[i];
    const Address sender = recovered[i].transaction.sender,
                  told = c.block.block.transactions[i].transaction.sender;
    if (wanted != have)
      faults.push_back(place + "hash: have " + to_hex(have) + ", want " + to_hex(wanted));
    if (sender != told)
      faults.push_back(place + "from: have " + to_hex(told) + ", want " + to_hex(sender));
  }
}

/// Transactions and withdrawals against the header; ommers are not in the JSON.
std::optional<InvalidBlock> check_body(const Block& block, const BlockRules& rules) {
  Block without_ommers = block;
  without_ommers.header.ommers_hash = no_ommers_hash;
  return validate_body(without_ommers, 0, rules);
}

void check_execution(const BlockHeader& header, const BlockExecution& execution,
                     ReplayOutcome& outcome) {
  outcome.gas_used = execution.gas_used();
  BlockHeader wanted = header;
  outcome.receipts_checked = execution.input().rules.since(Fork::byzantium);
  if (!outcome.receipts_checked) wanted.receipts_root = receipts_root(execution.receipts());
  if (const auto fault = check_results(wanted, execution)) outcome.faults.push_back(fault->message);
}

} // namespace

ReplayOutcome replay(const ReplayCase& c, const ForkSchedule& schedule, const Engine& engine,
                     Caches& caches, unsigned threads) {
  const BlockHeader& header = c.block.block.header;
  const BlockRules rules = schedule.at(header.number, header.timestamp, {});
  ReplayOutcome outcome;
  outcome.number = header.number;
  outcome.fork = name(rules.rules.fork);
  outcome.transactions = c.block.block.transactions.size();
  if (const auto fault = check_body(c.block.block, rules)) outcome.faults.push_back(fault->message);

  Block block = c.block.block;
  const Stopwatch senders;
  const auto unsigned_fault = recover_in_parallel(block.transactions, rules.rules.fork, threads);
  outcome.senders_us = senders.microseconds();
  if (unsigned_fault) {
    outcome.faults.push_back(unsigned_fault->message);
    return outcome;
  }
  check_json(c, block.transactions, outcome.faults);

  const Stopwatch time;
  const ListedView view(c);
  BlockExecution execution(block_input(block, rules), view, engine, caches);
  Program::Progress progress = Program::Progress::slice_over;
  while (progress == Program::Progress::slice_over) progress = execution.run(slice_gas);
  outcome.execution_us = time.microseconds();
  view.report(outcome);
  if (progress == Program::Progress::want)
    outcome.faults.push_back(to_string(execution.wants().front()) + " is in no file");
  else if (execution.met_limit())
    outcome.faults.emplace_back(name(Status::precompile_beyond_limits));
  else if (execution.invalid())
    outcome.faults.push_back(execution.invalid()->message);
  else
    check_execution(header, execution, outcome);
  return outcome;
}

} // namespace runahead
