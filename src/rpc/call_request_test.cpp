#include "base/hex.hpp"
#include "base/limits.hpp"
#include "rpc/call_request.hpp"

#include <gtest/gtest.h>

namespace runahead {
namespace {

constexpr CallLimits limits_of_test{1'000'000};
constexpr std::string_view someone = "0x00000000000000000000000000000000000000aa";
constexpr std::string_view other = "0x00000000000000000000000000000000000000bb";
const std::string word_1 = "0x" + std::string(63, '0') + "1";
const std::string word_2 = "0x" + std::string(63, '0') + "2";

Address address(uint8_t last) {
  Address a;
  a.bytes[19] = last;
  return a;
}

Transaction call(std::string_view json) {
  auto parsed = parse_call_object(json, limits_of_test);
  EXPECT_TRUE(parsed) << json << ": " << (parsed ? "" : parsed.error().message);
  return parsed.value_or(Transaction{});
}

/// Checks that the result is an error whose message holds `part`.
template <class T>
void expect_refused(const Result<T>& result, std::string_view json, std::string_view part) {
  ASSERT_FALSE(result) << json;
  EXPECT_NE(result.error().message.find(part), std::string::npos)
      << json << ": " << result.error().message;
  EXPECT_LT(result.error().message.size(), 300u);
}

void refused_call(std::string_view json, std::string_view part) {
  expect_refused(parse_call_object(json, limits_of_test), json, part);
}
void refused_params(std::string_view json, std::string_view part) {
  expect_refused(parse_call_params(json, limits_of_test), json, part);
}
void refused_overrides(std::string_view json, std::string_view part) {
  expect_refused(parse_state_overrides(json), json, part);
}
void refused_block(std::string_view json, std::string_view part) {
  expect_refused(parse_block_overrides(json), json, part);
}

TEST(CallObject, DefaultsOfAnEmptyOne) {
  const Transaction tx = call("{}");
  EXPECT_EQ(tx.type, TxType::legacy);
  EXPECT_EQ(tx.sender, Address{});
  EXPECT_FALSE(tx.to);
  EXPECT_EQ(tx.gas_limit, limits_of_test.gas_cap);
  EXPECT_TRUE(tx.value.is_zero());
  EXPECT_TRUE(tx.data.empty());
  EXPECT_TRUE(tx.max_fee.is_zero());
  EXPECT_FALSE(tx.chain_id);
}

TEST(CallObject, TakesEveryField) {
  const Transaction tx =
      call(R"({"from": ")" + std::string(someone) + R"(", "to": ")" + std::string(other) +
           R"(", "gas": "0x5208", "gasPrice": "0x7", "value": "0x10",
        "nonce": "0x3", "data": "0x0102", "input": "0x0102", "chainId": "0x7a69", "type": "0x0"})");
  EXPECT_EQ(tx.sender, address(0xaa));
  EXPECT_EQ(tx.to, address(0xbb));
  EXPECT_EQ(tx.gas_limit, 21'000u);
  EXPECT_EQ(tx.max_fee, uint256{7});
  EXPECT_EQ(tx.max_priority_fee, uint256{7});
  EXPECT_EQ(tx.value, uint256{16});
  EXPECT_EQ(tx.nonce, 3u);
  EXPECT_EQ(tx.data, (Bytes{1, 2}));
  EXPECT_EQ(tx.chain_id, uint256{31337});
}

TEST(CallObject, FieldsDecideTheType) {
  EXPECT_EQ(call(R"({"accessList": []})").type, TxType::access_list);
  EXPECT_EQ(call(R"({"maxFeePerGas": "0x1"})").type, TxType::dynamic_fee);
  EXPECT_EQ(call(R"({"maxPriorityFeePerGas": "0x1", "accessList": []})").type, TxType::dynamic_fee);
  EXPECT_EQ(call(R"({"blobVersionedHashes": []})").type, TxType::blob);
  EXPECT_EQ(call(R"({"authorizationList": []})").type, TxType::set_code);
}

TEST(CallObject, GasIsCapped) {
  EXPECT_EQ(call(R"({"gas": "0xf423f"})").gas_limit, 999'999u);
  EXPECT_EQ(call(R"({"gas": "0xf4241"})").gas_limit, 1'000'000u);
  EXPECT_EQ(call(R"({"gas": "0x0"})").gas_limit, 0u);
  const auto uncapped = parse_call_object(R"({"gas": "0xffffffffffffffff"})", {0});
  ASSERT_TRUE(uncapped);
  EXPECT_EQ(uncapped->gas_limit, uint64_t{1} << 62);
}

TEST(CallObject, DataByEitherName) {
  EXPECT_EQ(call(R"({"input": "0x0a"})").data, Bytes{10});
  EXPECT_EQ(call(R"({"data": "0x0a"})").data, Bytes{10});
  refused_call(R"({"data": "0x0a", "input": "0x"})", "input: ");
}

TEST(CallObject, NullIsAbsent) {
  const Transaction tx = call(R"({"to": null, "gas": null, "accessList": null, "data": null})");
  EXPECT_EQ(tx.type, TxType::legacy);
  EXPECT_EQ(tx.gas_limit, limits_of_test.gas_cap);
}

TEST(CallObject, Lists) {
  const Transaction tx =
      call(R"({"accessList": [{"address": ")" + std::string(someone) + R"(", "storageKeys": [")" +
           word_1 + R"(", ")" + word_2 + R"("]}, {"address": ")" + std::string(other) + R"("}]})");
  ASSERT_EQ(tx.access_list.size(), 2u);
  EXPECT_EQ(tx.access_list[0].slots, (std::vector<uint256>{1, 2}));
  EXPECT_EQ(tx.access_list[1].address, address(0xbb));
  const Transaction blob =
      call(R"({"blobVersionedHashes": [")" + word_1 + R"("], "maxFeePerBlobGas": "0x5"})");
  ASSERT_EQ(blob.blob_hashes.size(), 1u);
  EXPECT_EQ(blob.blob_hashes[0].bytes[31], 1);
  EXPECT_EQ(blob.max_fee_per_blob_gas, uint256{5});
}

