// Calls and creations: what they cost, what the host is asked to execute, what becomes of its
// answer.
#include "evmc/fake_host.hpp"
#include "evmc/plugin.hpp"
#include "spec/opcodes.hpp"

#include <gtest/gtest.h>

namespace runahead::evmc {
namespace {

constexpr int64_t plenty = 1'000'000;

class PluginRequests : public testing::TestWithParam<const char*> {
protected:
  PluginRequests() {
    const Option engine{"engine", GetParam()};
    vm = load_vm({&engine, 1});
    host.call_result.status_code = StatusCode::success;
  }

  Outcome run(const Bytes& code, Revision revision = Revision::osaka, Message message = {}) {
    return host.run(*vm, revision, code, plenty, message);
  }
  int64_t used(const Bytes& code, Revision revision = Revision::osaka) {
    const Outcome outcome = run(code, revision);
    EXPECT_EQ(outcome.status, StatusCode::success);
    return plenty - outcome.gas_left;
  }
  /// The one message that the host got since the last time.
  FakeHost::Call only_call() {
    EXPECT_EQ(host.calls.size(), 1u);
    if (host.calls.empty()) return {};
    FakeHost::Call call = host.calls[0];
    host.calls.clear();
    return call;
  }

  VmOwner vm;
  FakeHost host;
};
INSTANTIATE_TEST_SUITE_P(All, PluginRequests, testing::Values("stepping", "threaded"));

const uint256 target = from(other());

TEST_P(PluginRequests, SayWhoIsCalledAsWhom) {
  host.accounts[self()].balance = uint256{100};
  host.accounts[other()] = {};
  Message outer{.depth = 6, .value = to_hash(uint256{55})};
  struct Case {
    uint8_t op;
    CallKind kind;
    uint32_t flags;
    Address recipient, sender;
    uint64_t value;
  };
  const Case cases[] = {{OP_CALL, CallKind::call, 0, other(), self(), 9},
                        {OP_CALLCODE, CallKind::callcode, 0, self(), self(), 9},
                        {OP_DELEGATECALL, CallKind::delegatecall, 0, self(), sender(), 55},
                        {OP_STATICCALL, CallKind::call, flags::is_static, other(), self(), 0}};
  for (const Case& c : cases) {
    const bool has_value = c.op == OP_CALL || c.op == OP_CALLCODE;
    const Bytes memory = call_of(OP_MSTORE, {0, 0xabcd});
    const Bytes code = memory + (has_value ? call_of(c.op, {5000, target, 9, 30, 2, 0, 0})
                                           : call_of(c.op, {5000, target, 30, 2, 0, 0}));
    run(code, Revision::osaka, outer);
    const auto [m, input] = only_call();
    EXPECT_EQ(m.kind, c.kind) << name_of_opcode(c.op);
    EXPECT_EQ(m.flags, c.flags);
    EXPECT_EQ(m.depth, 7);
    EXPECT_EQ(m.gas, 5000 + (has_value ? 2300 : 0));
    EXPECT_EQ(m.recipient, c.recipient);
    EXPECT_EQ(m.sender, c.sender);
    EXPECT_EQ(m.code_address, other());
    EXPECT_EQ(from(m.value), uint256{c.value});
    EXPECT_EQ(input, (Bytes{0xab, 0xcd}));
  }
}

TEST_P(PluginRequests, AreStaticInStaticMessages) {
  for (const uint8_t op : {OP_CALL, OP_CALLCODE}) {
    run(call_of(op, {0, target, 0, 0, 0, 0, 0}), Revision::osaka, {.flags = flags::is_static});
    EXPECT_EQ(only_call().message.flags, flags::is_static);
  }
}

TEST_P(PluginRequests, GiveAllButOne64thAtMost) {
  run(call_of(OP_CALL, {~uint256{}, target, 0, 0, 0, 0, 0}));
  const int64_t left = plenty - push_gas(7) - 2600;
  EXPECT_EQ(only_call().message.gas, left - left / 64);
  // Before EIP-150 more than there is is an error.
  EXPECT_EQ(run(call_of(OP_CALL, {plenty, target, 0, 0, 0, 0, 0}), Revision::homestead).status,
            StatusCode::out_of_gas);
}

TEST_P(PluginRequests, CostWhatTheAccountAndTheValueMakeOfThem) {
  const Bytes plain = call_of(OP_CALL, {0, target, 0, 0, 0, 0, 0}),
              paying = call_of(OP_CALL, {0, target, 1, 0, 0, 0, 0});
  host.accounts[self()].balance = uint256{100};
  EXPECT_EQ(used(plain), push_gas(7) + 2600); // cold
  EXPECT_EQ(used(plain), push_gas(7) + 100);
  host.asked.clear();
  EXPECT_EQ(used(plain, Revision::byzantium), push_gas(7) + 700);
  EXPECT_EQ(host.asked["access_account"], 0);
  EXPECT_EQ(host.asked["account_exists"], 0);
  // The stipend went to a host that gave none of it back.
  EXPECT_EQ(used(paying), push_gas(7) + 100 + 9000 + 25000);
  EXPECT_EQ(used(plain, Revision::tangerine_whistle), push_gas(7) + 700 + 25000);
  EXPECT_EQ(used(plain, Revision::frontier), push_gas(7) + 40 + 25000);
  host.accounts[other()] = {};
  EXPECT_EQ(used(paying), push_gas(7) + 100 + 9000);
  EXPECT_EQ(used(plain, Revision::frontier), push_gas(7) + 40);
  EXPECT_EQ(used(call_of(OP_CALLCODE, {0, target, 1, 0, 0, 0, 0})), push_gas(7) + 100 + 9000);
}

TEST_P(PluginRequests, TakeTheHostsAnswer) {
  host.call_result = {.status_code = StatusCode::success, .gas_left = 700, .gas_refund = 4800};
  host.call_output = {1, 2, 3, 4};
  // Three bytes of it to memory offset 30; then 1 or 0, that memory and the size of the return
  // data.
  const Bytes call = call_of(OP_CALL, {1000, target, 0, 0, 0, 30, 3});
  const Bytes tail = Bytes{OP_PUSH1, 64, OP_MSTORE, OP_RETURNDATASIZE, OP_PUSH1, 96, OP_MSTORE} +
                     call_of(OP_RETURN, {0, 128});
  const Outcome outcome = run(call + tail);
  ASSERT_EQ(outcome.output.size(), 128u);
  EXPECT_EQ(Bytes(outcome.output.begin() + 28, outcome.output.begin() + 34),
            (Bytes{0, 0, 1, 2, 3, 0}));
  EXPECT_EQ(outcome.output[95], 1);
  EXPECT_EQ(outcome.output[127], 4);
  EXPECT_EQ(outcome.gas_refund, 4800);
  EXPECT_EQ(host.released, 1);
  EXPECT_EQ(plenty - outcome.gas_left,
            push_gas(7) + 2600 + 6 + 1000 - 700 + 3 + 3 + 3 + 2 + 3 + 3 + 3 + push_gas(2));
  for (const StatusCode failure : {StatusCode::failure, StatusCode::revert, StatusCode::out_of_gas,
                                   StatusCode::insufficient_balance, StatusCode::internal_error}) {
    host.call_result.status_code = failure;
    const Outcome failed = run(call + tail);
    EXPECT_EQ(failed.status, StatusCode::success);
    EXPECT_EQ(failed.output[95], 0);
    EXPECT_EQ(failed.output[127], 4);
  }
}

TEST_P(PluginRequests, OldAnswersAreNotRemembered) {
  // SLOAD, a call in which the host changes the slot, SLOAD: the second is another value.
  host.accounts[self()].storage[uint256{1}] = uint256{10};
  static FakeHost* changing = nullptr;
  changing = &host;
  HostInterface interface = FakeHost::interface;
  interface.call = [](HostContext*, const Message*) {
    changing->accounts[self()].storage[uint256{1}] = uint256{20};
    changing->accounts[self()].balance = uint256{4};
    return Result{};
  };
  const Bytes code = call_of(OP_SLOAD, {1}) + Bytes{OP_SELFBALANCE} +
                     call_of(OP_CALL, {0, target, 0, 0, 0, 0, 0}) + call_of(OP_SLOAD, {1}) +
                     Bytes{OP_SELFBALANCE, OP_ADD, OP_ADD, OP_ADD, OP_ADD} + return_top();
  const Message message{.gas = plenty, .recipient = self()};
  const Result result = vm->execute(vm.get(), &interface, host.context(), Revision::osaka, &message,
                                    code.data(), code.size());
  ASSERT_EQ(result.output_size, 32u);
  EXPECT_EQ(load_be(result.output_data), uint256{10 + 0 + 1 + 20 + 4});
  result.release(&result);
}

TEST_P(PluginRequests, ThatNobodyMayMakeAreNotMade) {
  const Bytes paying = call_of(OP_CALL, {0, target, 1, 0, 0, 0, 0}) + return_top(),
              creating = call_of(OP_CREATE, {1, 0, 0}) + return_top();
  host.accounts[other()] = {};
  for (const Bytes& code : {paying, creating}) { // no balance
    const Outcome outcome = run(code);
    EXPECT_EQ(outcome.output, Bytes(32));
  }
  host.accounts[self()].balance = uint256{1};
  for (const Bytes& code : {paying, creating}) { // too deep
    EXPECT_EQ(run(code, Revision::osaka, {.depth = 1024}).output, Bytes(32));
    EXPECT_EQ(run(code, Revision::osaka, {.depth = 100'000}).output, Bytes(32));
  }
  EXPECT_EQ(host.calls.size(), 0u);
  run(paying, Revision::osaka, {.depth = 1023});
  EXPECT_EQ(only_call().message.depth, 1024);
}

/// The code of `account` delegates to `delegate`.
Bytes delegation_to(const Address& delegate) {
  return Bytes{0xef, 0x01, 0x00} + Bytes(delegate.bytes.begin(), delegate.bytes.end());
}

TEST_P(PluginRequests, FollowDelegations) {
  host.accounts[other()].code = delegation_to(sender());
  const Bytes call = call_of(OP_STATICCALL, {5000, target, 0, 0, 0, 0});
  host.call_result.gas_left = 5000;
  EXPECT_EQ(used(call), push_gas(6) + 2600 + 2600);
  const Message m = only_call().message;
  EXPECT_EQ(m.flags, flags::is_static | flags::delegated);
  EXPECT_EQ(m.recipient, other());
  EXPECT_EQ(m.code_address, sender());
  EXPECT_EQ(used(call), push_gas(6) + 100 + 100); // both warm
  host.calls.clear();
  // To itself: the second access is warm.
  host.accounts[other()].code = delegation_to(other());
  host.warm_accounts.clear();
  EXPECT_EQ(used(call), push_gas(6) + 2600 + 100);
  EXPECT_EQ(only_call().message.flags, flags::is_static | flags::delegated);
  // Not before Prague, and not where more code follows.
  EXPECT_EQ(used(call, Revision::cancun), push_gas(6) + 100);
  EXPECT_EQ(only_call().message.flags, flags::is_static);
  host.accounts[other()].code.push_back(0);
  EXPECT_EQ(used(call), push_gas(6) + 100);
  EXPECT_EQ(only_call().message.code_address, other());
}

TEST_P(PluginRequests, CreateInTheHost) {
  host.accounts[self()].balance = uint256{10};
  host.call_result.create_address = other();
  host.call_result.gas_left = 0;
  const Bytes memory = call_of(OP_MSTORE, {0, 0x5bfe});
  Outcome outcome = run(memory + call_of(OP_CREATE, {3, 30, 2}) + return_top());
  EXPECT_EQ(load_be(outcome.output.data()), target);
  auto [m, input] = only_call();
  const int64_t left = plenty - push_gas(2) - 3 - 3 - push_gas(3) - 32000 - 2;
  EXPECT_EQ(m.kind, CallKind::create);
  EXPECT_EQ(m.depth, 1);
  EXPECT_EQ(m.gas, left - left / 64);
  EXPECT_EQ(m.sender, self());
  EXPECT_EQ(from(m.value), uint256{3});
  EXPECT_EQ(input, (Bytes{0x5b, 0xfe}));
  EXPECT_EQ(m.flags, 0u);

  // Beyond the memory there was: zeros.
  outcome = run(memory + call_of(OP_CREATE2, {0, 31, 3, 0x77}) + return_top());
  EXPECT_EQ(load_be(outcome.output.data()), target);
  std::tie(m, input) = std::tuple(host.calls.at(0).message, host.calls.at(0).input);
  EXPECT_EQ(m.kind, CallKind::create2);
  EXPECT_EQ(from(m.create2_salt), uint256{0x77});
  EXPECT_EQ(input, (Bytes{0xfe, 0, 0}));
  EXPECT_EQ(host.released, 2);
}

TEST_P(PluginRequests, CreationsThatFailGiveTheirDataOnlyIfTheyRevert) {
  const Bytes code =
      call_of(OP_CREATE, {0, 0, 0}) + Bytes{OP_RETURNDATASIZE, OP_ADD} + return_top();
  host.call_output = {1, 2, 3};
  host.call_result = {.status_code = StatusCode::revert, .create_address = other()};
  EXPECT_EQ(load_be(run(code).output.data()), uint256{3});
  host.call_result.status_code = StatusCode::success;
  EXPECT_EQ(load_be(run(code).output.data()), target);
}

TEST_P(PluginRequests, InitcodeIsBoundedSinceShanghai) {
  const Bytes code = call_of(OP_CREATE, {0, 0, 49'153});
  EXPECT_EQ(run(code, Revision::paris).status, StatusCode::success);
  EXPECT_EQ(run(code, Revision::shanghai).status, StatusCode::out_of_gas);
  EXPECT_EQ(host.calls.size(), 1u);
}

} // namespace
} // namespace runahead::evmc
