#include "app/node_chain.hpp"
#include "interp/stepping.hpp"
#include "rpc/call_service.hpp"
#include "sources/fake_node_for_test.hpp"

#include <gtest/gtest.h>

namespace runahead {
namespace {

using Json = nlohmann::json;
using Methods = std::vector<std::vector<std::string>>;

constexpr Address contract{{0xc0}};

class NodeChainTest : public testing::Test {
protected:
  NodeChainTest() {
    plan.origin = StateOrigin::upstream;
    plan.upstream.urls = {node.url()};
    plan.fork = Fork::osaka;
  }

  std::unique_ptr<ChainAccess> connect() {
    auto chain = connect_node_chain(plan, loop, log);
    EXPECT_TRUE(chain) << (chain ? "" : chain.error().message);
    node.requests.clear();
    return chain ? std::move(*chain) : nullptr;
  }

  void expect_refused(std::string_view part) {
    const auto chain = connect_node_chain(plan, loop, log);
    ASSERT_FALSE(chain);
    EXPECT_NE(chain.error().message.find(part), std::string::npos) << chain.error().message;
  }

  RpcResult<ChainBlock> find(ChainAccess& chain, const BlockRef& block) {
    std::optional<RpcResult<ChainBlock>> found;
    chain.find(block, [&](RpcResult<ChainBlock> result) { found = std::move(result); });
    EXPECT_TRUE(loop.run_until([&] { return found.has_value(); }));
    return std::move(*found);
  }

  EventLoop loop;
  NullLogger log;
  FakeNode node{loop};
  StatePlan plan;
};

TEST_F(NodeChainTest, TheHeadIsKnownWithoutAsking) {
  const auto chain = connect();
  const auto head = chain->head();
  ASSERT_TRUE(head);
  EXPECT_EQ(head->env.number, 97u);
  EXPECT_EQ(head->hash, FakeNode::hash_of(97));
  EXPECT_EQ(head->parent, FakeNode::hash_of(96));
  EXPECT_EQ(head->rules.fork, Fork::osaka);
  EXPECT_EQ(head->rules.chain_id, 31337u);
  EXPECT_GT(head->env.blob_base_fee, uint256{1}); // of the node's excess blob gas
  for (const BlockRef& block : {BlockRef{}, BlockRef::of(97), BlockRef::of(FakeNode::hash_of(97))})
    EXPECT_EQ(find(*chain, block)->hash, head->hash);
  EXPECT_TRUE(node.requests.empty());
}

TEST_F(NodeChainTest, OlderBlocksAreFetched) {
  const auto chain = connect();
  EXPECT_EQ(find(*chain, BlockRef::of(90))->hash, FakeNode::hash_of(90));
  EXPECT_EQ(find(*chain, BlockRef::of(FakeNode::hash_of(91)))->env.number, 91u);
  EXPECT_EQ(node.methods(), (Methods{{"eth_getBlockByNumber"}, {"eth_getBlockByHash"}}));
  const auto missing = find(*chain, BlockRef::of(98));
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, -32001);
}

TEST_F(NodeChainTest, CanonicalBlocksOnly) {
  const auto chain = connect();
  BlockRef block = BlockRef::of(FakeNode::hash_of(90));
  block.require_canonical = true;
  EXPECT_TRUE(find(*chain, block));
  node.twist = [](Json& item, const Json& call) { // another block 90 than the one that has the hash
    if (call.at("method") == "eth_getBlockByNumber")
      item["result"]["hash"] = to_hex(FakeNode::hash_of(1));
  };
  const auto refused = find(*chain, block);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message, "hash is not currently canonical");
  block.require_canonical = false;
  EXPECT_TRUE(find(*chain, block));
}

TEST_F(NodeChainTest, FollowsTheHead) {
  const auto chain = connect();
  chain->follow();
  node.head = 99;
  loop.run_until([&] { return chain->head()->env.number == 99; });
  EXPECT_EQ(chain->head()->hash, FakeNode::hash_of(99));
}

