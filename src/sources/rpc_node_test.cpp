#include "io/raw_peer_for_test.hpp"
#include "sources/fake_node_for_test.hpp"
#include "sources/rpc_node.hpp"

#include <gtest/gtest.h>

namespace runahead {
namespace {

using namespace std::chrono_literals;
using Json = nlohmann::json;

class RpcNodeTest : public testing::Test {
protected:
  std::unique_ptr<RpcNode> node_at(const std::string& url, RpcNodeOptions options = {}) {
    auto node = RpcNode::create(loop_, url, std::move(options));
    EXPECT_TRUE(node);
    return std::move(*node);
  }
  RpcNode::Outcome<void> connect(RpcNode& node) {
    std::optional<RpcNode::Outcome<void>> outcome;
    node.connect([&](RpcNode::Outcome<void> got) { outcome = std::move(got); });
    EXPECT_TRUE(loop_.run_until([&] { return outcome.has_value(); }));
    return *outcome;
  }
  RpcNode::Outcome<Head> fetch(RpcNode& node, const BlockId& id) {
    std::optional<RpcNode::Outcome<Head>> outcome;
    node.fetch_block(id, [&](RpcNode::Outcome<Head> got) { outcome = std::move(got); });
    EXPECT_TRUE(loop_.run_until([&] { return outcome.has_value(); }));
    return *outcome;
  }
  void expect_connect_refused(const std::string& url, std::string_view part, bool transient) {
    const auto node = node_at(url, {.timeout = 100ms});
    const auto outcome = connect(*node);
    ASSERT_FALSE(outcome) << part;
    EXPECT_NE(outcome.error().cause.find(part), std::string::npos) << outcome.error().cause;
    EXPECT_EQ(outcome.error().transient, transient) << outcome.error().cause;
    EXPECT_EQ(outcome.error().source, url);
  }
  void pause(Duration duration) {
    bool over = false;
    loop_.after(duration, [&] { over = true; });
    loop_.run_until([&] { return over; });
  }

