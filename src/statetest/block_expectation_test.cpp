#include "statetest/block_expectation.hpp"

#include <gtest/gtest.h>

namespace runahead {
namespace {

BlockRefusal refusal(BlockFault fault, std::optional<InvalidCode> transaction = {}) {
  return {BlockRefusal::Kind::invalid, "", {{fault, "", {}, transaction, {}}}};
}

bool takes(const BlockRefusal& got, std::string_view exception) {
  const auto result = fulfils(got, exception);
  EXPECT_TRUE(result) << exception;
  return result.value_or(false);
}

TEST(BlockExpectation, NamesOfBothSuitesMeanOurFaults) {
  EXPECT_TRUE(takes(refusal(BlockFault::gas_limit), "InvalidGasLimit"));
  EXPECT_TRUE(takes(refusal(BlockFault::gas_limit), "BlockException.INVALID_GASLIMIT"));
  EXPECT_FALSE(takes(refusal(BlockFault::timestamp), "InvalidGasLimit"));
  EXPECT_FALSE(takes(refusal(BlockFault::timestamp), "BlockException.INVALID_GASLIMIT"));
}

TEST(BlockExpectation, TransactionsAreRefusedByTheirCode) {
  const BlockRefusal funds = refusal(BlockFault::transaction, InvalidCode::insufficient_funds);
  EXPECT_TRUE(takes(funds, "TR_NoFunds"));
  EXPECT_TRUE(takes(funds, "TransactionException.INSUFFICIENT_ACCOUNT_FUNDS"));
  EXPECT_FALSE(takes(funds, "TransactionException.INTRINSIC_GAS_TOO_LOW"));
  EXPECT_FALSE(takes(refusal(BlockFault::gas_limit), "TR_NoFunds"));
}

TEST(BlockExpectation, AnyOfSeveralWillDo) {
  const BlockRefusal funds = refusal(BlockFault::transaction, InvalidCode::insufficient_funds);
  EXPECT_TRUE(takes(funds, "TR_FeeCapLessThanBlocksORNoFunds"));
  EXPECT_TRUE(takes(funds, "TransactionException.NONCE_IS_MAX|"
                           "TransactionException.INSUFFICIENT_ACCOUNT_FUNDS"));
  EXPECT_FALSE(takes(funds, "TransactionException.NONCE_IS_MAX|BlockException.INVALID_GASLIMIT"));
}

TEST(BlockExpectation, LaterFaultsCountToo) {
  BlockRefusal two = refusal(BlockFault::transactions_root);
  two.faults.push_back({BlockFault::block_gas, "", {}, {}, {}});
  EXPECT_TRUE(takes(two, "TR_GasLimitReached"));
}

TEST(BlockExpectation, OmmersAreRefusedByWhatTheirHeadersHave) {
  BlockRefusal ommer = refusal(BlockFault::ommer_header);
  ommer.faults[0].ommer = BlockFault::timestamp;
  EXPECT_TRUE(takes(ommer, "InvalidTimestamp"));
  EXPECT_FALSE(takes(ommer, "InvalidNumber"));
}

TEST(BlockExpectation, MalformedBlocksAndUnknownParents) {
  const BlockRefusal malformed{BlockRefusal::Kind::malformed, "", {}};
  const BlockRefusal parentless{BlockRefusal::Kind::unknown_parent, "", {}};
  EXPECT_TRUE(takes(malformed, "BlockException.RLP_STRUCTURES_ENCODING"));
  EXPECT_TRUE(takes(malformed, "TR_RLP_WRONGVALUE"));
  EXPECT_FALSE(takes(malformed, "UnknownParent"));
  EXPECT_TRUE(takes(parentless, "BlockException.UNKNOWN_PARENT"));
}

TEST(BlockExpectation, UnknownNamesAreErrors) {
  const auto result = fulfils(refusal(BlockFault::gas_limit), "BlockException.GREEN");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().message, "exception 'BlockException.GREEN' is not known");
  EXPECT_FALSE(fulfils(refusal(BlockFault::gas_limit), ""));
  EXPECT_FALSE(takes(refusal(BlockFault::gas_limit), "BlockException.INVALID_BLOCK_HASH"));
}

} // namespace
} // namespace runahead
