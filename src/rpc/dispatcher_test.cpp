#include "rpc/dispatcher.hpp"
#include "rpc/json_input.hpp"

#include <gtest/gtest.h>

#include <deque>

namespace runahead {
namespace {

/// A table of methods without a chain: `echo` gives its parameters back, `refuse` an error, `later`
/// waits until the test answers.
class DispatcherTest : public testing::Test {
protected:
  using Params = const simdjson::dom::element*;
  using ExchangeRef = std::shared_ptr<Exchange>;

  static std::vector<RpcMethod> methods(std::deque<RpcAnswerSink>& waiting) {
    return {
        {"echo",
         [](Params params, const ExchangeRef&, RpcAnswerSink reply) {
           reply(params ? std::string(simdjson::minify(*params)) : "\"nothing\"");
         }},
        {"refuse",
         [](Params, const ExchangeRef&, RpcAnswerSink reply) {
           reply(std::unexpected(RpcError{3, "execution reverted", Bytes{0xab}}));
         }},
        {"later", [&waiting](Params, const ExchangeRef&,
                             RpcAnswerSink reply) { waiting.push_back(std::move(reply)); }},
    };
  }

  Dispatcher::Cancel send(std::string_view body) {
    return dispatcher.handle(body, [this](std::string text) { sent.push_back(std::move(text)); });
  }

  /// The answer to a body that is answered at once.
  std::string answer(std::string_view body) {
    sent.clear();
    send(body);
    EXPECT_EQ(sent.size(), 1u) << body;
    return sent.empty() ? "" : sent[0];
  }

  std::deque<RpcAnswerSink> waiting;
  Dispatcher dispatcher{methods(waiting), nullptr, {.batch_items = 5, .answer_bytes = 400}};
  std::vector<std::string> sent;
};

TEST_F(DispatcherTest, AnswersOne) {
  EXPECT_EQ(answer(R"({"jsonrpc": "2.0", "id": 1, "method": "echo", "params": [1, {"a": null}]})"),
            R"({"jsonrpc":"2.0","id":1,"result":[1,{"a":null}]})");
  EXPECT_EQ(answer(R"({"jsonrpc": "2.0", "id": 1, "method": "refuse"})"),
            R"({"jsonrpc":"2.0","id":1,"error":{"code":3,"message":"execution reverted",)"
            R"("data":"0xab"}})");
}

TEST_F(DispatcherTest, EchoesIdsOfAnyType) {
  for (const char* id : {"0", "-7", "18446744073709551615", "1.5", "null", "true", "\"a\\\"b\"",
                         "[1,\"x\"]", "{\"k\":[]}"})
    EXPECT_EQ(answer(std::string(R"({"jsonrpc":"2.0","method":"echo","id":)") + id + "}"),
              std::string(R"({"jsonrpc":"2.0","id":)") + id + R"(,"result":"nothing"})");
}

TEST_F(DispatcherTest, NotificationsHaveNoAnswer) {
  EXPECT_EQ(answer(R"({"jsonrpc": "2.0", "method": "echo"})"), "");
  EXPECT_EQ(answer(R"({"jsonrpc": "2.0", "method": "nonsense"})"), "");
  EXPECT_EQ(answer(R"([{"jsonrpc": "2.0", "method": "echo"}])"), "");
  EXPECT_EQ(answer(R"([{"jsonrpc": "2.0", "method": "echo"},
                       {"jsonrpc": "2.0", "method": "echo", "id": 4}])"),
            R"([{"jsonrpc":"2.0","id":4,"result":"nothing"}])");
}

TEST_F(DispatcherTest, RefusesWhatIsNoRequest) {
  const auto code_of = [&](const std::string& body) {
    JsonText text;
    const auto root = text.parse(answer(body));
    EXPECT_TRUE(root) << body;
    int64_t code = 0;
    EXPECT_EQ((*root)["error"]["code"].get(code), simdjson::SUCCESS) << body;
    EXPECT_TRUE((*root)["id"].is_null() || body.find("\"id\"") != std::string::npos) << body;
    return code;
  };
  EXPECT_EQ(code_of(R"({"jsonrpc": "2.0", )"), -32700);
  EXPECT_EQ(code_of(""), -32700);
  EXPECT_EQ(code_of("{} {}"), -32700);
  EXPECT_EQ(code_of(std::string(100, '[') + std::string(100, ']')), -32700);
  EXPECT_EQ(code_of("[]"), -32600);
  EXPECT_EQ(code_of("42"), -32600);
  EXPECT_EQ(code_of("{}"), -32600);
  EXPECT_EQ(code_of(R"({"id": 1, "method": "echo"})"), -32600);
  EXPECT_EQ(code_of(R"({"jsonrpc": "1.0", "id": 1, "method": "echo"})"), -32600);
  EXPECT_EQ(code_of(R"({"jsonrpc": "2.0", "id": 1, "method": 42})"), -32600);
  EXPECT_EQ(code_of(R"({"jsonrpc": "2.0", "id": 1, "method": "echo", "params": 3})"), -32600);
  EXPECT_EQ(code_of(R"({"jsonrpc": "2.0", "id": 1, "method": "nonsense"})"), -32601);
  EXPECT_EQ(code_of("[1,2,3,4,5,6]"), -32600); // one batch too long, as a whole
}

TEST_F(DispatcherTest, BatchKeepsTheOrder) {
  send(R"([{"jsonrpc": "2.0", "id": 1, "method": "later"}, 7,
           {"jsonrpc": "2.0", "id": 2, "method": "echo"},
           {"jsonrpc": "2.0", "id": 3, "method": "later"}])");
  ASSERT_EQ(waiting.size(), 2u);
  EXPECT_TRUE(sent.empty());
  waiting[1]("\"three\"");
  EXPECT_TRUE(sent.empty());
  waiting[0]("\"one\"");
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_EQ(sent[0], R"([{"jsonrpc":"2.0","id":1,"result":"one"},)"
                     R"({"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":)"
                     R"("invalid request: expected an object, got the number 7"}},)"
                     R"({"jsonrpc":"2.0","id":2,"result":"nothing"},)"
                     R"({"jsonrpc":"2.0","id":3,"result":"three"}])");
}

