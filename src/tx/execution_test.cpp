#include "base/hex.hpp"
#include "interp/stepping.hpp"
#include "sources/memory.hpp"
#include "tx/execution.hpp"
#include "tx/intrinsic_gas.hpp"

#include <gtest/gtest.h>

#include <unordered_set>

namespace runahead {
namespace {

constexpr Address sender{{0xaa}}, target{{0xbb}}, coinbase{{0xcc}};

/// A complete state that a test fills; remembers what was read.
class PlainView final : public StateView {
public:
  const StateValue* find(const StateKey& key) const override {
    const auto value = memory.value(key);
    if (!value) return nullptr;
    return &(values_[key] = *value);
  }
  bool was_read(const StateKey& key) const { return values_.contains(key); }
  MemorySource memory;

private:
  mutable std::unordered_map<StateKey, StateValue> values_;
};

class ExecutionTest : public testing::Test {
protected:
  ExecutionTest() {
    input.block.number = 100;
    input.block.gas_limit = 30'000'000;
    input.block.coinbase = coinbase;
    input.block.base_fee = 10;
    input.rules = {Fork::osaka, default_blob_schedule(Fork::osaka), 1};
    input.transaction.sender = sender;
    input.transaction.to = target;
    input.transaction.gas_limit = 100'000;
    input.transaction.max_fee = 20;
    input.transaction.max_priority_fee = 2;
    input.transaction.type = TxType::dynamic_fee;
    view.memory.accounts()[sender].balance = 10'000'000;
  }

  void put_code(const Address& a, std::string_view hex) {
    view.memory.accounts()[a].code = make_bytecode(*parse_hex_bytes(hex));
  }

  Execution& run() {
    execution.emplace(input, view, engine, caches);
    EXPECT_EQ(execution->run(1 << 30), Program::Progress::done);
    return *execution;
  }

  std::optional<InvalidCode> refusal() {
    const auto& invalid = run().invalid();
    return invalid ? std::optional(invalid->code) : std::nullopt;
  }

  const AccountChange* change(const Address& a) const {
    for (const AccountChange& c : execution->changes())
      if (c.address == a) return &c;
    return nullptr;
  }

