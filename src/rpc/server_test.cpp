// The methods and the server over real HTTP, on a chain whose state is in memory.
#include "base/hex.hpp"
#include "interp/stepping.hpp"
#include "io/http_client.hpp"
#include "rpc/call_service.hpp"
#include "rpc/fake_chain_for_test.hpp"
#include "rpc/methods.hpp"
#include "rpc/server.hpp"
#include "sources/delay.hpp"

#include <gtest/gtest.h>

namespace runahead {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view contract = "0xc000000000000000000000000000000000000000";

class ServerTest : public testing::Test {
protected:
  ServerTest() {
    chain.source = &delayed;
    chain.set_head(97);
    // Reverts with data 0xab if called with any; else returns the block's number plus slot 0.
    memory.accounts()[*parse_address(contract)].code =
        make_bytecode(*parse_hex_bytes("0x361560"
                                       "0d"
                                       "57"
                                       "60ab5f53"
                                       "60015ffd"
                                       "5b"
                                       "5f5443015f5260205ff3"));
    auto listening = RpcServer::listen(
        loop, {},
        std::make_unique<Dispatcher>(
            make_methods(service, nullptr, {.limits = {}, .client_version = "runahead/test"}),
            &service));
    EXPECT_TRUE(listening);
    server = std::move(*listening);
    client = *HttpClient::create(loop, "http://127.0.0.1:" + std::to_string(server->port()));
  }

  std::string post(std::string body) {
    std::optional<HttpResult> answer;
    client->post(std::move(body), {}, 5s, [&](HttpResult result) { answer = std::move(result); });
    loop.run_until([&] { return answer.has_value(); });
    EXPECT_TRUE(*answer) << answer->error().cause;
    return *answer ? (*answer)->body : "";
  }

  static std::string call(std::string_view data, std::string_view block) {
    return R"({"jsonrpc":"2.0","id":1,"method":"eth_call","params":[{"to":")" +
           std::string(contract) + R"(","data":")" + std::string(data) + R"("},")" +
           std::string(block) + R"("]})";
  }
  static std::string result(std::string_view json) {
    return R"({"jsonrpc":"2.0","id":1,"result":)" + std::string(json) + "}";
  }
  static std::string method(std::string_view name) {
    return R"({"jsonrpc":"2.0","id":1,"method":")" + std::string(name) + R"("})";
  }

  EventLoop loop;
  MemorySource memory;
  DelaySource delayed{memory, loop, {.fixed = 5ms}, 1};
  FakeChain chain;
  SteppingEngine engine;
  CallService service{chain, engine, loop, {}};
  std::unique_ptr<RpcServer> server;
  std::unique_ptr<HttpClient> client;
};

TEST_F(ServerTest, PlainMethods) {
  EXPECT_EQ(post(method("eth_chainId")), result(R"("0x7a69")"));
  EXPECT_EQ(post(method("eth_blockNumber")), result(R"("0x61")"));
  EXPECT_EQ(post(method("net_version")), result(R"("31337")"));
  EXPECT_EQ(post(method("web3_clientVersion")), result(R"("runahead/test")"));
}

TEST_F(ServerTest, Calls) {
  const std::string answer = result('"' + to_hex32(uint256{97}) + '"');
  EXPECT_EQ(post(call("0x", "latest")), answer);
  EXPECT_EQ(post(call("0x", "0x61")), answer);
  EXPECT_EQ(post(call("0x01", "pending")),
            R"({"jsonrpc":"2.0","id":1,"error":{"code":3,"message":"execution reverted",)"
            R"("data":"0xab"}})");
}

TEST_F(ServerTest, ErrorsOfCalls) {
  EXPECT_EQ(post(call("0x1", "latest")).find(R"("error":{"code":-32602,)"), 24u);
  EXPECT_EQ(post(method("eth_call")), R"({"jsonrpc":"2.0","id":1,"error":{"code":-32602,"message":)"
                                      R"("missing value for required argument 0"}})");
  EXPECT_EQ(post(call("0x", "0x62")), R"({"jsonrpc":"2.0","id":1,"error":{"code":-32001,"message":)"
                                      R"("unknown block: number 98"}})");
}

TEST_F(ServerTest, ABatchSeesOneHead) {
  loop.after(2ms, [&] { chain.set_head(98); });
  const std::string number = result('"' + to_hex32(uint256{97}) + '"');
  EXPECT_EQ(post("[" + call("0x", "latest") + "," + call("0x", "latest") + "," +
                 method("eth_blockNumber") + "]"),
            "[" + number + "," + number + "," + result(R"("0x61")") + "]");
  EXPECT_EQ(post(method("eth_blockNumber")), result(R"("0x62")"));

  chain.is_fast = true;
  EXPECT_EQ(post("[" + method("eth_blockNumber") + "," + method("eth_blockNumber") + "]"),
            "[" + result(R"("0x63")") + "," + result(R"("0x63")") + "]");
}

TEST_F(ServerTest, AClientThatLeavesEndsItsCalls) {
  client->post(call("0x", "latest"), {}, 5s, [](HttpResult) {});
  loop.run_until([&] { return service.calls() == 1; });
  client.reset();
  const Duration left = loop.now();
  loop.run_until([&] { return service.calls() == 0; });
  EXPECT_LT(loop.now() - left, 1s);
}

TEST_F(ServerTest, StopsWhileACallRuns) {
  client->post(call("0x", "latest"), {}, 5s, [](HttpResult) {});
  loop.run_until([&] { return service.calls() == 1; });
  server.reset();
  EXPECT_EQ(service.calls(), 0u);
}

} // namespace
} // namespace runahead
