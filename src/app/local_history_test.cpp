#include "app/genesis_block.hpp"
#include "app/local_history.hpp"
#include "app/state_import.hpp"
#include "base/hex.hpp"
#include "io/event_loop.hpp"
#include "sources/lmdb_extender.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

namespace runahead {
namespace {

namespace fs = std::filesystem;

const Address alice = to_address(0xa11ce);

/// A chain of four blocks that crosses the merge, by total difficulty, and Shanghai. Their states
/// differ in alice's balance, which is their number; nobody checks them here.
class LocalHistoryTest : public testing::Test {
protected:
  LocalHistoryTest() {
    std::string name = testing::TempDir() + "runahead-history-XXXXXX";
    folder_ = mkdtemp(name.data());
  }
  ~LocalHistoryTest() override { fs::remove_all(folder_); }
  void SetUp() override {
    const auto file = parse_alloc(R"({"config": {"chainId": 7, "londonBlock": 0,
      "terminalTotalDifficulty": 20, "shanghaiTime": 36}, "difficulty": "0xa", "alloc": {}})");
    ASSERT_TRUE(file) << file.error().message;
    const Block genesis = *genesis_block(*file);
    ASSERT_TRUE(import_state(db(), *file, &genesis, false));
    hashes_.push_back(header_hash(genesis.header));
    auto chain = LmdbExtender::open(db());
    ASSERT_TRUE(chain);
    for (uint64_t number = 1; number <= 3; ++number) put(*chain, number);
    ASSERT_TRUE(chain->flush());
  }

  std::string db() const { return folder_ + "/db"; }
  void put(LmdbExtender& chain, uint64_t number) {
    BlockHeader header;
    header.parent_hash = hashes_.back();
    header.number = number;
    header.timestamp = 12 * number;
    header.difficulty = number < 2 ? 10 : 0; // so block 1 reaches the terminal difficulty
    header.mix_hash = to_hash(0xaa);
    header.base_fee = 100 + number;
    hashes_.push_back(header_hash(header));
    const Bytes rlp = encode_header(header), empty = rlp::Writer().as_list();
    AccountChange change;
    change.address = alice;
    change.balance = uint256(number);
    const uint256 total = uint256(number < 1 ? 10 : 20);
    const auto ok =
        chain.put_block({number, hashes_.back(), total, rlp, empty, empty, {}, {}}, {&change, 1});
    ASSERT_TRUE(ok) << ok.error().message;
  }
  Result<std::unique_ptr<ChainAccess>> open(const StatePlan& plan = {}) {
    const auto database = LmdbDatabase::open(db());
    if (!database) return std::unexpected(database.error());
    return LocalHistory::open(*database, plan, loop_, log_);
  }
  static RpcResult<ChainBlock> find(ChainAccess& chain, const BlockRef& block) {
    std::optional<RpcResult<ChainBlock>> found;
    chain.find(block, [&](RpcResult<ChainBlock> result) { found = std::move(result); });
    return found.value();
  }

  std::string folder_;
  std::vector<Hash256> hashes_;
  EventLoop loop_;
  NullLogger log_;
};

TEST_F(LocalHistoryTest, FindsBlocksInEveryWay) {
  const auto chain = open();
  ASSERT_TRUE(chain) << chain.error().message;
  EXPECT_EQ((*chain)->chain_id(), 7u);
  for (uint64_t number = 0; number <= 3; ++number) {
    for (const BlockRef& block : {BlockRef::of(number), BlockRef::of(hashes_[number])}) {
      const auto found = find(**chain, block);
      ASSERT_TRUE(found) << found.error().message;
      EXPECT_EQ(found->env.number, number);
      EXPECT_EQ(found->hash, hashes_[number]);
      if (number > 0) EXPECT_EQ(found->parent, hashes_[number - 1]);
      if (number > 0) EXPECT_EQ(found->env.base_fee, uint256(100 + number));
    }
  }
  using Kind = BlockRef::Kind;
  for (const Kind kind : {Kind::latest, Kind::pending, Kind::safe, Kind::finalized})
    EXPECT_EQ(find(**chain, {kind, 0, {}, false})->env.number, 3u);
  EXPECT_EQ(find(**chain, {Kind::earliest, 0, {}, false})->env.number, 0u);
  EXPECT_EQ(find(**chain, {Kind::hash, 0, hashes_[2], true})->env.number, 2u) << "EIP-1898";
  for (const BlockRef& block : {BlockRef::of(4), BlockRef::of(to_hash(4))}) {
    const auto unknown = find(**chain, block);
    ASSERT_FALSE(unknown);
    EXPECT_EQ(unknown.error().code, rpc_code::block_not_found);
    EXPECT_EQ(unknown.error().message,
              "unknown block: " + to_string(block) + "; " + db() + " holds the blocks 0 to 3");
  }
}