  ExecutionInput input;
  PlainView view;
  SteppingEngine engine;
  Caches caches;
  std::optional<Execution> execution;
};

TEST_F(ExecutionTest, ATransferMovesValueAndPaysTheFee) {
  input.transaction.value = 7;
  const ExecutionResult& result = *run().result();
  EXPECT_EQ(result.status, Status::success);
  EXPECT_EQ(result.gas_used, 21000u);
  EXPECT_EQ(*change(sender)->balance, uint256{10'000'000 - 7 - 21000 * 12});
  EXPECT_EQ(*change(sender)->nonce, 1u);
  EXPECT_EQ(*change(target)->balance, uint256{7});
  EXPECT_EQ(*change(coinbase)->balance, uint256{21000 * 2}); // the base fee is burnt
}

TEST_F(ExecutionTest, EveryRefusalHasItsCode) {
  const ExecutionInput good = input;
  const auto with = [&](auto&& spoil) {
    input = good;
    spoil(input);
    return refusal();
  };
  EXPECT_EQ(with([](auto&) {}), std::nullopt);
  EXPECT_EQ(with([](auto& i) { i.transaction.gas_limit = 20999; }),
            InvalidCode::intrinsic_gas_too_low);
  EXPECT_EQ(
      with([](auto& i) { i.transaction.data = Bytes(1000, 1), i.transaction.gas_limit = 40000; }),
      InvalidCode::floor_gas_too_low);
  EXPECT_EQ(with([](auto& i) { i.transaction.nonce = 1; }), InvalidCode::nonce_too_high);
  EXPECT_EQ(with([](auto& i) { i.transaction.max_fee = 9, i.transaction.max_priority_fee = 1; }),
            InvalidCode::fee_cap_below_base_fee);
  EXPECT_EQ(with([](auto& i) { i.transaction.max_priority_fee = 21; }),
            InvalidCode::priority_fee_above_fee_cap);
  EXPECT_EQ(with([](auto& i) { i.transaction.value = 9'000'000; }),
            InvalidCode::insufficient_funds);
  EXPECT_EQ(with([](auto& i) { i.transaction.max_fee = uint256::max(); }),
            InvalidCode::insufficient_funds);
  EXPECT_EQ(with([](auto& i) { i.transaction.gas_limit = (1 << 24) + 1; }),
            InvalidCode::gas_limit_above_cap);
  EXPECT_EQ(with([](auto& i) { i.block.gas_limit = 50'000; }), InvalidCode::gas_limit_above_block);
  EXPECT_EQ(with([](auto& i) { i.transaction.chain_id = 5; }), InvalidCode::wrong_chain);
  EXPECT_EQ(with([](auto& i) { i.transaction.nonce = ~uint64_t{0}; }),
            InvalidCode::nonce_at_maximum);
  EXPECT_EQ(with([](auto& i) { i.transaction.type = TxType::set_code; }),
            InvalidCode::set_code_empty);
  EXPECT_EQ(
      with([](auto& i) { i.transaction.type = TxType::set_code, i.rules.fork = Fork::cancun; }),
      InvalidCode::type_not_supported);
  const auto blob = [&](auto&& spoil) {
    return with([&](auto& i) {
      i.transaction.type = TxType::blob;
      i.transaction.blob_hashes = {Hash256{{1}}};
      i.transaction.max_fee_per_blob_gas = 1;
      i.block.blob_base_fee = 1;
      spoil(i);
    });
  };
  EXPECT_EQ(blob([](auto&) {}), std::nullopt);
  EXPECT_EQ(blob([](auto& i) { i.transaction.to.reset(); }), InvalidCode::blob_create);
  EXPECT_EQ(blob([](auto& i) { i.transaction.blob_hashes.clear(); }), InvalidCode::blob_count_zero);
  EXPECT_EQ(blob([](auto& i) { i.transaction.blob_hashes.resize(7, Hash256{{1}}); }),
            InvalidCode::blob_count_too_high);
  EXPECT_EQ(blob([](auto& i) { i.transaction.blob_hashes[0].bytes[0] = 2; }),
            InvalidCode::blob_version);
  EXPECT_EQ(blob([](auto& i) { i.block.blob_base_fee = 2; }), InvalidCode::blob_fee_too_low);
  input = good;
  put_code(sender, "0x00");
  EXPECT_EQ(refusal(), InvalidCode::sender_not_eoa); // EIP-3607
  put_code(sender, "0xef0100bb00000000000000000000000000000000000000");
  EXPECT_EQ(refusal(), std::nullopt); // EIP-7702
}

TEST_F(ExecutionTest, ACallReadsOnlyTheCodeItRuns) {
  input.mode = ExecutionMode::call;
  input.transaction.max_fee = input.transaction.max_priority_fee = 0;
  input.transaction.nonce = 77;                                 // nobody asks
  put_code(target, "0x4860005260206000f3");                     // BASEFEE
  EXPECT_EQ(load_be(run().result()->output.data()), uint256{}); // no fee offered, none seen
  EXPECT_TRUE(view.was_read(StateKey::of(StateKind::code, target)));
  EXPECT_FALSE(view.was_read(StateKey::of(StateKind::balance, sender)));
  EXPECT_FALSE(view.was_read(StateKey::of(StateKind::nonce, sender)));
  EXPECT_FALSE(view.was_read(StateKey::of(StateKind::code, sender)));
}

TEST_F(ExecutionTest, ACallWithFeesIsHeldToThem) {
  input.mode = ExecutionMode::call;
  input.transaction.max_fee = 5;
  input.transaction.max_priority_fee = 1;
  EXPECT_EQ(refusal(), InvalidCode::fee_cap_below_base_fee);
  input.transaction.max_fee = 1'000'000;
  EXPECT_EQ(refusal(), InvalidCode::insufficient_funds);
}

TEST_F(ExecutionTest, OverridesComeBeforeTheState) {
  input.mode = ExecutionMode::call;
  input.transaction.max_fee = input.transaction.max_priority_fee = 0;
  put_code(target, "0xfe");
  view.memory.accounts()[target].storage[1] = 5;
  AccountOverride o{.address = target,
                    .balance = {},
                    .nonce = {},
                    .code = {},
                    .state = {},
                    .state_diff = {},
                    .move_precompile_to = {}};
  o.code = *parse_hex_bytes("0x60015460025401"
                            "60005260206000f3"); // slot 1 + slot 2
  o.state_diff[2] = 30;
  input.overrides = {o};
  EXPECT_EQ(load_be(run().result()->output.data()), uint256{35});
  input.overrides[0].state_diff.clear();
  input.overrides[0].state.emplace()[2] = 40; // replaces the whole storage
  EXPECT_EQ(load_be(run().result()->output.data()), uint256{40});
}

TEST_F(ExecutionTest, AMovedPrecompileAnswersAtItsNewAddress) {
  input.mode = ExecutionMode::call;
  input.transaction.max_fee = input.transaction.max_priority_fee = 0;
  Address identity, moved{{0x77}};
  identity.bytes[19] = 4;
  AccountOverride o{.address = identity,
                    .balance = {},
                    .nonce = {},
                    .code = {},
                    .state = {},
                    .state_diff = {},
                    .move_precompile_to = moved};
  input.overrides = {o};
  input.transaction.data = Bytes{1, 2, 3};
  input.transaction.to = moved;
  EXPECT_EQ(run().result()->output, input.transaction.data);
  input.transaction.to = identity; // now an account without code
  EXPECT_TRUE(run().result()->output.empty());
}

TEST_F(ExecutionTest, CreationDeploysAndCollides) {
  input.transaction.to.reset();
  input.transaction.data = *parse_hex_bytes("0x60fe60005360016000f3"); // deploys the one byte fe
  const ExecutionResult result = *run().result();
  ASSERT_TRUE(result.created);
  EXPECT_EQ(change(*result.created)->code->bytes, Bytes{0xfe});
  EXPECT_EQ(*change(*result.created)->nonce, 1u);
  view.memory.accounts()[*result.created].storage[1] = 1; // EIP-7610
  PlainView fresh;
  fresh.memory.accounts() = view.memory.accounts();
  Execution again(input, fresh, engine, caches);
  again.run(1 << 30);
  EXPECT_EQ(again.result()->status, Status::address_collision);
  EXPECT_EQ(again.result()->gas_used, input.transaction.gas_limit);
}

TEST_F(ExecutionTest, RefundsAreCapped) {
  put_code(target, "0x6000600055600060015560006002556000600355"); // clears four slots
  for (uint64_t i = 0; i < 4; ++i) view.memory.accounts()[target].storage[i] = 1;
  const ExecutionResult& result = *run().result();
  EXPECT_EQ(result.refund,
            static_cast<int64_t>((result.gas_used + static_cast<uint64_t>(result.refund)) / 5));
}

TEST_F(ExecutionTest, OperandsBeyondTheLimitAreNoResult) {
  Address modexp;
  modexp.bytes[19] = 5;
  input.rules = {Fork::cancun, default_blob_schedule(Fork::cancun), 1};
  input.block.gas_limit = input.transaction.gas_limit = uint64_t(1) << 53;
  view.memory.accounts()[sender].balance = uint256(20) << 53;
  input.transaction.to = modexp;
  input.transaction.data.resize(96); // lengths of base, exponent, and a modulus of 2^29 bytes
  input.transaction.data[92] = 0x20;
  EXPECT_EQ(run().result()->status, Status::precompile_beyond_limits);
}

TEST_F(ExecutionTest, IntrinsicGas) {
  Transaction tx;
  tx.to = target;
  tx.data = Bytes{0, 0, 1};
  const GasSchedule& g = gas_schedule(Fork::osaka);
  EXPECT_EQ(intrinsic_gas(tx, g), 21000 + 4 + 4 + 16);
  EXPECT_EQ(floor_gas(tx, Fork::osaka), 21000 + 10 * (2 + 4)); // EIP-7623
  EXPECT_EQ(floor_gas(tx, Fork::cancun), 0);
  tx.access_list = {{target, {1, 2}}};
  EXPECT_EQ(intrinsic_gas(tx, g), 21024 + 2400 + 2 * 1900);
  tx.to.reset();
  EXPECT_EQ(intrinsic_gas(tx, g), 21024 + 2400 + 2 * 1900 + 32000 + 2);
}

} // namespace
} // namespace runahead