  EventLoop loop_;
  FakeNode fake_{loop_};
};

Json osaka_config() {
  Json precompiles;
  for (uint64_t i = 1; i <= 9; ++i) precompiles["OLD" + std::to_string(i)] = to_hex(to_address(i));
  precompiles["KZG_POINT_EVALUATION"] = to_hex(to_address(0x0a));
  const char* bls[] = {"BLS12_G1ADD",        "BLS12_G1MSM",         "BLS12_G2ADD",
                       "BLS12_G2MSM",        "BLS12_PAIRING_CHECK", "BLS12_MAP_FP_TO_G1",
                       "BLS12_MAP_FP2_TO_G2"};
  for (uint64_t i = 0; i < 7; ++i) precompiles[bls[i]] = to_hex(to_address(0x0b + i));
  precompiles["P256VERIFY"] = to_hex(to_address(0x100));
  return {{"current",
           {{"activationTime", 0},
            {"chainId", "0x7a69"},
            {"blobSchedule", {{"target", 6}, {"max", 9}, {"baseFeeUpdateFraction", 5007716}}},
            {"precompiles", precompiles},
            {"systemContracts",
             {{"BEACON_ROOTS_ADDRESS", "0x000f3df6d732807ef1319fb7b8bb8522d0beac02"},
              {"HISTORY_STORAGE_ADDRESS", "0x0000f90827f1c53a10cb7a02335b175320002935"}}}}}};
}

TEST_F(RpcNodeTest, ConnectsInOneRequest) {
  fake_.eth_config = osaka_config();
  const auto node = node_at(fake_.url());
  const auto outcome = connect(*node);
  ASSERT_TRUE(outcome) << outcome.error().cause;
  EXPECT_EQ(fake_.methods(), (std::vector<std::vector<std::string>>{
                                 {"eth_chainId", "eth_config", "eth_getBlockByNumber",
                                  "eth_getStorageValues", "eth_call", "eth_getAccountInfo"}}));
  EXPECT_FALSE(node->abilities().storage_values);
  EXPECT_FALSE(node->abilities().programs);
  EXPECT_FALSE(node->abilities().account_info);
  EXPECT_EQ(node->chain_id(), 31337u);
  ASSERT_TRUE(node->config()) << node->config().error().message;
  EXPECT_EQ(rules_from_eth_config(*node->config())->fork, Fork::osaka);
  ASSERT_TRUE(node->head());
  EXPECT_EQ(node->head()->env.number, 97u);
  EXPECT_EQ(node->head()->hash, FakeNode::hash_of(97));
  EXPECT_EQ(node->head()->parent, FakeNode::hash_of(96));
  EXPECT_EQ(node->head()->excess_blob_gas, 0xa00000u);
}

TEST_F(RpcNodeTest, LearnsWhatTheNodeCanDo) {
  fake_.has_storage_values = fake_.runs_programs = fake_.has_account_info = true;
  const auto node = node_at(fake_.url());
  ASSERT_TRUE(connect(*node));
  EXPECT_TRUE(node->abilities().storage_values);
  EXPECT_TRUE(node->abilities().programs);
  EXPECT_TRUE(node->abilities().account_info);

  fake_.twist = [](Json& item, const Json& call) { // takes the overrides, and ignores them
    if (call["method"] == "eth_call") item["result"] = "0x";
  };
  const auto other = node_at(fake_.url());
  ASSERT_TRUE(connect(*other));
  EXPECT_TRUE(other->abilities().storage_values);
  EXPECT_FALSE(other->abilities().programs);
}

TEST_F(RpcNodeTest, AMissingEthConfigIsNoFailure) {
  const auto node = node_at(fake_.url());
  ASSERT_TRUE(connect(*node));
  ASSERT_FALSE(node->config());
  EXPECT_NE(node->config().error().message.find("-32601"), std::string::npos)
      << node->config().error().message;
}

TEST_F(RpcNodeTest, AnEthConfigOfAnotherChainIsNotBelieved) {
  fake_.eth_config = osaka_config();
  fake_.eth_config["current"]["chainId"] = "0x1";
  const auto node = node_at(fake_.url());
  ASSERT_TRUE(connect(*node));
  ASSERT_FALSE(node->config());
  EXPECT_NE(node->config().error().message.find("but eth_chainId is 31337"), std::string::npos);
}

TEST_F(RpcNodeTest, ConnectsToNodesWithoutBatches) {
  fake_.takes_batches = false;
  const auto node = node_at(fake_.url());
  ASSERT_TRUE(connect(*node));
  EXPECT_EQ(fake_.requests.size(), 7u);
  ASSERT_TRUE(fetch(*node, uint64_t{5}));
}

TEST_F(RpcNodeTest, SaysWhyItCannotConnect) {
  uint16_t port;
  {
    port = RawPeer([](RawConnection, int) {}).port();
  }
  expect_connect_refused("http://127.0.0.1:" + std::to_string(port), "Connection refused", true);

  fake_.delay = 300ms;
  expect_connect_refused(fake_.url(), "no answer within 100ms", true);
  fake_.delay = 0ms;

  fake_.instead = {503, "upstream is tired"};
  expect_connect_refused(fake_.url(), "HTTP status 503", true);
  fake_.instead = {401, ""};
  expect_connect_refused(fake_.url(), "HTTP status 401", false);
  fake_.instead = {200, "<html>hello</html>"};
  expect_connect_refused(fake_.url(), "not JSON: '<html>hello</html>'", false);
  fake_.instead = {200, "7"};
  expect_connect_refused(fake_.url(), "neither a JSON object nor an array", false);
  fake_.instead = {200, R"({"jsonrpc":"2.0","id":1,"result":1})"};
  expect_connect_refused(fake_.url(), "a single object that is no error", false);
  fake_.instead = {429, R"({"jsonrpc":"2.0","id":null,"error":{"code":1,"message":"slow down"}})"};
  expect_connect_refused(fake_.url(), "'slow down'", true);
  fake_.instead.reset();

  fake_.twist = [](Json& item, const Json& call) {
    if (call["method"] == "eth_chainId") item["id"] = 999;
  };
  expect_connect_refused(fake_.url(), "no item for it, but an item with the id 999", false);
  fake_.twist = [](Json& item, const Json&) { item["id"] = "1"; };
  expect_connect_refused(fake_.url(), "without a number as its id", false);
  fake_.twist = [](Json& item, const Json&) { item["jsonrpc"] = 2; };
  expect_connect_refused(fake_.url(), "not marked as JSON-RPC 2.0", false);
  fake_.twist = [](Json& item, const Json&) { item.erase("result"); };
  expect_connect_refused(fake_.url(), "neither a result nor an error", false);
  fake_.twist = [](Json& item, const Json& call) {
    if (call["method"] == "eth_getBlockByNumber") item["result"] = nullptr;
  };
  expect_connect_refused(fake_.url(), "the latest block: the node has no such block", false);
  fake_.twist = [](Json& item, const Json& call) {
    if (call["method"] == "eth_chainId") item["result"] = 31337;
  };
  expect_connect_refused(fake_.url(), "eth_chainId: expected a hex number", false);
  fake_.twist = [](Json& item, const Json& call) {
    if (call["method"] == "eth_chainId") item["result"] = "0x0";
  };
  expect_connect_refused(fake_.url(), "no chain id", false);
  fake_.twist = [](Json& item, const Json&) {
    item.erase("result");
    item["error"] = {{"code", -32005}, {"message", "limit exceeded"}};
  };
  expect_connect_refused(fake_.url(), "-32005, 'limit exceeded'", true);
}

TEST_F(RpcNodeTest, FetchesBlocksByNumberHashAndTag) {
  const auto node = node_at(fake_.url());
  EXPECT_EQ(fetch(*node, uint64_t{12})->hash, FakeNode::hash_of(12));
  EXPECT_EQ(fetch(*node, FakeNode::hash_of(13))->env.number, 13u);
  EXPECT_EQ(fetch(*node, std::string("latest"))->env.number, 97u);
  EXPECT_FALSE(fake_.requests.front().is_array()) << "a single call is a plain object";
  const auto absent = fetch(*node, uint64_t{98});
  ASSERT_FALSE(absent);
  EXPECT_EQ(absent.error().cause, "block 98: the node has no such block");
  fake_.twist = [](Json& item, const Json&) { item["result"] = FakeNode::block(3); };
  const auto other = fetch(*node, uint64_t{12});
  ASSERT_FALSE(other);
  EXPECT_NE(other.error().cause.find("the node answers with block 3"), std::string::npos);
  EXPECT_FALSE(fetch(*node, FakeNode::hash_of(13)));
}

TEST_F(RpcNodeTest, FollowsTheHead) {
  const auto node = node_at(fake_.url(), {.poll_interval = 5ms});
  ASSERT_TRUE(connect(*node));
  fake_.requests.clear();
  std::vector<uint64_t> seen;
  node->follow_head([&](const Head& head) { seen.push_back(head.env.number); });
  fake_.head = 98;
  ASSERT_TRUE(loop_.run_until([&] { return node->head()->env.number == 98; }));
  fake_.instead = {500, ""}; // failures leave the head as it is, and the following goes on
  const size_t asked = fake_.requests.size();
  ASSERT_TRUE(loop_.run_until([&] { return fake_.requests.size() > asked + 3; }));
  EXPECT_EQ(node->head()->env.number, 98u);
  EXPECT_GE(node->head_age(), 5ms);
  fake_.instead.reset();
  fake_.head = 99;
  ASSERT_TRUE(loop_.run_until([&] { return node->head()->env.number == 99; }));
  EXPECT_EQ(seen, (std::vector<uint64_t>{98, 99}));
  for (const auto& methods : fake_.methods())
    for (const std::string& method : methods)
      EXPECT_FALSE(method.starts_with("eth_get") && method != "eth_getBlockByNumber");
}

TEST_F(RpcNodeTest, RefreshesAreJoined) {
  const auto node = node_at(fake_.url());
  int done = 0;
  for (int i = 0; i < 5; ++i)
    node->refresh_head([&](RpcNode::Outcome<Head> head) {
      EXPECT_EQ(head->env.number, 97u);
      ++done;
    });
  EXPECT_TRUE(loop_.run_until([&] { return done == 5; }));
  EXPECT_EQ(fake_.requests.size(), 1u);
}

TEST_F(RpcNodeTest, ADestroyedNodeCallsNothing) {
  bool called = false;
  {
    const auto node = node_at(fake_.url(), {.poll_interval = 1ms});
    ASSERT_TRUE(connect(*node));
    node->follow_head([&](const Head&) { called = true; });
    node->refresh_head([&](const auto&) { called = true; });
    node->fetch_block(uint64_t{5}, [&](const auto&) { called = true; });
  }
  pause(20ms);
  EXPECT_FALSE(called);
}

TEST_F(RpcNodeTest, NamesHideSecrets) {
  const auto node = node_at("https://user:pass@node.example/v3/token?key=secret");
  EXPECT_EQ(node->name(), "https://node.example");
  EXPECT_EQ(node->unavailable("x").source, "https://node.example");
  EXPECT_FALSE(RpcNode::create(loop_, "node.example"));
}

} // namespace
} // namespace runahead
