#include "rpc/methods_fixture_for_test.hpp"

#include <set>

namespace runahead {
namespace {

TEST_F(MethodsTest, ReadsAccounts) {
  EXPECT_EQ(result("eth_getBalance", list({quoted(alice)})), "\"0xf4240\"");
  EXPECT_EQ(result("eth_getTransactionCount", list({quoted(alice), "\"latest\""})), "\"0x5\"");
  EXPECT_EQ(result("eth_getCode", list({quoted(contract), "\"0x7\""})), "\"0x600054600155\"");
  EXPECT_EQ(result("eth_getCode", list({quoted(alice)})), "\"0x\"");
}

TEST_F(MethodsTest, ReadsSlots) {
  EXPECT_EQ(result("eth_getStorageAt", list({quoted(contract), "\"0x0\""})), word(0x77));
  EXPECT_EQ(result("eth_getStorageAt", list({quoted(contract), "\"\"", "\"latest\""})), word(0x77));
  EXPECT_EQ(result("eth_getStorageAt", list({quoted(contract), "\"0x1\""})), word(0));
  EXPECT_EQ(result("eth_getStorageValues",
                   list({"{" + quoted(contract) + ":" + list({word(0), "\"1\""}) + "}"})),
            "{" + quoted(contract) + ":" + list({word(0x77), word(0)}) + "}");
}

TEST_F(MethodsTest, RefusesParametersByPlace) {
  EXPECT_TRUE(answer("eth_getBalance", "[]").contains(R"("code":-32602)"));
  EXPECT_TRUE(answer("eth_getBalance", "[]").contains("missing value for required argument 0"));
  EXPECT_TRUE(answer("eth_getBalance", R"(["0x12"])").contains("invalid argument 0: "));
  EXPECT_TRUE(
      answer("eth_getBalance", list({quoted(alice), "7"})).contains("invalid argument 1: "));
  EXPECT_TRUE(
      answer("eth_getBalance", R"([1,2,3])").contains("too many arguments, want at most 2"));
  EXPECT_TRUE(answer("eth_getBalance", R"({"a":1})").contains("expected an array"));
  std::string many = R"({")" + std::string(contract) + R"(":[)";
  for (int i = 0; i < 1025; ++i) many += i == 0 ? "\"0x0\"" : ",\"0x0\"";
  EXPECT_TRUE(answer("eth_getStorageValues", list({many + "]}"})).contains("too many slots"));
}

TEST_F(MethodsTest, ABlockThatIsNotThere) {
  EXPECT_TRUE(answer("eth_getBalance", list({quoted(alice), "\"0x8\""}))
                  .contains("unknown block: number 8"));
}

TEST_F(MethodsTest, WhatNeedsBlocksIsNotServedWithoutThem) {
  EXPECT_TRUE(answer("eth_getBlockByNumber", R"(["latest",false])").contains(R"("code":-32601)"));
}

TEST_F(MethodsTest, ABatchSeesOneNewestBlock) {
  chain.is_fast = true;
  std::string text;
  const auto cancel = dispatcher.handle(
      R"([{"jsonrpc":"2.0","id":1,"method":"eth_blockNumber"},
          {"jsonrpc":"2.0","id":2,"method":"eth_getBalance","params":[")" +
          std::string(alice) + R"("]},
          {"jsonrpc":"2.0","id":3,"method":"eth_blockNumber"}])",
      [&](std::string sent) { text = std::move(sent); });
  loop.run_until_idle();
  EXPECT_EQ(text, R"([{"jsonrpc":"2.0","id":1,"result":"0x8"},)"
                  R"({"jsonrpc":"2.0","id":2,"result":"0xf4240"},)"
                  R"({"jsonrpc":"2.0","id":3,"result":"0x8"}])");
}

TEST_F(MethodsTest, ACancelledReadIsNotAnswered) {
  bool sent = false;
  auto cancel =
      dispatcher.handle(R"({"jsonrpc":"2.0","id":1,"method":"eth_getBalance","params":[")" +
                            std::string(alice) + R"("]})",
                        [&](const std::string&) { sent = true; });
  cancel();
  EXPECT_EQ(service.calls(), 0u);
  loop.run_until_idle();
  EXPECT_FALSE(sent);
}

