#include "base/hex.hpp"
#include "block/block_execution.hpp"
#include "block/dao_fork.hpp"
#include "interp/stepping.hpp"
#include "sources/memory.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace runahead {
namespace {

constexpr Address sender{{0xaa}}, target{{0xbb}}, coinbase{{0xcc}}, ommer_coinbase{{0xdd}};
constexpr uint64_t ether = 1'000'000'000'000'000'000;

/// Everything in memory; in part of the tests only what was brought in.
class BroughtView final : public StateView {
public:
  const StateValue* find(const StateKey& key) const override {
    const auto brought = values_.find(key);
    if (brought != values_.end()) return &brought->second;
    if (!complete) return nullptr;
    return bring(key);
  }
  const StateValue* bring(const StateKey& key) const {
    return &(values_[key] = *memory.value(key));
  }

  void forget() { values_.clear(); }

  MemorySource memory;
  bool complete = true;

private:
  mutable std::unordered_map<StateKey, StateValue> values_;
};

class BlockExecutionTest : public testing::Test {
protected:
  BlockExecutionTest() {
    use(Fork::cancun);
    input.header.number = 100;
    input.header.timestamp = 1'000'000;
    input.header.gas_limit = 30'000'000;
    input.header.coinbase = coinbase;
    view.memory.accounts()[sender].balance = uint256{1000} * uint256{ether};
  }

  void use(Fork fork) {
    input.rules = schedule_of(fork, default_blob_schedule(fork), 1).at(100, 0, {});
    input.header.base_fee.reset();
    if (fork >= Fork::london) input.header.base_fee = 10;
  }
  Transaction& add_transfer(uint64_t value) {
    Transaction& tx = input.transactions.emplace_back();
    tx.sender = sender;
    tx.to = target;
    tx.nonce = input.transactions.size() - 1;
    tx.gas_limit = 21'000;
    tx.value = value;
    tx.max_fee = tx.max_priority_fee = 10;
    return tx;
  }
  void put_code(std::string_view address, std::string_view code) {
    view.memory.accounts()[*parse_address(address)].code = make_bytecode(*parse_hex_bytes(code));
  }
  /// The contracts that Prague calls behind the transactions: stop, return nothing.
  void put_request_contracts() {
    put_code("0x00000961ef480eb55e80d19ad83579a64c007002", "0x00");
    put_code("0x0000bbddc7ce488642fb579f8b00f3a590007251", "0x00");
  }

  BlockExecution& run(BlockOptions options = {}) {
    execution.emplace(input, view, engine, caches, std::move(options));
    Program::Progress progress = execution->run(1 << 30);
    for (int i = 0; i < 1000 && progress == Program::Progress::want; ++i) {
      for (const StateKey& key : execution->wants()) view.bring(key);
      ++rounds;
      progress = execution->run(1 << 30);
    }
    EXPECT_EQ(progress, Program::Progress::done);
    return *execution;
  }
  std::optional<BlockFault> fault() {
    const auto& invalid = run().invalid();
    return invalid ? std::optional(invalid->fault) : std::nullopt;
  }
  uint256 balance(const Address& address) const {
    return execution->state().find(StateKey::of(StateKind::balance, address))->word;
  }