TEST_F(NodeChainTest, ACallTakesOneRequestARound) {
  node.accounts[contract].code = make_bytecode(*parse_hex_bytes("0x5f54600154016002540160035401"
                                                                "5f5260205ff3"));
  for (uint64_t slot = 0; slot < 4; ++slot) node.accounts[contract].storage[slot] = 10;
  const auto chain = connect();
  const SteppingEngine engine;
  for (const auto& [speculation, rounds] :
       {std::pair{Speculation::off, 5u}, std::pair{Speculation::full, 2u}}) {
    CallService service(*chain, engine, loop, {.speculation = speculation});
    node.requests.clear();
    CallRequest request;
    request.transaction.to = contract;
    request.transaction.gas_limit = 100'000;
    std::optional<CallOutcome> outcome;
    service.start(std::move(request), *service.head(),
                  [&](CallOutcome ended) { outcome = std::move(ended); });
    loop.run_until([&] { return outcome.has_value(); });
    const auto* result = std::get_if<ExecutionResult>(&outcome->end);
    ASSERT_NE(result, nullptr);
    EXPECT_EQ(from_be(result->output), uint256{40});
    EXPECT_EQ(outcome->stats.rounds, rounds);
    EXPECT_EQ(node.requests.size(), rounds);
  }
  EXPECT_EQ(node.methods(), (Methods{{"eth_getCode"},
                                     {"eth_getStorageAt", "eth_getStorageAt", "eth_getStorageAt",
                                      "eth_getStorageAt"}}));
}

TEST_F(NodeChainTest, TheHeadIsTheNewestThatAQuorumHas) {
  FakeNode other(loop);
  other.head = 98;
  plan.upstream.urls = {node.url(), other.url()};
  EXPECT_EQ(connect()->head()->env.number, 98u);
  plan.upstream.quorum = 2;
  EXPECT_EQ(connect()->head()->env.number, 97u);
}

TEST_F(NodeChainTest, BlocksAndStateComeFromWhoeverHasThem) {
  FakeNode other(loop); // each of the two answers for its own head only
  other.head = 98;
  node.accounts[contract].balance = other.accounts[contract].balance = 5;
  plan.upstream.urls = {node.url(), other.url()};
  const auto chain = connect();
  for (const uint64_t number : {97, 98}) {
    const auto block = find(*chain, BlockRef::of(number));
    ASSERT_TRUE(block);
    const auto source = chain->open(*block);
    std::vector<Answer> got;
    source->read({StateKey::of(StateKind::balance, contract)},
                 [&](std::vector<Answer> answers) { got = std::move(answers); });
    loop.run_until([&] { return !got.empty(); });
    ASSERT_TRUE(got[0].value) << got[0].value.error().cause;
    EXPECT_EQ(got[0].value->word, uint256{5});
  }
}

TEST_F(NodeChainTest, NodesOfOtherChainsAreRefused) {
  FakeNode other(loop);
  other.twist = [](Json& item, const Json& call) {
    if (call.at("method") == "eth_chainId") item["result"] = "0x1";
  };
  plan.upstream.urls = {node.url(), other.url()};
  expect_refused("is of chain 1, not of 31337 as " + node.url());
}

TEST_F(NodeChainTest, AnOldHeadIsNotTheNewestBlock) {
  plan.upstream.head_age = std::chrono::milliseconds(50);
  const auto chain = connect();
  bool later = false;
  loop.after(std::chrono::milliseconds(80), [&] { later = true; });
  loop.run_until([&] { return later; });
  const auto head = chain->head();
  ASSERT_FALSE(head);
  EXPECT_EQ(head.error().code, rpc_code::state_unavailable);
  EXPECT_NE(head.error().message.find("--head-age is 50ms"), std::string::npos);
  EXPECT_TRUE(find(*chain, BlockRef::of(97))) << "a block that is named needs no head";
}

TEST_F(NodeChainTest, RefusesWhatCannotBeUsed) {
  plan.chain_id = 1;
  expect_refused("is of chain 31337, not of --chain-id 1");
  plan.chain_id.reset();
  plan.fork.reset();
  expect_refused("--fork"); // the chain is unknown, and the node knows no eth_config
  plan.upstream.urls = {"ftp://127.0.0.1"};
  expect_refused("--upstream: ");
  plan.upstream.urls = {"http://user:geheim@127.0.0.1:1/t0ken"};
  const auto chain = connect_node_chain(plan, loop, log);
  ASSERT_FALSE(chain);
  EXPECT_NE(chain.error().message.find("http://127.0.0.1:1"), std::string::npos);
  EXPECT_EQ(chain.error().message.find("geheim"), std::string::npos);
  EXPECT_EQ(chain.error().message.find("t0ken"), std::string::npos);
}

} // namespace
} // namespace runahead
