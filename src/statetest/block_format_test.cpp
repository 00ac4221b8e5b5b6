#include "interp/stepping.hpp"
#include "statetest/block_format.hpp"
#include "statetest/tiny_chain.hpp"

#include <gtest/gtest.h>

namespace runahead {
namespace {

using nlohmann::json;

class BlockFormatTest : public testing::Test {
protected:
  BlockFixture read() {
    auto tests = BlockFixtureReader().parse(file.dump());
    EXPECT_TRUE(tests) << tests.error().message;
    return tests->at(0);
  }
  CaseResult run() {
    const BlockFixture fixture = read();
    EXPECT_EQ(fixture.problem, "");
    return run_block_fixture(fixture, engine, caches, options);
  }
  /// A block with another header than the valid one, expected to be refused for `exception`.
  void expect_refused(Block block, std::string_view exception) {
    json& blocks = test()["blocks"];
    blocks = {{{"rlp", to_hex(encode_block(block))}, {"expectException", exception}}};
    test()["lastblockhash"] = to_hex(header_hash(tiny_chain::genesis()));
    test()["postState"] = test()["pre"];
  }

  json file = tiny_chain::file();
  json& test() { return file["tiny"]; }
  SteppingEngine engine;
  Caches caches;
  CaseOptions options;
};

TEST_F(BlockFormatTest, TheTinyChainPasses) {
  const CaseResult result = run();
  EXPECT_EQ(result.verdict, Verdict::passed) << result.message;
  EXPECT_EQ(read().blocks.at(0).hash, header_hash(tiny_chain::block().header));
}

TEST_F(BlockFormatTest, PassesOverALateAndFaultySource) {
  options.delayed_seed = 7;
  options.speculation = Speculation::full;
  const CaseResult result = run();
  EXPECT_EQ(result.verdict, Verdict::passed) << result.message;
}

TEST_F(BlockFormatTest, EveryDifferenceFails) {
  const auto message = [&](auto&& spoil) {
    file = tiny_chain::file();
    spoil();
    const CaseResult result = run();
    EXPECT_EQ(result.verdict, Verdict::failed);
    return result.message;
  };
  const std::string other_hash = "0x" + std::string(64, '1');
  EXPECT_TRUE(message([&] {
                test()["lastblockhash"] = other_hash;
              }).starts_with("expected last block 0x1111"));
  EXPECT_TRUE(message([&] {
                test()["postState"][tiny_chain::receiver]["balance"] = "0x6";
              }).ends_with("balance: expected 6 got 5"));
  EXPECT_TRUE(message([&] {
                test()["pre"][tiny_chain::receiver] = test()["postState"][tiny_chain::receiver];
              }).starts_with("expected genesis state root"));
  EXPECT_TRUE(message([&] {
                test().erase("postState");
                test()["postStateHash"] = other_hash;
              }).starts_with("expected state root 0x1111"));
  EXPECT_TRUE(message([&] {
                expect_refused(tiny_chain::block(), "InvalidGasUsed");
              }).starts_with("blocks[0]: expected InvalidGasUsed got a valid block"));
}

TEST_F(BlockFormatTest, RefusalsMustHaveTheReasonExpected) {
  Block block = tiny_chain::block();
  block.header.gas_used = 20'999;
  expect_refused(block, "InvalidGasUsed");
  EXPECT_EQ(run().verdict, Verdict::passed);
  expect_refused(block, "InvalidTimestamp");
  EXPECT_EQ(run().message, "blocks[0]: expected InvalidTimestamp got gasUsed: have 20999, want "
                           "21000");
  block = tiny_chain::block();
  block.header.state_root = {};
  expect_refused(block, "BlockException.INVALID_STATE_ROOT");
  EXPECT_EQ(run().verdict, Verdict::passed);
  block.header.parent_hash = {};
  expect_refused(block, "UnknownParent");
  EXPECT_EQ(run().verdict, Verdict::passed);
}

TEST_F(BlockFormatTest, WithoutProofOfWorkTheLatestBlockIsTheHead) {
  Block other = tiny_chain::block();
  other.header.extra_data = {1};
  test()["blocks"].push_back({{"rlp", to_hex(encode_block(other))},
                              {"blockHeader", {{"hash", to_hex(header_hash(other.header))}}}});
  EXPECT_EQ(run().verdict, Verdict::failed);
  test()["lastblockhash"] = to_hex(header_hash(other.header));
  EXPECT_EQ(run().verdict, Verdict::passed);
}

TEST_F(BlockFormatTest, SealsAreSkippedWithTheReason) {
  expect_refused(tiny_chain::block(), "InvalidBlockNonce");
  test()["sealEngine"] = "Ethash";
  const CaseResult result = run();
  EXPECT_EQ(result.verdict, Verdict::skipped);
  EXPECT_EQ(result.message, "Ethash seals are not checked");
}

TEST_F(BlockFormatTest, ProblemsOfTheFileNameTheField) {
  const auto problem = [&](auto&& spoil) {
    file = tiny_chain::file();
    spoil();
    return read().problem;
  };
  EXPECT_EQ(problem([&] { test().erase("network"); }), "network: is missing");
  EXPECT_EQ(problem([&] { test()["blocks"][0].erase("rlp"); }), "blocks[0].rlp: is missing");
  EXPECT_TRUE(problem([&] {
                test()["genesisBlockHeader"]["number"] = "0x1";
              }).starts_with("genesisBlockHeader.hash: is not that of the header"));
  EXPECT_TRUE(problem([&] { test()["genesisRLP"] = "0x01"; }).starts_with("genesisRLP: "));
  EXPECT_EQ(problem([&] { test()["blocks"][0]["expectException"] = "InvalidNumber"; }),
            "blocks[0].expectException: of a block with blockHeader, which is valid");
  EXPECT_TRUE(
      problem([&] { test()["network"] = "Atlantis"; }).starts_with("network: unknown fork"));
}

} // namespace
} // namespace runahead