TEST(CallObject, Authorizations) {
  const auto with = [](std::string_view fields) {
    return R"({"authorizationList": [{"address": ")" + std::string(someone) + R"(", )" +
           std::string(fields) + "}]}";
  };
  constexpr std::string_view rest = R"("chainId": "0x1", "nonce": "0x2", "r": "0x3", "s": "0x4")";
  const Transaction tx = call(with(std::string(rest) + R"(, "yParity": "0x1", "v": "0x1")"));
  ASSERT_EQ(tx.authorizations.size(), 1u);
  EXPECT_EQ(tx.authorizations[0].y_parity, uint256{1});
  EXPECT_EQ(tx.authorizations[0].nonce, 2u);
  EXPECT_EQ(tx.authorizations[0].s, uint256{4});
  EXPECT_EQ(call(with(std::string(rest) + R"(, "v": "0x1")")).authorizations[0].y_parity,
            uint256{1});
  refused_call(with(rest), "authorizationList: [0]: yParity: missing");
  refused_call(with(std::string(rest) + R"(, "yParity": "0x1", "v": "0x0")"), "differ");
  refused_call(R"({"authorizationList": [{}]})", "[0]: address: missing");
}

TEST(CallObject, RefusesWhatIsWrong) {
  refused_call(R"({"colour": "red"})", "unknown field 'colour'");
  refused_call(R"({"gas": "0x1", "gas": "0x2"})", "'gas' is given twice");
  refused_call(R"({"to": "0xzz"})", "to: ");
  refused_call(R"({"to": 7})", "to: expected hex text, got the number 7");
  refused_call(R"({"data": "0x123"})", "data: ");
  refused_call(R"({"data": "123"})", "data: ");
  refused_call(R"({"gas": "much"})", "gas: ");
  refused_call(R"({"gas": "0x10000000000000000"})", "gas: ");
  refused_call(R"({"value": "0x1)" + std::string(64, '0') + R"("})", "value: ");
  refused_call(R"({"gasPrice": "0x1", "maxFeePerGas": "0x1"})", "gasPrice");
  refused_call(R"({"type": "0x5"})", "type: unknown transaction type 5");
  refused_call(R"({"accessList": {}})", "accessList: expected an array");
  refused_call(R"({"accessList": [{"storageKeys": []}]})", "[0]: address: missing");
  refused_call(R"({"accessList": [{"address": ")" + std::string(someone) +
                   R"(", "storageKeys": ["0x1"]}]})",
               "accessList: [0]: storageKeys: [0]: ");
  refused_call(R"({"blobVersionedHashes": [], "authorizationList": []})", "authorizationList");
  refused_call("[]", "expected an object");
  refused_call("{", "not JSON");
  refused_call("", "not JSON");
  std::string deep;
  for (unsigned i = 0; i <= limits::json_depth; ++i) deep += '[';
  for (unsigned i = 0; i <= limits::json_depth; ++i) deep += ']';
  refused_call(R"({"accessList": )" + deep + "}", "nested deeper than 64");
}

