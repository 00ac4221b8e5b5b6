#include "differential/case_program.hpp"

#include "differential/program_writer.hpp"

#include <algorithm>
#include <tuple>

namespace runahead::differential {
namespace {

BlockEnv block_env() {
  BlockEnv block;
  block.number = 1000;
  block.timestamp = 1'700'000'000;
  block.gas_limit = 30'000'000;
  block.coinbase.bytes[19] = 0xcb;
  block.prev_randao = uint256{0x1234};
  block.base_fee = uint256{7};
  block.blob_base_fee = uint256{3};
  return block;
}

TxEnv transaction_env() {
  TxEnv tx{caller(), uint256{11}, {}};
  tx.blob_hashes.emplace_back().bytes[0] = 1;
  return tx;
}

/// Warm accounts and slots among what was asked for: no other can be warm but precompiles and
/// addresses that cost nothing to know, which are tried too.
void list_warm(const Journal& journal, const std::vector<StateKey>& asked, Effects& out) {
  std::vector<Address> addresses{caller(), Address{}};
  for (uint64_t i = 0; i <= contracts; ++i) addresses.push_back(contract(i));
  for (uint8_t i = 1; i <= 0x12; ++i) addresses.emplace_back().bytes[19] = i;
  for (const StateKey& key : asked) {
    if (addresses.back() != key.address) addresses.push_back(key.address);
    if (key.kind == StateKind::storage && journal.is_warm(key.address, key.slot))
      out.warm_slots.emplace_back(key.address, key.slot);
  }
  std::ranges::sort(addresses);
  const auto repeated = std::ranges::unique(addresses);
  addresses.erase(repeated.begin(), repeated.end());
  for (const Address& address : addresses)
    if (journal.is_warm(address)) out.warm_accounts.push_back(address);
}

/// Balance and nonce only where they are others than before: a change may also list what it
/// happens to know.
Change describe(const AccountChange& change, const MemorySource& before) {
  const auto differs = [&](StateKind kind, const uint256& value) {
    return value_of(before, StateKey::of(kind, change.address)).word != value;
  };
  Change out{change.address, change.deleted, change.storage_cleared, {}, {}, {}, change.slots};
  if (change.balance && differs(StateKind::balance, *change.balance)) out.balance = change.balance;
  if (change.nonce && differs(StateKind::nonce, *change.nonce)) out.nonce = change.nonce;
  if (change.code) out.code_hash = change.code->hash;
  std::ranges::sort(out.slots, [](const auto& a, const auto& b) { return a.first < b.first; });
  return out;
}

} // namespace

StateValue value_of(const MemorySource& state, const StateKey& key) {
  if (key.kind == StateKind::block_hash) return {mix64(key.slot.w[0]), nullptr};
  return *state.value(key);
}

CaseWorld::CaseWorld(const MachineCase& test, const StateView& view, Caches& caches)
    : test_(test), view_(view), world_(view_, block_env(), transaction_env(),
                                       {test.fork, default_blob_schedule(test.fork), 1}, caches) {}

Message CaseWorld::message() const {
  Message message;
  message.gas = test_.gas;
  message.sender = caller();
  message.recipient = message.code_address = contract(0);
  message.value = test_.value;
  message.input = test_.data;
  const auto account = test_.accounts.find(contract(0));
  const bool has_code = account != test_.accounts.end() && account->second.code != nullptr;
  message.code = world_.prepare(has_code ? *account->second.code : *make_bytecode({}));
  return message;
}

void CaseWorld::end_call() {
  const Journal& journal = world_.journal;
  reads_.assign(view_.asked().begin(), view_.asked().end());
  std::ranges::sort(reads_, [](const StateKey& a, const StateKey& b) {
    return std::tie(a.address, a.kind, a.slot) < std::tie(b.address, b.kind, b.slot);
  });
  effects_.refund = journal.refund();
  effects_.logs = journal.logs();
  list_warm(journal, reads_, effects_);
}

bool CaseWorld::finish() {
  world_.journal.clear_missing();
  auto changes = world_.journal.finish();
  if (!changes) return false;
  changes_ = std::move(*changes);
  return true;
}

Observation CaseWorld::observe(const CallResult& result, const MemorySource& before) const {
  Observation out{result.status, result.gas_left, result.output, effects_, reads_, {}};
  for (const AccountChange& change : changes_)
    out.effects.changes.push_back(describe(change, before));
  std::ranges::sort(out.effects.changes, {}, &Change::address);
  return out;
}

CaseProgram::CaseProgram(const MachineCase& test, const StateView& view, const Engine& engine,
                         Caches& caches, Tracer* tracer)
    : case_(test, view, caches), stack_(case_.world(), engine, tracer) {
  stack_.start(case_.message());
}

Program::Progress CaseProgram::run(int64_t budget) {
  if (!call_ended_) {
    if (const Progress progress = stack_.run(budget); progress != Progress::done) return progress;
    call_ended_ = true;
    case_.end_call();
  }
  return case_.finish() ? Progress::done : Progress::want;
}

} // namespace runahead::differential
