#include "differential/machine_case.hpp"

#include "base/hex.hpp"
#include "base/random.hpp"
#include "differential/program_writer.hpp"
#include "machine/call_stack.hpp"

#include <algorithm>
#include <set>
#include <unordered_set>

namespace runahead::differential {
namespace {

/// The state of a case, as it arrives; remembers what it was asked for.
class CaseView final : public StateView {
public:
  CaseView(const MemorySource& state, bool late) : state_(state), late_(late) {}

  const StateValue* find(const StateKey& key) const override {
    asked_.insert(key);
    if (const auto it = arrived_.find(key); it != arrived_.end()) return &it->second;
    return late_ ? nullptr : arrive(key);
  }

  /// Without asking.
  StateValue before(const StateKey& key) const { return *state_.value(key); }

  const StateValue* arrive(const StateKey& key) const {
    const auto [it, is_new] = arrived_.try_emplace(key);
    if (is_new)
      it->second = key.kind == StateKind::block_hash ? StateValue{mix64(key.slot.w[0]), nullptr}
                                                     : *state_.value(key);
    return &it->second;
  }

  const std::unordered_set<StateKey>& asked() const { return asked_; }

private:
  const MemorySource& state_;
  bool late_;
  mutable std::unordered_map<StateKey, StateValue> arrived_;
  mutable std::unordered_set<StateKey> asked_;
};

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

void describe_log(const Log& log, std::string& out) {
  out += "log " + to_hex(log.address) + ' ' + to_hex(log.data);
  for (const Hash256& topic : log.topics) out += ' ' + to_hex(topic);
  out += '\n';
}

/// Balance and nonce only where they are others than before: a change may also list what it
/// happens to know.
std::string describe_change(const AccountChange& change, const CaseView& view) {
  const auto differs = [&](StateKind kind, const uint256& value) {
    return view.before(StateKey::of(kind, change.address)).word != value;
  };
  std::string line = "change " + to_hex(change.address);
  if (change.deleted) line += " deleted";
  if (change.storage_cleared) line += " cleared";
  if (change.balance && differs(StateKind::balance, *change.balance))
    line += " balance " + to_hex(*change.balance);
  if (change.nonce && differs(StateKind::nonce, uint256{*change.nonce}))
    line += " nonce " + std::to_string(*change.nonce);
  if (change.code) line += " code " + to_hex(change.code->bytes);
  auto slots = change.slots;
  std::ranges::sort(slots, [](const auto& a, const auto& b) { return a.first < b.first; });
  for (const auto& [key, value] : slots) line += ' ' + to_hex(key) + '=' + to_hex(value);
  return line;
}

/// Warm accounts and slots among what was asked for: no other can be warm but precompiles and
/// addresses that cost nothing to know, which are tried too.
void describe_warmth(const Journal& journal, const std::unordered_set<StateKey>& asked,
                     std::set<std::string>& lines) {
  std::unordered_set<Address> addresses{caller(), Address{}};
  for (uint64_t i = 0; i <= contracts; ++i) addresses.insert(contract(i));
  for (uint8_t i = 1; i <= 0x12; ++i) {
    Address precompile;
    precompile.bytes[19] = i;
    addresses.insert(precompile);
  }
  for (const StateKey& key : asked) {
    addresses.insert(key.address);
    if (key.kind == StateKind::storage && journal.is_warm(key.address, key.slot))
      lines.insert("warm " + to_hex(key.address) + ' ' + to_hex(key.slot));
  }
  for (const Address& address : addresses)
    if (journal.is_warm(address)) lines.insert("warm " + to_hex(address));
}

/// Delivers at least one of the missing keys.
void deliver(const std::vector<StateKey>& missing, const CaseView& view, Random& order) {
  const size_t certain = order.below(missing.size());
  for (size_t i = 0; i < missing.size(); ++i)
    if (i == certain || order.chance(0.5)) view.arrive(missing[i]);
}

std::string describe_effects(World& world, const CaseView& view, Random& order) {
  std::string out = "refund " + std::to_string(world.journal.refund()) + '\n';
  for (const Log& log : world.journal.logs()) describe_log(log, out);
  std::set<std::string> lines;
  describe_warmth(world.journal, view.asked(), lines);
  world.journal.clear_missing();
  auto changes = world.journal.finish();
  while (!changes) {
    deliver(world.journal.missing(), view, order);
    world.journal.clear_missing();
    changes = world.journal.finish();
  }
  for (const AccountChange& change : *changes) lines.insert(describe_change(change, view));
  for (const std::string& line : lines) out += line + '\n';
  return out;
}

std::string describe_reads(const CaseView& view) {
  std::set<std::string> lines;
  for (const StateKey& key : view.asked()) lines.insert(to_string(key));
  std::string out;
  for (const std::string& line : lines) out += "read " + line + '\n';
  return out;
}

} // namespace

Address caller() {
  Address a;
  a.bytes[0] = 0xaa;
  return a;
}

Observation run_case(const MachineCase& test, const MemorySource& state, const Engine& engine,
                     Caches& caches, const Way& way, Tracer* tracer) {
  CaseView view(state, way.delay_seed != 0);
  World world(view, block_env(), transaction_env(),
              {test.fork, default_blob_schedule(test.fork), 1}, caches);
  Random order(way.delay_seed);
  Message message;
  message.gas = test.gas;
  message.sender = caller();
  message.recipient = message.code_address = contract(0);
  message.value = test.value;
  message.input = test.data;
  const auto account = test.accounts.find(contract(0));
  const bool has_code = account != test.accounts.end() && account->second.code != nullptr;
  message.code = world.prepare(has_code ? *account->second.code : *make_bytecode({}));
  CallStack stack(world, engine, tracer);
  stack.start(message);
  // Each turn uses gas, or a key arrives.
  for (int64_t turns = 4 * test.gas + 10'000;; --turns) {
    const auto progress = stack.run(way.slice_gas);
    if (progress == Program::Progress::done) break;
    if (turns == 0) return {Status::success, 0, {}, "does not end\n", {}};
    if (progress == Program::Progress::want) deliver(world.journal.missing(), view, order);
  }
  const CallResult& result = stack.result();
  std::string reads = describe_reads(view); // before the journal's end, which reads on
  return {result.status, result.gas_left, result.output, describe_effects(world, view, order),
          std::move(reads)};
}

std::string to_text(const Observation& observation) {
  return std::string(name(observation.status)) + ", " + std::to_string(observation.gas_left) +
         " gas left, output " + to_hex(observation.output) + '\n' + observation.effects +
         observation.reads;
}

void GasTrace::step(const Frame& frame, const World&, uint8_t) {
  if (frame.message.depth != 0) return;
  const int64_t used = frame.message.gas - frame.gas;
  if (used_.empty() || used_.back() != used) used_.push_back(used);
}

} // namespace runahead::differential
