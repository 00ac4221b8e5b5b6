// Opcodes that ask the host or tell it something: values and prices.
#include "evmc/fake_host.hpp"
#include "evmc/journal_host.hpp"
#include "evmc/plugin.hpp"
#include "spec/opcodes.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace runahead::evmc {
namespace {

constexpr int64_t plenty = 1'000'000;

class PluginOpcodes : public testing::TestWithParam<const char*> {
protected:
  PluginOpcodes() {
    const Option engine{"engine", GetParam()};
    vm = load_vm({&engine, 1});
  }

  Outcome run(const Bytes& code, Revision revision = Revision::osaka, int64_t gas = plenty) {
    return host.run(*vm, revision, code, gas);
  }
  /// What `code` costs.
  int64_t used(const Bytes& code, Revision revision = Revision::osaka) {
    const Outcome outcome = run(code, revision);
    EXPECT_EQ(outcome.status, StatusCode::success);
    return plenty - outcome.gas_left;
  }
  /// What `code` leaves on top of the stack.
  uint256 top(const Bytes& code, Revision revision = Revision::osaka) {
    const Outcome outcome = run(code + return_top(), revision);
    EXPECT_EQ(outcome.output.size(), 32u);
    return outcome.output.size() == 32 ? load_be(outcome.output.data()) : uint256{};
  }