TEST_F(DispatcherTest, ABatchOfOneIsStillABatch) {
  EXPECT_EQ(answer(R"([{"jsonrpc": "2.0", "id": 1, "method": "echo"}])"),
            R"([{"jsonrpc":"2.0","id":1,"result":"nothing"}])");
}

TEST_F(DispatcherTest, BoundsTheAnswersOfABatch) {
  const std::string item = R"({"jsonrpc": "2.0", "id": 1, "method": "echo", "params": [")" +
                           std::string(250, 'x') + "\"]}";
  const std::string text = answer("[" + item + "," + item + "]");
  EXPECT_NE(text.find("xxx"), std::string::npos);
  EXPECT_NE(text.find("-32003"), std::string::npos);
  EXPECT_EQ(answer(item).find("-32003"), std::string::npos);
}

TEST_F(DispatcherTest, CancelledBodiesSendNothing) {
  auto cancel = send(R"({"jsonrpc": "2.0", "id": 1, "method": "later"})");
  cancel();
  waiting[0]("1");
  EXPECT_TRUE(sent.empty());
  waiting.clear();
  cancel(); // the body is gone; nothing to do
}

TEST_F(DispatcherTest, ParametersMayBeUsedWhileTheMethodRuns) {
  // The parser's memory is used again by the next body; what was parsed before has been used.
  for (int i = 0; i < 100; ++i) {
    const std::string text = std::to_string(i);
    EXPECT_EQ(answer(R"({"jsonrpc": "2.0", "id": 1, "method": "echo", "params": [)" + text +
                     std::string(static_cast<size_t>(i) * 50, ' ') + "]}"),
              R"({"jsonrpc":"2.0","id":1,"result":[)" + text + "]}");
  }
}

} // namespace
} // namespace runahead