TEST_F(LocalHistoryTest, EachBlockHasItsRules) {
  const auto chain = open();
  const auto fork = [&](uint64_t number) {
    return find(**chain, BlockRef::of(number))->rules.fork;
  };
  EXPECT_EQ(fork(0), Fork::london);
  EXPECT_EQ(fork(1), Fork::london) << "it reaches the terminal difficulty and is the last before";
  EXPECT_EQ(fork(2), Fork::paris);
  EXPECT_EQ(fork(3), Fork::shanghai);
  EXPECT_EQ(find(**chain, BlockRef::of(1))->env.prev_randao, uint256(10)) << "the difficulty";
  EXPECT_EQ(find(**chain, BlockRef::of(2))->env.prev_randao, uint256(0xaa));
  // Rules of blocks that calls make up on top of others.
  EXPECT_EQ((*chain)->rules_at(*find(**chain, BlockRef::of(0)), 1, 100)->fork, Fork::london);
  EXPECT_EQ((*chain)->rules_at(*find(**chain, BlockRef::of(1)), 2, 35)->fork, Fork::paris);
  EXPECT_EQ((*chain)->rules_at(*find(**chain, BlockRef::of(1)), 2, 36)->fork, Fork::shanghai);
}

TEST_F(LocalHistoryTest, ForkAndChainIdOfTheCommandLine) {
  StatePlan plan;
  plan.fork = Fork::prague;
  const auto chain = open(plan);
  ASSERT_TRUE(chain);
  EXPECT_EQ(find(**chain, BlockRef::of(0))->rules.fork, Fork::prague);
  EXPECT_EQ(find(**chain, BlockRef::of(0))->rules.blobs, default_blob_schedule(Fork::prague));
  plan.chain_id = 8;
  const auto refused = open(plan);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message, db() + ": is of chain 7, not of --chain-id 8");
}

TEST_F(LocalHistoryTest, EachBlockHasItsState) {
  const auto chain = open();
  for (uint64_t number = 0; number <= 3; ++number) {
    const auto source = (*chain)->open(*find(**chain, BlockRef::of(number)));
    std::optional<uint256> balance;
    source->read({StateKey::of(StateKind::balance, alice)},
                 [&](std::vector<Answer> answers) { balance = answers.at(0).value->word; });
    ASSERT_TRUE(loop_.run_until([&] { return balance.has_value(); }));
    EXPECT_EQ(balance, uint256(number));
  }
}

TEST_F(LocalHistoryTest, ADamagedHeaderIsAnError) {
  const auto chain = open();
  ASSERT_TRUE(chain);
  // A process opens a database once only; this one is not used any more while it is written to.
  auto extender = LmdbExtender::open(db());
  ASSERT_TRUE(extender);
  const Bytes no_header{0xc0};
  ASSERT_TRUE(extender->put_block(
      {4, to_hash(4), uint256(20), no_header, no_header, no_header, {}, {}}, {}));
  ASSERT_TRUE(extender->flush());
  const auto found = find(**chain, BlockRef::of(4));
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, rpc_code::internal_error);
  EXPECT_TRUE(found.error().message.starts_with(db() + ": is damaged: block 4: its header: "))
      << found.error().message;
}

} // namespace
} // namespace runahead
