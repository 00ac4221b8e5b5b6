#include "block/system_call.hpp"

#include "spec/system_contracts.hpp"

namespace runahead {
namespace {

constexpr int64_t system_call_gas = 30'000'000;

} // namespace

SystemMessage beacon_root_message(const Hash256& parent_beacon_root) {
  return {spec::beacon_roots_contract, to_bytes(parent_beacon_root)};
}

SystemMessage block_hash_message(const Hash256& parent_hash) {
  return {spec::block_hashes_contract, to_bytes(parent_hash)};
}

SystemMessage withdrawal_requests_message() { return {spec::withdrawals_contract, {}}; }

SystemMessage consolidation_requests_message() { return {spec::consolidations_contract, {}}; }

SystemCall::SystemCall(SystemMessage message, const StateView& view, const BlockEnv& block,
                       const Rules& rules, const Engine& engine, Caches& caches, Tracer* tracer)
    : message_(std::move(message)),
      world_(view, block, TxEnv{spec::system_address, {}, {}}, rules, caches),
      stack_(world_, engine, tracer) {}

Program::Progress SystemCall::run(int64_t budget) {
  Journal& journal = world_.journal;
  journal.clear_missing();
  if (!started_) {
    const BytecodeRef* code = journal.code(message_.target);
    if (code == nullptr) return Program::Progress::want;
    if ((*code)->bytes.empty()) return Program::Progress::done;
    Message call;
    call.sender = spec::system_address;
    call.recipient = call.code_address = message_.target;
    call.gas = system_call_gas;
    call.input = message_.input;
    call.code = world_.prepared_code(message_.target);
    journal.warm(message_.target);
    stack_.start(call);
    started_ = true;
  }
  if (!ran_) {
    const Program::Progress progress = stack_.run(budget);
    if (progress != Program::Progress::done) return progress;
    ran_ = true;
  }
  journal.clear_missing();
  auto changes = journal.finish();
  if (!changes) return Program::Progress::want;
  changes_ = std::move(*changes);
  return Program::Progress::done;
}

} // namespace runahead
