// The programs that nodes are made to run, run by our own engine in every fork that has their
// opcodes.
#include "base/hex.hpp"
#include "interp/stepping.hpp"
#include "io/virtual_loop.hpp"
#include "sources/memory.hpp"
#include "sources/rpc_programs.hpp"
#include "speculate/evaluation.hpp"
#include "tx/execution.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace runahead {
namespace {

using nlohmann::json;

Address account(uint64_t i) { return to_address(uint256(i) << 100); }

class RpcPrograms : public testing::TestWithParam<Fork> {
protected:
  /// What a node answers, which has these accounts.
  Bytes run(const RpcProgramCall& call) {
    const json transaction = json::parse(call.transaction), overrides = json::parse(call.overrides);
    ExecutionInput input;
    input.mode = ExecutionMode::call;
    input.block.number = 1;
    input.rules = {GetParam(), default_blob_schedule(GetParam()), 1};
    input.transaction.to = *parse_address(transaction.at("to").get<std::string>());
    input.transaction.data = *parse_hex_bytes(transaction.at("data").get<std::string>());
    input.transaction.gas_limit = 50'000'000;
    for (const auto& [address, change] : overrides.items()) {
      AccountOverride entry;
      entry.address = *parse_address(address);
      entry.code = *parse_hex_bytes(change.at("code").get<std::string>());
      input.overrides.push_back(std::move(entry));
    }
    VirtualLoop loop;
    MemorySource memory(accounts_);
    Broker broker(memory, loop);
    SpineView view(broker);
    SteppingEngine engine;
    Caches caches;
    Execution execution(input, view, engine, caches);
    Evaluation evaluation(execution, view, loop, {.speculation = Speculation::off});
    evaluation.start([] {});
    loop.run_until([&] { return evaluation.finished(); });
    if (execution.result() == nullptr) {
      ADD_FAILURE() << (execution.invalid() ? execution.invalid()->message : "no result");
      return {};
    }
    EXPECT_EQ(execution.result()->status, Status::success);
    return execution.result()->output;
  }

  AccountMap accounts_;
};

TEST_P(RpcPrograms, ReadSlotsOfManyAccounts) {
  std::vector<StateKey> keys;
  for (uint64_t a = 1; a <= 7; ++a) {
    Account& entry = accounts_[account(a)];
    entry.code = make_bytecode({0xfe}); // would fail if it were run
    for (uint64_t slot = 0; slot < a * 9; ++slot) {
      entry.storage[slot * 3] = a * 1000 + slot + 1;
      keys.push_back(StateKey::storage(account(a), slot * 3));
      keys.push_back(StateKey::storage(account(a), slot * 3 + 1)); // zero
    }
  }
  keys.push_back(StateKey::storage(account(99), uint256::max())); // of no account
  const Bytes returned = run(slots_program(keys));
  ASSERT_EQ(returned.size(), 32 * keys.size());
  for (size_t i = 0; i < keys.size(); ++i) {
    const auto& storage = accounts_[keys[i].address].storage;
    const auto slot = storage.find(keys[i].slot);
    EXPECT_EQ(load_be(returned.data() + 32 * i), slot == storage.end() ? uint256{} : slot->second);
  }
}

TEST_P(RpcPrograms, TellAccounts) {
  if (GetParam() < Fork::constantinople) GTEST_SKIP() << "EXTCODEHASH came with Constantinople";
  std::vector<StateKey> keys;
  for (uint64_t a = 1; a <= 40; ++a) {
    Account& entry = accounts_[account(a)];
    entry.balance = a * 1000;
    if (a % 3 != 0) entry.code = make_bytecode(Bytes(a * 37, static_cast<uint8_t>(a)));
    keys.push_back(StateKey::of(a % 2 ? StateKind::code : StateKind::code_hash, account(a)));
  }
  keys.push_back(StateKey::of(StateKind::code, account(99))); // of no account
  const auto told = accounts_answer(keys, run(accounts_program(keys)));
  ASSERT_TRUE(told) << told.error().message;
  ASSERT_EQ(told->size(), keys.size());
  for (uint64_t a = 1; a <= 40; ++a) {
    const RpcAccount& entry = (*told)[a - 1];
    const Bytes code = a % 3 != 0 ? Bytes(a * 37, static_cast<uint8_t>(a)) : Bytes{};
    EXPECT_EQ(entry.balance, uint256(a * 1000));
    EXPECT_EQ(entry.code_hash, from(make_bytecode(code)->hash));
    EXPECT_EQ(entry.code_size, uint256(code.size()));
    EXPECT_EQ(entry.code, a % 2 ? code : Bytes{});
  }
  EXPECT_TRUE(told->back().code_hash.is_zero());
}

TEST(RpcProgramsAnswers, OfTheWrongSizeAreRefused) {
  const std::vector<StateKey> keys = {StateKey::of(StateKind::code, account(1))};
  Bytes returned(96 + 5);
  returned[95] = 5; // the size of the code
  EXPECT_TRUE(accounts_answer(keys, returned));
  returned.push_back(0);
  EXPECT_FALSE(accounts_answer(keys, returned));
  returned.resize(96 + 4);
  EXPECT_FALSE(accounts_answer(keys, returned));
  returned.resize(95);
  EXPECT_FALSE(accounts_answer(keys, returned));
  returned.resize(101);
  returned[64] = 1; // a size beyond 64 bits
  EXPECT_FALSE(accounts_answer(keys, returned));
}

INSTANTIATE_TEST_SUITE_P(Forks, RpcPrograms,
                         testing::Values(Fork::tangerine_whistle, Fork::byzantium,
                                         Fork::constantinople, Fork::shanghai, Fork::osaka));

} // namespace
} // namespace runahead
