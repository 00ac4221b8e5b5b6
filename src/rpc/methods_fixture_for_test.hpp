// The methods that need no blocks, on a chain whose state is in memory and arrives late.
#pragma once

#include "base/hex.hpp"
#include "interp/stepping.hpp"
#include "io/virtual_loop.hpp"
#include "rpc/call_service.hpp"
#include "rpc/dispatcher.hpp"
#include "rpc/fake_chain_for_test.hpp"
#include "rpc/methods.hpp"
#include "sources/delay.hpp"

#include <gtest/gtest.h>

namespace runahead {

inline constexpr std::string_view alice = "0x000000000000000000000000000000000a11ce00";
inline constexpr std::string_view contract = "0xc000000000000000000000000000000000000000";

class MethodsTest : public testing::Test {
protected:
  MethodsTest() {
    chain.source = &delayed;
    chain.newest.env.gas_limit = 30'000'000;
    Account& account = memory.accounts()[*parse_address(alice)];
    account.balance = 1'000'000;
    account.nonce = 5;
    put_code("600054600155"); // storage[1] = storage[0]
    memory.accounts()[*parse_address(contract)].storage[0] = 0x77;
    chain.set_head(7);
  }

  void put_code(std::string_view hex) {
    memory.accounts()[*parse_address(contract)].code =
        make_bytecode(*parse_hex_bytes("0x" + std::string(hex)));
    chain.set_head(chain.newest.env.number + 1); // values of a block never change
  }

  /// The whole answer.
  std::string answer(std::string_view method, std::string_view params) {
    std::string text;
    const auto cancel =
        dispatcher.handle(R"({"jsonrpc":"2.0","id":1,"method":")" + std::string(method) +
                              R"(","params":)" + std::string(params) + "}",
                          [&](std::string sent) { text = std::move(sent); });
    loop.run_until_idle();
    EXPECT_FALSE(text.empty()) << method;
    return text;
  }
  /// What stands behind `"result":`, or all of it.
  std::string result(std::string_view method, std::string_view params) {
    const std::string text = answer(method, params);
    const std::string start = R"({"jsonrpc":"2.0","id":1,"result":)";
    if (!text.starts_with(start)) return text;
    return text.substr(start.size(), text.size() - start.size() - 1);
  }
  static std::string quoted(std::string_view text) { return '"' + std::string(text) + '"'; }
  static std::string list(std::initializer_list<std::string> items) {
    std::string text = "[";
    for (const std::string& item : items) text += (text.size() == 1 ? "" : ",") + item;
    return text + "]";
  }
  static std::string word(uint64_t value) { return quoted(to_hex32(value)); }
  std::string call_contract(std::string_view more = "") {
    return R"({"from":)" + quoted(alice) + R"(,"to":)" + quoted(contract) + std::string(more) + "}";
  }
  uint64_t estimate(std::string_view more = "") {
    const std::string text = result("eth_estimateGas", list({call_contract(more)}));
    const auto gas = parse_hex_u64(text.substr(1, text.size() - 2));
    EXPECT_TRUE(gas) << text;
    return gas.value_or(0);
  }
  bool succeeds_with(uint64_t gas) {
    return answer("eth_call",
                  list({call_contract(R"(,"gas":)" + quoted(to_hex(uint256(gas)))), "\"latest\""}))
        .contains("result");
  }

  VirtualLoop loop;
  MemorySource memory;
  DelaySource delayed{memory, loop, *parse_latency_model("20ms"), 1};
  FakeChain chain;
  SteppingEngine engine;
  CallService service{chain, engine, loop, {}};
  Dispatcher dispatcher{make_methods(service, nullptr, {.limits = {}, .client_version = "test"}),
                        &service};
};

} // namespace runahead
