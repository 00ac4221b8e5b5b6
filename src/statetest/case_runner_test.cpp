#include "crypto/keccak.hpp"
#include "interp/stepping.hpp"
#include "statetest/case_runner.hpp"
#include "statetest/tiny_fixture.hpp"

#include <gtest/gtest.h>

namespace runahead {
namespace {

using nlohmann::json;

class CaseRunnerTest : public testing::Test {
protected:
  json file = tiny_fixture::file();
  json& test = file["tiny"];
  json& tx = test["transaction"];
  json& post = test["post"]["Cancun"][0];
  CaseOptions options;

  CaseResult run(const Engine& engine) const {
    FixtureTest parsed = tiny_fixture::parse_one(file);
    EXPECT_EQ(parsed.problem, "");
    Caches caches;
    CaseRunner runner(std::move(parsed), engine, caches, options);
    return runner.run(runner.test().cases.front());
  }
  CaseResult run() const { return run(SteppingEngine()); }

  void expect_passed() const {
    const CaseResult result = run();
    EXPECT_EQ(result.verdict, Verdict::passed) << result.message;
  }
  void expect_failed(const std::string& part_of_message) const {
    const CaseResult result = run();
    EXPECT_EQ(result.verdict, Verdict::failed);
    EXPECT_NE(result.message.find(part_of_message), std::string::npos) << result.message;
  }
  void expect_nothing_happened() {
    post["hash"] = tiny_fixture::root_of(tiny_fixture::accounts_before());
    post["logs"] = to_hex(logs_hash({}));
  }
};

TEST_F(CaseRunnerTest, PassesWhereEverythingIsAsExpected) { expect_passed(); }

TEST_F(CaseRunnerTest, FailsOnAnotherStateRootAndShowsTheAccounts) {
  AccountMap other = tiny_fixture::accounts_after();
  other[*parse_address(tiny_fixture::contract)].storage[1] = 43;
  post["hash"] = tiny_fixture::root_of(other);
  post["state"] = tiny_fixture::to_json(other);
  expect_failed("expected state root " + tiny_fixture::root_of(other) + " got " +
                tiny_fixture::root_of(tiny_fixture::accounts_after()));
  expect_failed("\n" + std::string(tiny_fixture::contract) + " slot 0x1: expected 0x2b got 0x2a");
  expect_failed("(success, 43863 gas used)");
}

TEST_F(CaseRunnerTest, FailsOnOtherLogs) {
  post["logs"] = to_hex(logs_hash({}));
  expect_failed("got " + tiny_fixture::logs_after() + " (1 logs)");
}

TEST_F(CaseRunnerTest, ExpectsARefusalForTheReasonNamed) {
  tx["nonce"] = "0xffffffffffffffff";
  expect_nothing_happened();
  expect_failed("expected a valid transaction got refused: ");
  post["expectException"] = "TransactionException.NONCE_IS_MAX";
  expect_passed();
  post["expectException"] = "TransactionException.SENDER_NOT_EOA|TR_NonceHasMaxValue";
  expect_passed();
  post["expectException"] = "TransactionException.SENDER_NOT_EOA";
  expect_failed("expected refusal TransactionException.SENDER_NOT_EOA got refused: ");
  post["expectException"] = "TransactionException.NEVER_HEARD_OF";
  expect_failed("exception 'NEVER_HEARD_OF' is not known");
}

TEST_F(CaseRunnerTest, ARefusalThatDoesNotComeIsAFailure) {
  post["expectException"] = "TransactionException.NONCE_IS_MAX";
  expect_failed("expected refusal TransactionException.NONCE_IS_MAX got success");
}

TEST_F(CaseRunnerTest, ARefusalLeavesTheStateAsItWas) {
  tx["nonce"] = "0xffffffffffffffff";
  post["expectException"] = "TransactionException.NONCE_IS_MAX";
  post["logs"] = to_hex(logs_hash({}));
  expect_failed("got " + tiny_fixture::root_of(tiny_fixture::accounts_before()));
}

TEST_F(CaseRunnerTest, AValueThatFitsNoTransactionIsARefusal) {
  tx["value"][0] = "0x:bigint 0x1" + std::string(64, '0');
  expect_nothing_happened();
  expect_failed("expected a valid transaction got refused: the value is wider than 256 bits");
  post["expectException"] = "TR_RLP_WRONGVALUE";
  expect_passed();
  tx["value"][0] = "0x0";
  expect_failed("expected refusal TR_RLP_WRONGVALUE got success");
}

/// Before EIP-161 a reward of nothing makes the coinbase's account, in files that know of it.
TEST_F(CaseRunnerTest, TheCoinbaseIsRewardedWithNothing) {
  tx["nonce"] = "0xffffffffffffffff";
  post["expectException"] = "TR_NonceHasMaxValue";
  AccountMap after = tiny_fixture::accounts_before();
  after[*parse_address(tiny_fixture::coinbase)];
  expect_nothing_happened();
  post["hash"] = tiny_fixture::root_of(after);
  test["post"] = {{"Homestead", test["post"]["Cancun"]}};
  expect_passed();
  test["config"] = {{"chainid", "0x01"}};
  expect_failed("got " + tiny_fixture::root_of(tiny_fixture::accounts_before()));
}

TEST_F(CaseRunnerTest, UnknownForksFail) {
  test["post"] = {{"Narnia", test["post"]["Cancun"]}};
  expect_failed("unknown fork 'Narnia'");
}

/// CHAINID, TIMESTAMP, NUMBER, PREVRANDAO, BLOBBASEFEE and the hash of the block before, each to
/// the slot of its place.
TEST_F(CaseRunnerTest, CodeSeesTheBlockOfTheFixture) {
  const std::string see = "0x465f55"
                          "42600155"
                          "43600255"
                          "44600355"
                          "4a600455"
                          "600f40600555";
  constexpr uint64_t used = 21000 + 6 * 22100 + 5 * 2 + 20 + 2 + 6 * 3;
  test["pre"][std::string(tiny_fixture::contract)]["code"] = see;
  test["config"]["chainid"] = "0x5";
  test["config"]["blobSchedule"]["Cancun"] = {
      {"target", "0x3"}, {"max", "0x6"}, {"baseFeeUpdateFraction", "0x1"}};
  test["env"]["currentExcessBlobGas"] = "0x2";
  tx["gasLimit"][0] = "0xf4240";
  tx["gasPrice"] = "0x7"; // all of it is burnt, so that the coinbase stays absent

  AccountMap after = tiny_fixture::accounts_before();
  Account& viewer = after[*parse_address(tiny_fixture::contract)];
  viewer.code = make_bytecode(*parse_hex_bytes(see));
  viewer.storage = {{0, 5}, {1, 0x3e8}, {2, 0x10}, {3, 0x20000}};
  viewer.storage[4] = 1 + 2 + 2 + 1; // EIP-4844's series for e^2 in whole numbers
  viewer.storage[5] = from(keccak256(Bytes{'1', '5'}));
  Account& payer = after[*parse_address(tiny_fixture::sender)];
  payer.balance = tiny_fixture::wealth - used * 7;
  payer.nonce = 1;
  post["hash"] = tiny_fixture::root_of(after);
  post["state"] = tiny_fixture::to_json(after);
  post["logs"] = to_hex(logs_hash({}));
  expect_passed();
}

TEST_F(CaseRunnerTest, DelaysAndFaultsChangeNothing) {
  for (uint64_t seed = 0; seed < 30; ++seed) {
    options.delayed_seed = seed;
    options.speculation = seed % 2 == 0 ? Speculation::off : Speculation::full;
    expect_passed();
  }
}

/// Uses up one gas more whenever it runs a second call.
class FickleEngine final : public Engine {
public:
  std::string_view name() const override { return "fickle"; }
  Outcome run(Frame& frame, World& world, int64_t budget) const override {
    const Outcome outcome = exact_.run(frame, world, budget);
    if (outcome == Outcome::done && calls_++ > 0) --frame.gas;
    return outcome;
  }

private:
  SteppingEngine exact_;
  mutable int calls_ = 0;
};

TEST_F(CaseRunnerTest, ADelayedRunThatEndsOtherwiseFails) {
  options.delayed_seed = 5;
  const CaseResult result = run(FickleEngine());
  EXPECT_EQ(result.verdict, Verdict::failed);
  EXPECT_EQ(result.message, "expected the delayed run to end as the direct one got gas used: 43863 "
                            "against 43864 (seed 5)");
}

} // namespace
} // namespace runahead
