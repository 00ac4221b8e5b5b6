#include "app/local_chain.hpp"
#include "app/local_state.hpp"
#include "io/virtual_loop.hpp"
#include "sources/memory.hpp"

#include <gtest/gtest.h>

namespace runahead {
namespace {

LocalState state_of_block_97() {
  LocalState state;
  state.name = "state.json";
  state.about.chain_id = 31337;
  state.about.fork = Fork::osaka;
  state.about.has_block = true;
  state.about.block.number = 97;
  state.block_hash.bytes[0] = 0xab;
  state.source = std::make_shared<MemorySource>();
  return state;
}

class LocalChainTest : public testing::Test {
protected:
  Result<std::unique_ptr<ChainAccess>> open(LocalState state, const StatePlan& plan = {}) {
    return make_local_chain(std::move(state), plan, loop, log);
  }

  VirtualLoop loop;
  NullLogger log;
};

TEST_F(LocalChainTest, HoldsItsOwnBlockOnly) {
  const auto chain = open(state_of_block_97());
  ASSERT_TRUE(chain) << chain.error().message;
  const auto finds = [&](const BlockRef& block) {
    std::optional<RpcResult<ChainBlock>> found;
    (*chain)->find(block, [&](RpcResult<ChainBlock> result) { found = std::move(result); });
    EXPECT_TRUE(found);
    if (*found) EXPECT_EQ((*found)->env.number, 97u);
    if (!*found) {
      EXPECT_EQ(found->error().code, -32001);
      EXPECT_EQ(found->error().message.find("unknown block: " + to_string(block)), 0u);
      EXPECT_NE(found->error().message.find("state.json"), std::string::npos);
    }
    return found->has_value();
  };
  EXPECT_TRUE(finds({BlockRef::Kind::latest, 0, {}, false}));
  EXPECT_TRUE(finds({BlockRef::Kind::safe, 0, {}, false}));
  EXPECT_TRUE(finds({BlockRef::Kind::finalized, 0, {}, false}));
  EXPECT_TRUE(finds(BlockRef::of(97)));
  EXPECT_TRUE(finds(BlockRef::of(state_of_block_97().block_hash)));
  EXPECT_FALSE(finds(BlockRef::of(96)));
  EXPECT_FALSE(finds(BlockRef::of(Hash256{{0xcd}})));
  EXPECT_FALSE(finds({BlockRef::Kind::earliest, 0, {}, false}));
}

TEST_F(LocalChainTest, ItsChainId) {
  const auto refused = [&](LocalState state, const StatePlan& plan, std::string_view part) {
    const auto chain = open(std::move(state), plan);
    ASSERT_FALSE(chain);
    EXPECT_NE(chain.error().message.find(part), std::string::npos) << chain.error().message;
  };
  LocalState nameless = state_of_block_97();
  nameless.about.chain_id.reset();
  refused(nameless, {}, "--chain-id");
  StatePlan plan;
  plan.chain_id = 5;
  refused(state_of_block_97(), plan, "is of chain 31337, not of --chain-id 5");
  const auto chain = open(nameless, plan);
  ASSERT_TRUE(chain);
  EXPECT_EQ((*chain)->chain_id(), 5u);
}

TEST_F(LocalChainTest, BlobFeeFollowsTheRules) {
  LocalState state = state_of_block_97();
  state.about.excess_blob_gas = 100'000'000;
  const auto fee = [&](Fork fork) {
    StatePlan plan;
    plan.fork = fork;
    return (*open(state, plan))->head()->env.blob_base_fee;
  };
  EXPECT_GT(fee(Fork::cancun), fee(Fork::osaka)); // Cancun's grows faster
  EXPECT_GT(fee(Fork::osaka), uint256{1});
}

TEST_F(LocalChainTest, ADelayStandsInFrontOfTheState) {
  StatePlan plan;
  plan.wrapping.delay = LatencyModel{.fixed = std::chrono::milliseconds(30)};
  const auto chain = open(state_of_block_97(), plan);
  bool answered = false;
  const auto source = (*chain)->open(*(*chain)->head());
  source->read({StateKey::of(StateKind::balance, {})},
               [&](std::vector<Answer>) { answered = true; });
  EXPECT_FALSE(answered);
  loop.run_until_idle();
  EXPECT_TRUE(answered);
  EXPECT_EQ(loop.now(), std::chrono::milliseconds(30));
}

} // namespace
} // namespace runahead