TEST(CallParams, FourArguments) {
  const auto request = parse_call_params(R"([{"gas": "0x1"}, "0x61", {")" + std::string(someone) +
                                             R"(": {"nonce": "0x2"}}, {"time": "0x5"}])",
                                         limits_of_test);
  ASSERT_TRUE(request) << request.error().message;
  EXPECT_EQ(request->transaction.gas_limit, 1u);
  EXPECT_EQ(request->block, BlockRef::of(97));
  ASSERT_EQ(request->overrides.size(), 1u);
  EXPECT_EQ(request->overrides[0].nonce, 2u);
  EXPECT_EQ(request->block_overrides.time, 5u);
}

TEST(CallParams, AllButTheFirstMayBeMissingOrNull) {
  for (const char* json : {"[{}]", "[{}, null]", "[{}, \"latest\", null, null]", "{}"}) {
    const auto request = parse_call_params(json, limits_of_test);
    ASSERT_TRUE(request) << json;
    EXPECT_EQ(request->block, BlockRef{}) << json;
    EXPECT_TRUE(request->overrides.empty());
  }
}

TEST(CallParams, ErrorsNameTheArgument) {
  refused_params("[]", "missing value for required argument 0");
  refused_params("[null]", "missing value for required argument 0");
  refused_params("7", "params: expected an array");
  refused_params("[{}, \"latest\", {}, {}, {}]", "too many arguments");
  refused_params(R"(["0x00"])", "invalid argument 0: expected an object, got the text '0x00'");
  refused_params(R"([{"gas": "much"}])", "invalid argument 0: gas: ");
  refused_params(R"([{}, "yesterday"])", "invalid argument 1: ");
  refused_params(R"([{}, "latest", []])", "invalid argument 2: ");
  refused_params(R"([{}, "latest", {}, {"height": "0x1"}])",
                 "invalid argument 3: unknown field 'height'");
  EXPECT_FALSE(read_call_params(nullptr, limits_of_test));
}

TEST(StateOverrides, TakesEveryField) {
  const auto parsed = parse_state_overrides(
      R"({")" + std::string(someone) + R"(": {"balance": "0x10", "nonce": "0x2", "code": "0x5f",
          "state": {")" +
      word_1 + R"(": ")" + word_2 + R"("}, "movePrecompileToAddress": null},
          ")" +
      std::string(other) + R"(": {"stateDiff": {"0x2": "0x3"}}})");
  ASSERT_TRUE(parsed) << parsed.error().message;
  ASSERT_EQ(parsed->size(), 2u);
  const AccountOverride& first = (*parsed)[0];
  EXPECT_EQ(first.address, address(0xaa));
  EXPECT_EQ(first.balance, uint256{16});
  EXPECT_EQ(first.code, Bytes{0x5f});
  ASSERT_TRUE(first.state);
  EXPECT_EQ(first.state->at(1), uint256{2});
  EXPECT_FALSE(first.move_precompile_to);
  EXPECT_EQ((*parsed)[1].state_diff.at(2), uint256{3});
  EXPECT_FALSE((*parsed)[1].state);
}

