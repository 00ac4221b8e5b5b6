#include "statetest/case_runner.hpp"

#include "crypto/keccak.hpp"
#include "spec/blob_fee.hpp"
#include "statetest/adverse_source.hpp"

#include <algorithm>

namespace runahead {
namespace {

/// Tasks of the loop that no case comes near; one that goes on longer does not end.
constexpr uint64_t most_tasks = 50'000'000;

/// Blocks before the one at hand whose hashes BLOCKHASH can see (Yellow Paper, appendix H).
constexpr uint64_t ancestors_visible = 256;

/// The format's block pays its coinbase a reward of nothing after the transaction, even after one
/// that was refused. Before EIP-161 that makes the account, also one that has just destructed
/// itself; since then it removes an empty one.
void pay_reward_of_nothing(const Address& coinbase, const AccountMap& pre, Fork fork,
                           std::vector<AccountChange>& changes) {
  const auto found = std::ranges::find(changes, coinbase, &AccountChange::address);
  const bool changed = found != changes.end();
  const auto before = pre.find(coinbase);
  AccountChange change;
  change.address = coinbase;
  if (fork >= Fork::spurious_dragon) {
    change.deleted = true;
    if (!changed && before != pre.end() && before->second.empty()) changes.push_back(change);
    return;
  }
  if (!changed) changes.push_back(change);
  if (!changed || !found->deleted) return;
  change.storage_cleared = true;
  change.balance = 0;
  change.nonce = 0;
  change.code = make_bytecode({});
  *found = change;
}

} // namespace

void add_block_hashes(MemorySource& source, uint64_t number) {
  for (uint64_t i = number - std::min(number, ancestors_visible); i < number; ++i) {
    const std::string text = std::to_string(i);
    source.set_block_hash(i,
                          keccak256({reinterpret_cast<const uint8_t*>(text.data()), text.size()}));
  }
}

CaseRunner::CaseRunner(FixtureTest test, const Engine& engine, Caches& caches,
                       const CaseOptions& options)
    : test_(std::move(test)), engine_(engine), caches_(caches), options_(options),
      source_(std::move(test_.pre), "pre-state"), pre_state_(source_.accounts()) {
  add_block_hashes(source_, test_.env.number);
}

ExecutionInput input_of(const FixtureTest& test, const FixtureCase& fixture_case, Fork fork,
                        Transaction tx) {
  const FixtureEnv& env = test.env;
  ExecutionInput input;
  input.transaction = std::move(tx);
  input.rules.fork = fork;
  input.rules.chain_id = test.chain_id;
  const auto schedule = test.blob_schedules.find(fixture_case.fork);
  input.rules.blobs =
      schedule != test.blob_schedules.end() ? schedule->second : default_blob_schedule(fork);
  input.block.number = env.number;
  input.block.timestamp = env.timestamp;
  input.block.gas_limit = env.gas_limit;
  input.block.coinbase = env.coinbase;
  input.block.base_fee = env.base_fee.value_or(uint256{});
  input.block.prev_randao =
      fork >= Fork::paris ? env.prev_randao.value_or(env.difficulty) : env.difficulty;
  if (fork >= Fork::cancun)
    input.block.blob_base_fee = blob_base_fee(env.excess_blob_gas.value_or(0), input.rules.blobs);
  return input;
}

Ending CaseRunner::execute(const ExecutionInput& input, StateSource& source, VirtualLoop& loop,
                           Speculation speculation) const {
  Broker broker(source, loop);
  SpineView view(broker);
  Execution execution(input, view, engine_, caches_);
  Evaluation::Options options;
  options.speculation = speculation;
  Evaluation evaluation(execution, view, loop, options);
  evaluation.start([] {});
  loop.run_until([&] { return evaluation.finished() || loop.tasks_run() >= most_tasks; });

  Ending ending;
  if (!evaluation.finished()) {
    ending.trouble = loop.tasks_run() >= most_tasks
                         ? "no end after " + std::to_string(most_tasks) + " tasks"
                         : "nothing left to wait for, and no result";
  } else if (const auto& failure = evaluation.failure()) {
    ending.trouble = to_string(failure->key) + " unavailable: " + failure->cause.cause;
  } else {
    if (const auto& invalid = execution.invalid()) {
      ending.refusal = invalid->code;
      ending.refusal_text = invalid->message;
    }
    if (const ExecutionResult* result = execution.result()) ending.result = *result;
    ending.changes = execution.changes();
    if (test_.pays_reward)
      pay_reward_of_nothing(input.block.coinbase, source_.accounts(), input.rules.fork,
                            ending.changes);
  }
  return ending;
}

CaseResult CaseRunner::run(const FixtureCase& fixture_case) {
  if (!fixture_case.problem.empty()) return {Verdict::failed, fixture_case.problem};
  const Result<Fork> fork = parse_fork(fixture_case.fork);
  if (!fork) return {Verdict::failed, fork.error().message};
  auto tx = variant_of(test_, fixture_case);
  if (!tx) {
    Ending never_begun;
    never_begun.refusal = Refusal{};
    never_begun.refusal_text = "the value is wider than 256 bits";
    if (test_.pays_reward)
      pay_reward_of_nothing(test_.env.coinbase, source_.accounts(), *fork, never_begun.changes);
    return judge(fixture_case, pre_state_, never_begun);
  }
  const ExecutionInput input = input_of(test_, fixture_case, *fork, std::move(*tx));
  VirtualLoop loop;
  const Ending direct = execute(input, source_, loop, Speculation::off);
  CaseResult result = judge(fixture_case, pre_state_, direct);
  if (result.verdict == Verdict::passed && options_.delayed_seed)
    return run_delayed(fixture_case, input, direct);
  return result;
}

CaseResult CaseRunner::run_delayed(const FixtureCase& fixture_case, const ExecutionInput& input,
                                   const Ending& direct) {
  VirtualLoop loop;
  const uint64_t seed = mix64(*options_.delayed_seed) ^ case_id(test_, fixture_case);
  AdverseSource adverse(source_, loop, seed);
  const Ending delayed = execute(input, adverse.source(), loop, options_.speculation);
  const std::string difference = first_difference(pre_state_, direct, delayed);
  if (difference.empty()) return {};
  return {Verdict::failed, "expected the delayed run to end as the direct one got " + difference +
                               " (seed " + std::to_string(*options_.delayed_seed) + ")"};
}

} // namespace runahead