  VmOwner vm;
  FakeHost host;
};
INSTANTIATE_TEST_SUITE_P(All, PluginOpcodes, testing::Values("stepping", "threaded"));

TEST_P(PluginOpcodes, ShowTheTransactionAndItsBlock) {
  const Hash256 blobs[] = {to_hash(uint256{71}), to_hash(uint256{72})};
  const uint256 wide = ~uint256{};
  TxContext& t = host.transaction;
  t.tx_gas_price = to_hash(uint256{11});
  t.tx_origin = other();
  t.block_coinbase = sender();
  t.block_number = 1000;
  t.block_timestamp = 1'700'000'000;
  t.block_gas_limit = 30'000'000;
  t.block_prev_randao = to_hash(wide);
  t.chain_id = to_hash(wide - uint256{1});
  t.block_base_fee = to_hash(uint256{7});
  t.blob_base_fee = to_hash(uint256{3});
  t.blob_hashes = blobs;
  t.blob_hashes_count = 2;
  const std::pair<Opcode, uint256> plain[] = {
      {OP_GASPRICE, 11},     {OP_ORIGIN, from(other())},      {OP_COINBASE, from(sender())},
      {OP_NUMBER, 1000},     {OP_TIMESTAMP, 1'700'000'000},   {OP_GASLIMIT, 30'000'000},
      {OP_PREVRANDAO, wide}, {OP_CHAINID, wide - uint256{1}}, {OP_BASEFEE, 7},
      {OP_BLOBBASEFEE, 3},   {OP_ADDRESS, from(self())},      {OP_CALLER, from(sender())}};
  for (const auto& [op, value] : plain) EXPECT_EQ(top({op}), value) << name_of_opcode(op);
  EXPECT_EQ(top(call_of(OP_BLOBHASH, {1})), 72);
  EXPECT_EQ(top(call_of(OP_BLOBHASH, {2})), 0);
  EXPECT_EQ(top(call_of(OP_BLOCKHASH, {999})), 999'000);
  EXPECT_EQ(top(call_of(OP_BLOCKHASH, {744})), 744'000);
  host.asked.clear();
  for (const uint256& number : {uint256{743}, uint256{1000}, wide})
    EXPECT_EQ(top(call_of(OP_BLOCKHASH, {number})), 0);
  EXPECT_EQ(host.asked["get_block_hash"], 0);
}

TEST_P(PluginOpcodes, AskForTheTransactionOnceAMessageAndOnlyIfNeeded) {
  run({OP_ADDRESS, OP_CALLER, OP_STOP});
  EXPECT_EQ(host.asked["get_tx_context"], 0);
  run({OP_NUMBER, OP_ORIGIN, OP_CHAINID, OP_STOP});
  EXPECT_EQ(host.asked["get_tx_context"], 1);
}

TEST_P(PluginOpcodes, LookAtAccounts) {
  FakeHost::Account& account = host.accounts[other()];
  account.balance = uint256{5};
  account.code = {1, 2, 3};
  account.code_hash = to_hash(uint256{99});
  host.accounts[self()].balance = uint256{6};
  const uint256 at = from(other());
  EXPECT_EQ(top(call_of(OP_BALANCE, {at})), 5);
  EXPECT_EQ(top({OP_SELFBALANCE}), 6);
  EXPECT_EQ(top(call_of(OP_EXTCODESIZE, {at})), 3);
  EXPECT_EQ(top(call_of(OP_EXTCODEHASH, {at})), 99);
  // Four bytes from offset 1 to memory offset 2, where something was.
  const Bytes copy = call_of(OP_MSTORE, {0, ~uint256{}}) + call_of(OP_EXTCODECOPY, {at, 2, 1, 4}) +
                     Bytes{OP_PUSH0, OP_MLOAD};
  uint256 expected = ~uint256{};
  Hash256 bytes = to_hash(expected);
  bytes.bytes[2] = 2;
  bytes.bytes[3] = 3;
  bytes.bytes[4] = bytes.bytes[5] = 0;
  EXPECT_EQ(top(copy), from(bytes));
  // Far behind the end.
  const Bytes behind = call_of(OP_MSTORE, {0, ~uint256{}}) +
                       call_of(OP_EXTCODECOPY, {at, 0, ~uint256{}, 32}) + Bytes{OP_PUSH0, OP_MLOAD};
  EXPECT_EQ(top(behind), 0);
}

TEST_P(PluginOpcodes, PayForColdAccounts) {
  const uint256 at = from(other());
  for (const uint8_t op : {OP_BALANCE, OP_EXTCODESIZE, OP_EXTCODEHASH}) {
    host = {};
    EXPECT_EQ(used(call_of(op, {at})), push_gas(1) + 2600);
    EXPECT_EQ(used(call_of(op, {at})), push_gas(1) + 100);
    EXPECT_EQ(host.asked["access_account"], 2);
    EXPECT_EQ(used(call_of(op, {at}), Revision::istanbul), push_gas(1) + 700);
    EXPECT_EQ(host.asked["access_account"], 2) << "asked before Berlin";
  }
  EXPECT_EQ(used({OP_SELFBALANCE}), 5);
}

TEST_P(PluginOpcodes, LoadAndPayForColdSlots) {
  host.accounts[self()].storage[uint256{3}] = uint256{33};
  EXPECT_EQ(top(call_of(OP_SLOAD, {3})), 33);
  host.warm_slots.clear();
  EXPECT_EQ(used(call_of(OP_SLOAD, {3}) + call_of(OP_SLOAD, {3})), push_gas(2) + 2100 + 100);
  EXPECT_EQ(run(call_of(OP_SLOAD, {4}), Revision::osaka, 2102).status, StatusCode::out_of_gas);
  host.asked.clear();
  EXPECT_EQ(used(call_of(OP_SLOAD, {5}), Revision::frontier), push_gas(1) + 50);
  EXPECT_EQ(used(call_of(OP_SLOAD, {5}), Revision::istanbul), push_gas(1) + 800);
  EXPECT_EQ(host.asked["access_storage"], 0);
}

/// Price and refund of a store by status, without a cold slot: EIP-2200, EIP-2929 and EIP-3529 as
/// they give them, and the Yellow Paper's for the forks without net metering.
TEST_P(PluginOpcodes, PriceStoresByTheirStatus) {
  struct Row {
    StorageStatus status;
    std::pair<int64_t, int64_t> frontier, constantinople, istanbul, berlin, london;
  };
  using enum StorageStatus;
  const Row rows[] = {
      {assigned, {5000, 0}, {200, 0}, {800, 0}, {100, 0}, {100, 0}},
      {added, {20000, 0}, {20000, 0}, {20000, 0}, {20000, 0}, {20000, 0}},
      {deleted, {5000, 15000}, {5000, 15000}, {5000, 15000}, {2900, 15000}, {2900, 4800}},
      {modified, {5000, 0}, {5000, 0}, {5000, 0}, {2900, 0}, {2900, 0}},
      {deleted_added, {20000, 0}, {200, -15000}, {800, -15000}, {100, -15000}, {100, -4800}},
      {modified_deleted, {5000, 15000}, {200, 15000}, {800, 15000}, {100, 15000}, {100, 4800}},
      {deleted_restored, {20000, 0}, {200, -10200}, {800, -10800}, {100, -12200}, {100, -2000}},
      {added_deleted, {5000, 15000}, {200, 19800}, {800, 19200}, {100, 19900}, {100, 19900}},
      {modified_restored, {5000, 0}, {200, 4800}, {800, 4200}, {100, 2800}, {100, 2800}},
  };
  const Bytes store = call_of(OP_SSTORE, {1, 2});
  host.warm_slots.insert(uint256{1});
  for (const Row& row : rows) {
    host.stored = row.status;
    const auto expect = [&](Revision revision, const std::pair<int64_t, int64_t>& cost) {
      const Outcome outcome = run(store, revision);
      EXPECT_EQ(plenty - outcome.gas_left, push_gas(2) + cost.first)
          << static_cast<int>(row.status) << " at " << static_cast<int>(revision);
      EXPECT_EQ(outcome.gas_refund, cost.second)
          << static_cast<int>(row.status) << " at " << static_cast<int>(revision);
    };
    for (const Revision r : {Revision::frontier, Revision::byzantium, Revision::petersburg})
      expect(r, row.frontier);
    expect(Revision::constantinople, row.constantinople);
    expect(Revision::istanbul, row.istanbul);
    expect(Revision::berlin, row.berlin);
    for (const Revision r : {Revision::london, Revision::cancun, Revision::osaka})
      expect(r, row.london);
  }
}

TEST_P(PluginOpcodes, StoreInTheHost) {
  host.stored = StorageStatus::added;
  const Bytes store = call_of(OP_SSTORE, {1, 2});
  EXPECT_EQ(used(store), push_gas(2) + 22100);
  EXPECT_EQ(host.accounts[self()].storage[uint256{1}], uint256{2});
  EXPECT_EQ(host.asked["access_storage"], 1);
  // One gas less is not enough, and no refund is told of then.
  host = {};
  host.stored = StorageStatus::deleted;
  EXPECT_EQ(run(store, Revision::osaka, push_gas(2) + 4999).status, StatusCode::out_of_gas);
  // EIP-2200: nothing is stored while no more than the stipend is left.
  host = {};
  EXPECT_EQ(run(store, Revision::osaka, push_gas(2) + 2300).status, StatusCode::out_of_gas);
  EXPECT_EQ(host.asked["set_storage"], 0);
}

TEST_P(PluginOpcodes, GiveRefundsOnlyOfWhatLasts) {
  host.stored = StorageStatus::deleted;
  const Bytes store = call_of(OP_SSTORE, {1, 0});
  EXPECT_EQ(run(store + store).gas_refund, 9600);
  EXPECT_EQ(run(store + Bytes{OP_PUSH0, OP_PUSH0, OP_REVERT}).gas_refund, 0);
  EXPECT_EQ(run(store + Bytes{OP_INVALID}).gas_refund, 0);
}

TEST_P(PluginOpcodes, KeepTransientStorageInTheHost) {
  EXPECT_EQ(top(call_of(OP_TSTORE, {1, 77}) + call_of(OP_TLOAD, {1})), 77);
  EXPECT_EQ(host.asked["set_transient_storage"], 1);
  EXPECT_EQ(host.asked["get_transient_storage"], 1);
  EXPECT_EQ(used(call_of(OP_TSTORE, {1, 77})), push_gas(2) + 100);
}

TEST_P(PluginOpcodes, Log) {
  const Bytes code = call_of(OP_MSTORE, {0, 0x1234}) + call_of(OP_LOG3, {30, 2, 1, 2, 3}) +
                     call_of(OP_LOG0, {0, 0});
  EXPECT_EQ(used(code), push_gas(9) + 3 + 3 + 4 * 375 + 2 * 8 + 375);
  ASSERT_EQ(host.logs.size(), 2u);
  EXPECT_EQ(host.logs[0].address, self());
  EXPECT_EQ(host.logs[0].data, (Bytes{0x12, 0x34}));
  ASSERT_EQ(host.logs[0].topics.size(), 3u);
  EXPECT_EQ(from(host.logs[0].topics[2]), uint256{3});
  EXPECT_TRUE(host.logs[1].topics.empty() && host.logs[1].data.empty());
}

TEST_P(PluginOpcodes, Selfdestruct) {
  const Bytes code = call_of(OP_SELFDESTRUCT, {from(other())});
  // Cold heir; it does not exist, but there is nothing to inherit.
  EXPECT_EQ(used(code), push_gas(1) + 5000 + 2600);
  EXPECT_EQ(host.heirs, std::vector{other()});
  host.accounts[self()].balance = uint256{1};
  EXPECT_EQ(used(code), push_gas(1) + 5000 + 25000);
  host.accounts[other()] = {};
  EXPECT_EQ(used(code), push_gas(1) + 5000);
  EXPECT_EQ(run(code, Revision::london).gas_refund, 0);
  EXPECT_EQ(run(code, Revision::berlin).gas_refund, 24000);
  host.destruction_is_new = false;
  EXPECT_EQ(run(code, Revision::berlin).gas_refund, 0);
  host = {};
  EXPECT_EQ(used(code, Revision::frontier), push_gas(1));
  EXPECT_EQ(used(code, Revision::tangerine_whistle), push_gas(1) + 5000 + 25000);
  EXPECT_EQ(used(code, Revision::spurious_dragon), push_gas(1) + 5000);
}

TEST(StoragePatterns, AreThoseOfTheNativeWorld) {
  const uint256 values[] = {0, 1, 2, 3};
  for (const uint256& original : values)
    for (const uint256& current : values)
      for (const uint256& value : values)
        EXPECT_EQ(static_cast<int>(storage_status(original, current, value)),
                  static_cast<int>(status_of_store({original, current, true, true}, value)));
}

} // namespace
} // namespace runahead::evmc