TEST_F(MethodsTest, ACancelledSearchMakesNoMoreRuns) {
  bool sent = false;
  auto cancel = dispatcher.handle(
      R"({"jsonrpc":"2.0","id":1,"method":"eth_estimateGas","params":[)" + call_contract() + "]}",
      [&](const std::string&) { sent = true; });
  EXPECT_EQ(service.calls(), 1u);
  cancel();
  EXPECT_EQ(service.calls(), 0u);
  loop.run_until_idle();
  EXPECT_EQ(service.calls(), 0u);
  EXPECT_FALSE(sent);
}

// Gas -------------------------------------------------------------------------------------------

TEST_F(MethodsTest, EstimatesATransfer) {
  EXPECT_EQ(result("eth_estimateGas", list({R"({"from":)" + quoted(alice) + R"(,"to":)" +
                                            quoted(alice) + R"(,"value":"0x1"})"})),
            "\"0x5208\"");
}

TEST_F(MethodsTest, EstimatesWhatIsEnoughAndLittleMore) {
  for (const char* code : {
           "600054600155",                   // stores
           "6000600055",                     // gets a refund
           "62030d405a11600d57600080fd5b00", // refuses less than 200,000
       }) {
    put_code(code);
    const uint64_t gas = estimate();
    EXPECT_TRUE(succeeds_with(gas)) << code << ": " << gas;
    EXPECT_FALSE(succeeds_with(gas - gas / 50)) << code << ": " << gas;
  }
}

TEST_F(MethodsTest, TellsWhyNothingIsEnough) {
  put_code("60006000fd");
  EXPECT_TRUE(answer("eth_estimateGas", list({call_contract()}))
                  .contains(R"("error":{"code":3,"message":"execution reverted","data":"0x"})"));
  put_code("5b600056");
  EXPECT_TRUE(answer("eth_estimateGas", list({call_contract(R"(,"gas":"0x7a120")")}))
                  .contains("gas required exceeds allowance (500000)"));
  EXPECT_TRUE(answer("eth_estimateGas", list({call_contract(R"(,"gasPrice":"0xa")")}))
                  .contains("gas required exceeds allowance (100000)"))
      << "what the sender can pay for";
  EXPECT_TRUE(
      answer("eth_estimateGas", list({call_contract(R"(,"value":"0xfffff","gasPrice":"0x1")")}))
          .contains("insufficient funds for transfer"));
}

TEST_F(MethodsTest, EstimatesWithOverrides) {
  EXPECT_EQ(result("eth_estimateGas", list({call_contract(), "\"latest\"",
                                            "{" + quoted(contract) + R"(:{"code":"0x"}})"})),
            "\"0x5208\"");
  put_code("5b600056");
  EXPECT_TRUE(answer("eth_estimateGas", list({call_contract(R"(,"gasPrice":"0x1")"), "\"latest\"",
                                              "{" + quoted(alice) + R"(:{"balance":"0x7a120"}})"}))
                  .contains("gas required exceeds allowance (500000)"));
}

// Access lists ----------------------------------------------------------------------------------

TEST_F(MethodsTest, ListsWhatACallTouches) {
  EXPECT_EQ(result("eth_createAccessList", list({call_contract()})),
            R"({"accessList":[{"address":)" + quoted(contract) + R"(,"storageKeys":)" +
                list({word(0), word(1)}) + R"(}],"gasUsed":"0xb8ca"})");
}

TEST_F(MethodsTest, ListsAccountsWithoutThoseThatAreWarm) {
  put_code("73000000000000000000000000000000000000bEEF31" // a balance
           "6004313031333250"                             // a precompile's, its own, the sender's
           "60006000fd");
  EXPECT_TRUE(result("eth_createAccessList", list({call_contract()}))
                  .starts_with(R"({"accessList":[{"address":)"
                               R"("0x000000000000000000000000000000000000beef","storageKeys":[]}],)"
                               R"("error":"execution reverted","gasUsed":)"));
}

TEST_F(MethodsTest, EveryMethodHasOneRow) {
  std::set<std::string_view> names;
  for (const MethodRow& row : known_methods())
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
  EXPECT_TRUE(names.contains("eth_call"));
}

} // namespace
} // namespace runahead