TEST(StateOverrides, EmptyStateIsNotAbsentState) {
  const auto parsed =
      parse_state_overrides(R"({")" + std::string(someone) + R"(": {"state": {}}})");
  ASSERT_TRUE(parsed);
  EXPECT_TRUE((*parsed)[0].state);
}

TEST(StateOverrides, RefusesWhatIsWrong) {
  const auto account = [](std::string_view fields) {
    return R"({")" + std::string(someone) + R"(": )" + std::string(fields) + "}";
  };
  refused_overrides("[]", "expected an object");
  refused_overrides(R"({"0x12": {}})", "address: ");
  refused_overrides(account("7"), std::string(someone) + ": expected an object");
  refused_overrides(account(R"({"ballance": "0x1"})"), "unknown field 'ballance'");
  refused_overrides(account(R"({"state": {}, "stateDiff": {}})"), "both \"state\"");
  refused_overrides(account(R"({"state": {"0xg": "0x1"}})"), "state: slot: ");
  refused_overrides(account(R"({"stateDiff": {"0x1": 5}})"), "stateDiff: 0x1: ");
  refused_overrides(account(R"({"stateDiff": {"0x1": "0x1", "0x01": "0x2"}})"), "given twice");
  refused_overrides(R"({")" + std::string(someone) + R"(": {}, ")" + std::string(someone) +
                        R"(": {}})",
                    "given twice");
  const std::string move = R"({"movePrecompileToAddress": ")" + std::string(other) + R"("})";
  refused_overrides(R"({")" + std::string(someone) + R"(": )" + move + R"(, ")" +
                        std::string(other) + R"(": {}})",
                    "already overridden");
  EXPECT_TRUE(parse_state_overrides(R"({"0x0000000000000000000000000000000000000001": )" + move +
                                    R"(, "0x0000000000000000000000000000000000000002": )" + move +
                                    "}"))
      << "the later one stands there";
}

TEST(BlockOverrides, ApplyToTheBlock) {
  const auto parsed = parse_block_overrides(R"({"number": "0x1", "difficulty": "0x2", "time": "0x3",
      "gasLimit": "0x4", "feeRecipient": ")" +
                                            std::string(someone) +
                                            R"(", "prevRandao": "0x6", "baseFeePerGas": "0x7",
      "blobBaseFee": "0x8"})");
  ASSERT_TRUE(parsed) << parsed.error().message;
  const BlockEnv block = parsed->applied_to({}, Fork::osaka);
  EXPECT_EQ(block.number, 1u);
  EXPECT_EQ(block.timestamp, 3u);
  EXPECT_EQ(block.gas_limit, 4u);
  EXPECT_EQ(block.coinbase, address(0xaa));
  EXPECT_EQ(block.prev_randao, uint256{6});
  EXPECT_EQ(block.base_fee, uint256{7});
  EXPECT_EQ(block.blob_base_fee, uint256{8});
  EXPECT_EQ(parsed->applied_to({}, Fork::london).prev_randao, uint256{2});
}

TEST(BlockOverrides, AbsentOnesChangeNothing) {
  BlockEnv block;
  block.number = 9;
  block.prev_randao = 8;
  const BlockEnv same = BlockOverrides{}.applied_to(block, Fork::osaka);
  EXPECT_EQ(same.number, 9u);
  EXPECT_EQ(same.prev_randao, uint256{8});
}

TEST(BlockOverrides, RefusesWhatIsWrong) {
  refused_block(R"({"beaconRoot": "0x1"})", "beaconRoot: ");
  refused_block(R"({"withdrawals": []})", "withdrawals: ");
  refused_block(R"({"number": "0x10000000000000000"})", "number: ");
  refused_block(R"({"random": "0x1"})", "unknown field 'random'");
}

} // namespace
} // namespace runahead