  BlockInput input;
  BroughtView view;
  SteppingEngine engine;
  Caches caches;
  std::optional<BlockExecution> execution;
  int rounds = 0;
};

TEST_F(BlockExecutionTest, EachTransactionSeesTheOnesBefore) {
  add_transfer(1);
  add_transfer(2);
  const BlockExecution& done = run();
  ASSERT_EQ(done.invalid(), std::nullopt) << done.invalid()->message;
  EXPECT_EQ(balance(target), uint256{3});
  EXPECT_EQ(done.gas_used(), 42'000u);
  ASSERT_EQ(done.receipts().size(), 2u);
  EXPECT_EQ(done.receipts()[0].cumulative_gas_used, 21'000u);
  EXPECT_EQ(done.receipts()[1].cumulative_gas_used, 42'000u);
  EXPECT_TRUE(done.receipts()[1].success);
  EXPECT_FALSE(done.receipts()[1].state_root);
}

/// Whatever order state arrives in, the block ends the same.
TEST_F(BlockExecutionTest, MissingStateIsAskedFor) {
  for (uint64_t i = 1; i <= 3; ++i) add_transfer(i);
  put_code("0x000f3df6d732807ef1319fb7b8bb8522d0beac02", "0x5f355f55"); // SSTORE(0, calldata)
  input.header.parent_beacon_root = Hash256{{7}};
  input.withdrawals = {{0, 0, Address{{0x11}}, 5}};
  const Hash256 root = receipts_root(run().receipts());
  const auto changes = execution->state().changes().size();
  EXPECT_EQ(rounds, 0);
  view.forget();
  view.complete = false;
  EXPECT_EQ(receipts_root(run().receipts()), root);
  EXPECT_EQ(execution->state().changes().size(), changes);
  EXPECT_GT(rounds, 3);
}

TEST_F(BlockExecutionTest, SystemCallsComeFirst) {
  constexpr std::string_view roots = "0x000f3df6d732807ef1319fb7b8bb8522d0beac02";
  put_code(roots, "0x5f355f55");
  input.header.parent_beacon_root = Hash256{{7}};
  const BlockExecution& done = run({.roots = nullptr, .tracer_of = {}, .stop_before = 0});
  EXPECT_EQ(done.state().find(StateKey::storage(*parse_address(roots), 0))->word,
            from(Hash256{{7}}));
  EXPECT_EQ(done.gas_used(), 0u); // nobody pays
}

TEST_F(BlockExecutionTest, CanStopInTheMiddle) {
  add_transfer(1);
  add_transfer(2);
  EXPECT_EQ(run({.roots = nullptr, .tracer_of = {}, .stop_before = 1}).receipts().size(), 1u);
  EXPECT_EQ(balance(target), uint256{1});
}

TEST_F(BlockExecutionTest, RewardsAreThoseOfTheFork) {
  const auto reward = [&](Fork fork) {
    use(fork);
    run();
    return balance(coinbase);
  };
  EXPECT_EQ(reward(Fork::frontier), uint256{5 * ether});
  EXPECT_EQ(reward(Fork::byzantium), uint256{3 * ether});
  EXPECT_EQ(reward(Fork::london), uint256{2 * ether});
  EXPECT_EQ(reward(Fork::paris), uint256{});
  BlockHeader ommer;
  ommer.coinbase = ommer_coinbase;
  ommer.number = input.header.number - 2;
  input.ommers = {ommer};
  EXPECT_EQ(reward(Fork::byzantium), uint256{3 * ether + 3 * ether / 32});
  EXPECT_EQ(balance(ommer_coinbase), uint256{3 * ether / 8 * 6});
}

TEST_F(BlockExecutionTest, WithdrawalsAreInGwei) {
  input.withdrawals = {{0, 0, target, 3}, {1, 0, target, 4}, {2, 0, Address{{0x77}}, 0}};
  run();
  EXPECT_EQ(balance(target), uint256{7'000'000'000});
  EXPECT_EQ(execution->state().find(StateKey::of(StateKind::existence, Address{{0x77}}))->word,
            uint256{existence::none}); // nothing comes of nothing (EIP-161)
}

TEST_F(BlockExecutionTest, TheDaoForkMovesBalancesOnce) {
  use(Fork::homestead);
  for (const Address& account : dao_accounts()) view.memory.accounts()[account].balance = 2;
  view.memory.accounts()[dao_refund_contract()].balance = 1;
  input.rules.dao_fork = 101;
  run();
  EXPECT_EQ(balance(dao_accounts()[0]), uint256{2});
  input.rules.dao_fork = 100;
  run();
  EXPECT_EQ(balance(dao_refund_contract()), uint256{1 + 2 * 116});
  for (const Address& account : dao_accounts()) EXPECT_EQ(balance(account), uint256{});
}

TEST_F(BlockExecutionTest, ReceiptsBeforeByzantiumHoldStateRoots) {
  struct Roots final : StateRoots {
    size_t calls = 0, accounts = 0;
    Hash256 root_after(std::span<const AccountChange> changes) override {
      accounts = changes.size();
      return Hash256{{static_cast<uint8_t>(++calls)}};
    }
  } roots;
  use(Fork::homestead);
  add_transfer(1);
  add_transfer(2);
  const BlockExecution& done = run({.roots = &roots, .tracer_of = {}, .stop_before = {}});
  EXPECT_EQ(done.receipts()[0].state_root, Hash256{{1}});
  EXPECT_EQ(done.receipts()[1].state_root, Hash256{{2}});
  EXPECT_EQ(roots.accounts, 3u); // sender, target, coinbase
}

TEST_F(BlockExecutionTest, WhatDoesNotFitIsRefused) {
  add_transfer(1);
  add_transfer(2);
  input.header.gas_limit = 41'999;
  EXPECT_EQ(fault(), BlockFault::block_gas);
  EXPECT_EQ(execution->invalid()->index, 1u);
  input.header.gas_limit = 42'000;
  EXPECT_EQ(fault(), std::nullopt);
  input.transactions[1].nonce = 5;
  EXPECT_EQ(fault(), BlockFault::transaction);
  EXPECT_EQ(execution->invalid()->transaction, InvalidCode::nonce_too_high);
  EXPECT_TRUE(execution->invalid()->message.starts_with("transactions[1]: nonce too high"));
}

TEST_F(BlockExecutionTest, BlobsAreCountedOverTheBlock) {
  for (int i = 0; i < 2; ++i) {
    Transaction& tx = add_transfer(0);
    tx.type = TxType::blob;
    tx.blob_hashes.assign(4, Hash256{{1}}); // 8 where Cancun has 6
    tx.max_fee_per_blob_gas = 1;
  }
  EXPECT_EQ(fault(), BlockFault::blob_gas);
  for (Transaction& tx : input.transactions) tx.blob_hashes.resize(3);
  EXPECT_EQ(fault(), std::nullopt);
  EXPECT_EQ(execution->blob_gas_used(), 6u * 131072);
}

TEST_F(BlockExecutionTest, PragueNeedsItsRequestContracts) {
  use(Fork::prague);
  EXPECT_EQ(fault(), BlockFault::system_call);
  EXPECT_EQ(execution->invalid()->message,
            "system call to 0x00000961ef480eb55e80d19ad83579a64c007002: there is no code");
}

TEST_F(BlockExecutionTest, RequestsAreWhatTheContractsReturn) {
  use(Fork::prague);
  put_request_contracts();
  // MSTORE8(0, 0x2a), RETURN(0, 1)
  put_code("0x0000bbddc7ce488642fb579f8b00f3a590007251", "0x602a5f5360015ff3");
  EXPECT_EQ(fault(), std::nullopt);
  EXPECT_EQ(execution->requests(), (std::vector<RequestList>{{0}, {1}, {2, 0x2a}}));
}

TEST_F(BlockExecutionTest, AFailingRequestContractMakesTheBlockInvalid) {
  use(Fork::prague);
  put_request_contracts();
  put_code("0x00000961ef480eb55e80d19ad83579a64c007002", "0x5f5ffd");
  EXPECT_EQ(fault(), BlockFault::system_call);
}

TEST_F(BlockExecutionTest, ResultsAreComparedWithTheHeader) {
  use(Fork::prague);
  put_request_contracts();
  add_transfer(1);
  const BlockExecution& done = run();
  ASSERT_EQ(done.invalid(), std::nullopt);
  BlockHeader good = input.header;
  good.gas_used = 21'000;
  good.blob_gas_used = 0;
  good.receipts_root = receipts_root(done.receipts());
  good.requests_hash = requests_hash({});
  const auto wrong = [&](auto&& spoil) -> std::optional<BlockFault> {
    BlockHeader header = good;
    spoil(header);
    const auto invalid = check_results(header, done);
    return invalid ? std::optional(invalid->fault) : std::nullopt;
  };
  EXPECT_EQ(wrong([](auto&) {}), std::nullopt);
  EXPECT_EQ(wrong([](auto& h) { h.gas_used = 1; }), BlockFault::gas_used);
  EXPECT_EQ(wrong([](auto& h) { h.blob_gas_used = 1; }), BlockFault::blob_gas_used);
  EXPECT_EQ(wrong([](auto& h) { h.logs_bloom.bytes[0] = 1; }), BlockFault::logs_bloom);
  EXPECT_EQ(wrong([](auto& h) { h.receipts_root = {}; }), BlockFault::receipts_root);
  EXPECT_EQ(wrong([](auto& h) { h.requests_hash = Hash256{}; }), BlockFault::requests_hash);
}

} // namespace
} // namespace runahead
