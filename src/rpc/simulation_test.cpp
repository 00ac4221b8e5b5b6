// Numbers and times of simulated blocks; what the blocks come to is held against execution-apis'
// cases (tests/e2e/rpc_compat.test.mjs).
#include "rpc/json_input.hpp"
#include "rpc/simulation.hpp"

#include <gtest/gtest.h>

namespace runahead {
namespace {

/// The chain's newest block.
BlockHeader parent() {
  BlockHeader header;
  header.number = 100;
  header.timestamp = 1000;
  return header;
}

struct Wanted {
  std::optional<uint64_t> number, time;
};

RpcResult<std::vector<PlannedBlock>> plan(std::initializer_list<Wanted> wanted) {
  std::vector<SimulatedBlock> blocks;
  for (const Wanted& one : wanted) {
    SimulatedBlock& block = blocks.emplace_back();
    block.overrides.number = one.number;
    block.overrides.time = one.time;
  }
  return plan_blocks(std::move(blocks), parent());
}

std::vector<std::pair<uint64_t, uint64_t>> planned(std::initializer_list<Wanted> wanted) {
  std::vector<std::pair<uint64_t, uint64_t>> result;
  const auto blocks = plan(wanted);
  EXPECT_TRUE(blocks) << blocks.error().message;
  if (blocks)
    for (const PlannedBlock& block : *blocks) result.emplace_back(block.number, block.timestamp);
  return result;
}

using Planned = std::vector<std::pair<uint64_t, uint64_t>>;

TEST(PlanBlocks, FollowOneAnother) {
  EXPECT_EQ(planned({{}, {}}), (Planned{{101, 1012}, {102, 1024}}));
  EXPECT_EQ(planned({{101, 1001}, {{}, 1002}}), (Planned{{101, 1001}, {102, 1002}}));
}

TEST(PlanBlocks, GapsAreFilled) {
  EXPECT_EQ(planned({{103, {}}, {105, 2000}}),
            (Planned{{101, 1012}, {102, 1024}, {103, 1036}, {104, 1048}, {105, 2000}}));
}

TEST(PlanBlocks, RefusesWhatIsOutOfOrder) {
  const auto refused = [](std::initializer_list<Wanted> wanted, int code,
                          std::string_view message) {
    const auto blocks = plan(wanted);
    ASSERT_FALSE(blocks);
    EXPECT_EQ(blocks.error().code, code);
    EXPECT_EQ(blocks.error().message, message);
  };
  refused({{100, {}}}, -38020, "block numbers must be in order: 100 <= 100");
  refused({{105, {}}, {103, {}}}, -38020, "block numbers must be in order: 103 <= 105");
  refused({{{}, 1000}}, -38021, "block timestamps must be in order: 1000 <= 1000");
  refused({{103, 1024}}, -38021, "block timestamps must be in order: 1024 <= 1024");
  refused({{357, {}}}, -38026, "too many blocks");
  EXPECT_EQ(planned({{356, {}}}).size(), 256u);
  EXPECT_EQ(plan_blocks(std::vector<SimulatedBlock>(257), parent()).error().code, -38026);
}

TEST(SimulateRequest, ReadsEveryField) {
  JsonText text;
  const auto root = text.parse(R"([{"blockStateCalls": [
      {"blockOverrides": {"number": "0x5", "beaconRoot": "0x)" +
                               std::string(64, '7') + R"(",
         "withdrawals": [{"index": "0x1", "validatorIndex": "0x2",
           "address": "0x000000000000000000000000000000000000beef", "amount": "0x3"}]},
       "stateOverrides": {"0x000000000000000000000000000000000000beef": {"nonce": "0x9"}},
       "calls": [{}, {"gas": "0x10", "gasPrice": "0x1"}]}],
     "traceTransfers": true, "validation": true, "returnFullTransactions": true}, "0x7"])");
  ASSERT_TRUE(root);
  const auto request = read_simulate_params(&*root);
  ASSERT_TRUE(request) << request.error().message;
  EXPECT_TRUE(request->trace_transfers && request->validation && request->whole_transactions);
  EXPECT_EQ(request->block, BlockRef::of(7));
  ASSERT_EQ(request->blocks.size(), 1u);
  const SimulatedBlock& block = request->blocks[0];
  EXPECT_EQ(block.overrides.number, 5u);
  EXPECT_TRUE(block.beacon_root);
  ASSERT_EQ(block.withdrawals.size(), 1u);
  EXPECT_EQ(block.withdrawals[0], (Withdrawal{1, 2, to_address(0xbeef), 3}));
  ASSERT_EQ(block.state.size(), 1u);
  EXPECT_EQ(block.state[0].nonce, 9u);
  ASSERT_EQ(block.calls.size(), 2u);
  EXPECT_FALSE(block.calls[0].given.gas);
  EXPECT_FALSE(block.calls[0].given.gas_price);
  EXPECT_EQ(block.calls[1].given.gas, 16u);
  EXPECT_TRUE(block.calls[1].given.gas_price);
}

TEST(SimulateRequest, NamesWhatIsWrong) {
  const auto refused = [](std::string_view json, std::string_view part) {
    JsonText text;
    const auto root = text.parse(json);
    ASSERT_TRUE(root) << json;
    const auto request = read_simulate_params(&*root);
    ASSERT_FALSE(request) << json;
    EXPECT_NE(request.error().message.find(part), std::string::npos) << request.error().message;
  };
  refused("[]", "missing value for required argument 0");
  refused("[{}]", "empty input");
  refused(R"([{"blockStateCalls": [{"calls": [{"to": 5}]}]}])",
          "invalid argument 0: blockStateCalls: [0]: calls: [0]: to: ");
  refused(R"([{"blockStateCalls": [{}, {"blockOverrides": {"withdrawals": [{"index": "1"}]}}]}])",
          "blockStateCalls: [1]: blockOverrides: withdrawals: [0]: index: ");
  refused(R"([{"blockStateCalls": [{}], "validate": true}])", "unknown field");
}

} // namespace
} // namespace runahead
