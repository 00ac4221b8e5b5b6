#include "block/system_call.hpp"

namespace runahead {
namespace {

constexpr Address system_address{{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                                  0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe}};
constexpr int64_t system_call_gas = 30'000'000;

constexpr Address beacon_roots_contract{{0x00, 0x0f, 0x3d, 0xf6, 0xd7, 0x32, 0x80,
                                         0x7e, 0xf1, 0x31, 0x9f, 0xb7, 0xb8, 0xbb,
                                         0x85, 0x22, 0xd0, 0xbe, 0xac, 0x02}};
constexpr Address block_hashes_contract{{0x00, 0x00, 0xf9, 0x08, 0x27, 0xf1, 0xc5,
                                         0x3a, 0x10, 0xcb, 0x7a, 0x02, 0x33, 0x5b,
                                         0x17, 0x53, 0x20, 0x00, 0x29, 0x35}};
constexpr Address withdrawals_contract{{0x00, 0x00, 0x09, 0x61, 0xef, 0x48, 0x0e,
                                        0xb5, 0x5e, 0x80, 0xd1, 0x9a, 0xd8, 0x35,
                                        0x79, 0xa6, 0x4c, 0x00, 0x70, 0x02}};
constexpr Address consolidations_contract{{0x00, 0x00, 0xbb, 0xdd, 0xc7, 0xce, 0x48,
                                           0x86, 0x42, 0xfb, 0x57, 0x9f, 0x8b, 0x00,
                                           0xf3, 0xa5, 0x90, 0x00, 0x72, 0x51}};

} // namespace

SystemMessage beacon_root_message(const Hash256& parent_beacon_root) {
  return {beacon_roots_contract, to_bytes(parent_beacon_root)};
}

SystemMessage block_hash_message(const Hash256& parent_hash) {
  return {block_hashes_contract, to_bytes(parent_hash)};
}

SystemMessage withdrawal_requests_message() { return {withdrawals_contract, {}}; }

SystemMessage consolidation_requests_message() { return {consolidations_contract, {}}; }

SystemCall::SystemCall(SystemMessage message, const StateView& view, const BlockEnv& block,
                       const Rules& rules, const Engine& engine, Caches& caches, Tracer* tracer)
    : message_(std::move(message)),
      world_(view, block, TxEnv{system_address, {}, {}}, rules, caches),
      stack_(world_, engine, tracer) {}

Program::Progress SystemCall::run(int64_t budget) {
  Journal& journal = world_.journal;
  journal.clear_missing();
  if (!started_) {
    const BytecodeRef* code = journal.code(message_.target);
    if (code == nullptr) return Program::Progress::want;
    if ((*code)->bytes.empty()) return Program::Progress::done;
    Message call;
    call.sender = system_address;
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
