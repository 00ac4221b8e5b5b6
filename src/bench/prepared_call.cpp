#include "bench/prepared_call.hpp"

#include "base/hex.hpp"
#include "machine/status.hpp"
#include "statetest/case_runner.hpp"
#include "tx/initial_warmth.hpp"
#include "tx/intrinsic_gas.hpp"

#include <algorithm>
#include <limits>
#include <memory>

namespace runahead {
namespace {

/// What code sees of the transaction; the price is the effective one (EIP-1559).
TxEnv tx_env_of(const Transaction& tx, const uint256& base_fee) {
  return {tx.sender, std::min(tx.max_fee, base_fee + tx.max_priority_fee), tx.blob_hashes};
}

Message message_of(const Transaction& tx, BytesView input, const GasSchedule& gas) {
  Message message;
  message.sender = tx.sender;
  message.recipient = message.code_address = *tx.to;
  message.value = tx.value;
  message.input = input;
  message.gas = static_cast<int64_t>(tx.gas_limit) - intrinsic_gas(tx, gas);
  return message;
}

/// Makes the cache as it was when it was made, in its place: the world refers to it.
void forget(CodeCache& cache) {
  std::destroy_at(&cache);
  std::construct_at(&cache);
}

} // namespace

std::string_view name(Analysis analysis) {
  return analysis == Analysis::outside ? "outside" : "inside";
}

std::string to_string(const CallEnd& end) {
  constexpr size_t most_bytes = 32;
  const BytesView start = BytesView(end.output).first(std::min(end.output.size(), most_bytes));
  return std::string(name(end.status)) + ", " + std::to_string(end.gas_used) + " gas, refund " +
         std::to_string(end.refund) + ", " + std::to_string(end.logs) + " logs, " +
         std::to_string(end.output.size()) + " bytes of output " + to_hex(start);
}

PreparedCall::View::View(const FixtureTest& test) : source_(test.pre, "pre-state") {
  add_block_hashes(source_, test.env.number);
}

const StateValue* PreparedCall::View::find(const StateKey& key) const {
  if (const auto found = values_.find(key); found != values_.end()) return &found->second;
  auto value = source_.value(key);
  return value ? &values_.emplace(key, std::move(*value)).first->second : nullptr;
}

PreparedCall::PreparedCall(const FixtureTest& test, ExecutionInput input, BytecodeRef code,
                           const Engine& engine)
    : input_(input.transaction.data), view_(test),
      caches_{CodeCache(), PrecompileCache(0), FramePool()},
      world_(view_, input.block, tx_env_of(input.transaction, input.block.base_fee), input.rules,
             caches_),
      code_(std::move(code)), message_(message_of(input.transaction, input_, world_.gas)),
      stack_(world_, engine) {
  message_.code = std::make_shared<const Code>(code_->bytes);
  warm_initial(world_, input.transaction);
}

Result<std::unique_ptr<PreparedCall>> PreparedCall::make(const Benchmark& benchmark,
                                                         const Engine& engine) {
  const FixtureTest& test = *benchmark.test;
  auto tx = variant_of(test, benchmark.variant);
  if (!tx) return fail("transaction.value: wider than 256 bits");
  const auto account = test.pre.find(*tx->to);
  if (account == test.pre.end() || account->second.code == nullptr)
    return fail("transaction.to: has no code in pre");
  if (delegation_of(account->second.code->bytes))
    return fail("transaction.to: delegates (EIP-7702), which is not timed");
  ExecutionInput input = input_of(test, benchmark.variant, benchmark.fork, std::move(*tx));
  if (input.transaction.gas_limit > uint64_t{std::numeric_limits<int64_t>::max()} ||
      static_cast<int64_t>(input.transaction.gas_limit) <
          intrinsic_gas(input.transaction, gas_schedule(benchmark.fork)))
    return fail("transaction.gasLimit: out of range");
  return std::unique_ptr<PreparedCall>(
      new PreparedCall(test, std::move(input), account->second.code, engine));
}

void PreparedCall::run(Analysis analysis) {
  if (analysis == Analysis::inside) {
    forget(caches_.codes);
    message_.code = std::make_shared<const Code>(code_->bytes);
  }
  const Journal::Checkpoint before = world_.journal.checkpoint();
  stack_.start(message_);
  progress_ = stack_.run(std::numeric_limits<int64_t>::max());
  refund_ = world_.journal.refund();
  logs_ = world_.journal.logs().size();
  world_.journal.revert(before);
}

Result<CallEnd> PreparedCall::check(Analysis analysis) {
  run(analysis);
  if (progress_ != Program::Progress::done)
    return fail("stopped: " + (world_.journal.missing().empty()
                                   ? std::string("out of budget")
                                   : to_string(world_.journal.missing()[0]) + " is not there"));
  if (stack_.met_limit()) return fail("stopped: a precompile's input is beyond our limits");
  const CallResult& result = stack_.result();
  return CallEnd{result.status, message_.gas - result.gas_left, refund_, logs_, result.output};
}

} // namespace runahead
