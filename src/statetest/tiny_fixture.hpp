// One small fixture, written by hand, for tests: a call that stores 42 in slot 1 and logs it, and
// what must come of it by the rules' own numbers.
#pragma once

#include "base/hex.hpp"
#include "statetest/fixture.hpp"
#include "statetest/logs_hash.hpp"
#include "statetest/pre_state.hpp"

#include <nlohmann/json.hpp>

#include <string>

namespace runahead::tiny_fixture {

inline constexpr std::string_view sender = "0xa94f5374fce5edbc8e2a8697c15331677e6ebf0b";
inline constexpr std::string_view secret_key =
    "0x45a915e4d060149eb4365960e6a7a45f334393093061116b197e3240065ff2d8";
inline constexpr std::string_view contract = "0x000000000000000000000000000000000000c0de";
inline constexpr std::string_view coinbase = "0x2adc25665018aa1fe0e6bc666dac8fc2697ff9ba";
/// PUSH1 42, PUSH1 1, SSTORE, PUSH1 7, PUSH0, PUSH0, LOG1
inline constexpr std::string_view code = "0x602a60015560075f5fa1";

/// 21000 for the transaction, 5 pushes (3, 3, 3, 2, 2), 22100 for a cold slot that becomes set
/// (EIP-2929), 375 + 375 for the log.
inline constexpr uint64_t gas_used = 21000 + 13 + 22100 + 750;
inline constexpr uint64_t gas_price = 10, base_fee = 7;
inline constexpr uint64_t wealth = 1'000'000'000;

inline AccountMap accounts_before() {
  AccountMap accounts;
  accounts[*parse_address(sender)].balance = wealth;
  accounts[*parse_address(contract)].code = make_bytecode(*parse_hex_bytes(code));
  return accounts;
}

inline AccountMap accounts_after() {
  AccountMap accounts = accounts_before();
  accounts[*parse_address(sender)].balance = wealth - gas_used * gas_price;
  accounts[*parse_address(sender)].nonce = 1;
  accounts[*parse_address(coinbase)].balance = gas_used * (gas_price - base_fee);
  accounts[*parse_address(contract)].storage[1] = 42;
  return accounts;
}

inline std::string root_of(const AccountMap& accounts) { return to_hex(PreState(accounts).root()); }

inline std::string logs_after() {
  const Log log{*parse_address(contract), {to_hash(7)}, {}};
  return to_hex(logs_hash({&log, 1}));
}

inline nlohmann::json to_json(const AccountMap& accounts) {
  nlohmann::json json = nlohmann::json::object();
  for (const auto& [address, account] : accounts) {
    nlohmann::json storage = nlohmann::json::object();
    for (const auto& [slot, value] : account.storage) storage[to_hex(slot)] = to_hex(value);
    json[to_hex(address)] = {{"balance", to_hex(account.balance)},
                             {"nonce", to_hex(uint256(account.nonce))},
                             {"code", to_hex(account.code ? account.code->bytes : Bytes())},
                             {"storage", storage}};
  }
  return json;
}

/// One file with one test, `tiny`, of one case, at Cancun.
inline nlohmann::json file() {
  nlohmann::json test;
  test["env"] = {{"currentNumber", "0x10"},      {"currentTimestamp", "0x3e8"},
                 {"currentGasLimit", "0xf4240"}, {"currentCoinbase", coinbase},
                 {"currentDifficulty", "0x0"},   {"currentRandom", "0x20000"},
                 {"currentBaseFee", "0x07"},     {"currentExcessBlobGas", "0x0"}};
  test["pre"] = to_json(accounts_before());
  test["transaction"] = {{"sender", sender},   {"to", contract}, {"nonce", "0x00"},
                         {"gasPrice", "0x0a"}, {"data", {"0x"}}, {"gasLimit", {"0x186a0"}},
                         {"value", {"0x0"}}};
  test["post"]["Cancun"] = {{{"indexes", {{"data", 0}, {"gas", 0}, {"value", 0}}},
                             {"hash", root_of(accounts_after())},
                             {"logs", logs_after()}}};
  return {{"tiny", test}};
}

/// The test of a file that has one.
inline FixtureTest parse_one(const nlohmann::json& file) {
  FixtureReader reader;
  auto tests = reader.parse(file.dump());
  if (!tests || tests->size() != 1) {
    FixtureTest none;
    none.problem = tests ? "not one test" : tests.error().message;
    return none;
  }
  return std::move(tests->front());
}

} // namespace runahead::tiny_fixture
