#include "app/chain_importer.hpp"
#include "app/engine_choice.hpp"
#include "app/genesis_block.hpp"
#include "app/state_import.hpp"
#include "base/hex.hpp"
#include "block/fee_market.hpp"
#include "sources/chain_file.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

namespace runahead {
namespace {

namespace fs = std::filesystem;

const Address alice = to_address(0xa11ce);
constexpr uint64_t wei_per_gwei = 1'000'000'000;

/// A chain whose blocks only pay alice.
class ChainImporterTest : public testing::Test {
protected:
  ChainImporterTest() {
    std::string name = testing::TempDir() + "runahead-import-XXXXXX";
    folder_ = mkdtemp(name.data());
    engine_ = *make_engine(default_engine);
  }
  ~ChainImporterTest() override { fs::remove_all(folder_); }

  std::string db() const { return folder_ + "/db"; }
  std::unique_ptr<ChainImporter> open() {
    auto importer = ChainImporter::open(db(), *engine_, [](double) {});
    EXPECT_TRUE(importer) << importer.error().message;
    return importer ? std::move(*importer) : nullptr;
  }
  void create(std::string_view genesis) {
    const auto file = parse_alloc(genesis);
    ASSERT_TRUE(file) << file.error().message;
    newest_ = *genesis_block(*file);
    const auto made = import_state(db(), *file, &newest_, false);
    ASSERT_TRUE(made) << made.error().message;
  }
  void create_merged() {
    create(R"({"config": {"chainId": 7, "londonBlock": 0, "terminalTotalDifficulty": 0,
      "shanghaiTime": 0}, "gasLimit": "0x1000000", "alloc": {
      "0x00000000000000000000000000000000000a11ce": {"balance": "0x1"}}})");
  }

  /// The block behind the newest, which pays alice one gwei.
  Block next() const {
    const BlockHeader& parent = newest_.header;
    Block block;
    block.withdrawals = {{Withdrawal{parent.number, 1, alice, 1}}};
    BlockHeader& header = block.header;
    header.parent_hash = header_hash(parent);
    header.number = parent.number + 1;
    header.timestamp = parent.timestamp + 12;
    header.gas_limit = parent.gas_limit;
    header.extra_data = {0xab, 0xcd};
    header.base_fee = next_base_fee(parent);
    header.transactions_root = header.receipts_root = empty_trie_root;
    header.withdrawals_root = withdrawals_root(*block.withdrawals);
    StateTrie trie;
    trie.load(std::vector<StateTrie::Entry>{
        {alice, 0, uint256(1 + header.number * wei_per_gwei), empty_code_hash, {}}});
    header.state_root = trie.root();
    return block;
  }
  Result<void> import(ChainImporter& importer, const Block& block) {
    auto ok = importer.import(encode_block(block));
    if (ok) newest_ = block;
    return ok;
  }

  std::string folder_;
  std::unique_ptr<Engine> engine_;
  Block newest_;
};

TEST_F(ChainImporterTest, EachBlockHasItsStateAndIsKept) {
  create_merged();
  {
    const auto importer = open();
    for (int i = 0; i < 3; ++i) {
      const auto ok = import(*importer, next());
      ASSERT_TRUE(ok) << ok.error().message;
    }
    EXPECT_EQ(importer->counts().blocks, 3u);
    ASSERT_TRUE(importer->flush());
  }
  const auto again = open(); // finds the state that the newest block names
  ASSERT_TRUE(again);
  EXPECT_EQ(again->head(), 3u);
  ASSERT_TRUE(import(*again, newest_)) << "known blocks are skipped";
  EXPECT_EQ(again->counts().skipped, 1u);
  ASSERT_TRUE(import(*again, next()));
  ASSERT_TRUE(again->flush());
  EXPECT_EQ(again->head(), 4u);
}

TEST_F(ChainImporterTest, ReadsAfterAnyBlock) {
  create_merged();
  {
    const auto importer = open();
    for (int i = 0; i < 5; ++i) ASSERT_TRUE(import(*importer, next()));
    ASSERT_TRUE(importer->flush());
  }
  const auto data = LmdbDatabase::open(db());
  ASSERT_TRUE(data);
  const StateKey balance = StateKey::of(StateKind::balance, alice);
  for (uint64_t number = 0; number <= 5; ++number)
    EXPECT_EQ((*data)->read({&balance, 1}, number)[0].value->word,
              uint256(1 + number * wei_per_gwei));
  EXPECT_EQ((*data)->block(5)->value(), encode_block(newest_));
  EXPECT_EQ((*data)->number_of(header_hash(newest_.header))->value(), 5u);
}

TEST_F(ChainImporterTest, WrongBlocksAreNamedAndNotKept) {
  create_merged();
  {
    const auto importer = open();
    ASSERT_TRUE(import(*importer, next()));
    ASSERT_TRUE(importer->flush());
  }
  const auto refusal = [&](const std::function<void(Block&)>& change) {
    Block block = next();
    change(block);
    const auto importer = open();
    const auto refused = import(*importer, block);
    EXPECT_FALSE(refused);
    EXPECT_TRUE(importer->flush());
    EXPECT_EQ(importer->head(), 1u);
    if (refused) return std::string("it was accepted");
    const std::string name = "block " + std::to_string(block.header.number) + " (" +
                             to_hex(header_hash(block.header)) + "): ";
    const std::string& message = refused.error().message;
    EXPECT_TRUE(message.starts_with(name)) << message;
    return message.substr(name.size(), message.find(':', name.size()) - name.size());
  };
  EXPECT_EQ(refusal([](Block& b) { b.header.state_root = {}; }), "stateRoot");
  EXPECT_EQ(refusal([](Block& b) { b.header.parent_hash = {}; }), "parentHash");
  EXPECT_EQ(refusal([](Block& b) { b.header.receipts_root = {}; }), "receiptsRoot");
  EXPECT_EQ(refusal([](Block& b) { b.header.gas_used = 21000; }), "gasUsed");
  EXPECT_EQ(refusal([](Block& b) { b.header.base_fee = 7; }), "baseFeePerGas");
  EXPECT_EQ(refusal([](Block& b) { b.withdrawals->clear(); }), "withdrawalsRoot");
  EXPECT_EQ(refusal([](Block& b) { b.header.number = 1; }),
            "the database has another block with this number, " +
                to_hex(header_hash(newest_.header)));
}

TEST_F(ChainImporterTest, BytesThatAreNoBlock) {
  create_merged();
  const auto importer = open();
  const auto refused = importer->import(Bytes{0xc1, 0x80});
  ASSERT_FALSE(refused);
  EXPECT_TRUE(refused.error().message.starts_with("the block behind 0: "))
      << refused.error().message;
}

TEST_F(ChainImporterTest, AStateThatIsNotTheNewestBlocksIsRefused) {
  const auto file = parse_alloc(R"({"config": {"chainId": 7, "londonBlock": 0}, "alloc": {}})");
  Block block = *genesis_block(*file);
  block.header.state_root = to_hash(7);
  ASSERT_TRUE(import_state(db(), *file, &block, false));
  const auto importer = ChainImporter::open(db(), *engine_, [](double) {});
  ASSERT_FALSE(importer);
  EXPECT_TRUE(importer.error().message.starts_with(db() + ": is damaged: the state of block 0"))
      << importer.error().message;
}

/// A chain over every fork: the state after each block is the one that the importer had then.
TEST_F(ChainImporterTest, HistoryOfAChainOverEveryFork) {
  const char* fixtures = std::getenv("RUNAHEAD_FIXTURES");
  const fs::path folder = fs::path(fixtures == nullptr ? "" : fixtures) / "rpc-compat" / "tests";
  if (!fs::exists(folder)) GTEST_SKIP() << "RUNAHEAD_FIXTURES names no folder with rpc-compat";
  const auto genesis = load_alloc(folder / "genesis.json");
  ASSERT_TRUE(genesis) << genesis.error().message;
  const Block first = *genesis_block(*genesis);
  ASSERT_TRUE(import_state(db(), *genesis, &first, false));
  std::vector<AccountMap> states{genesis->accounts};
  auto file = ChainFile::open(folder / "chain.rlp");
  ASSERT_TRUE(file) << file.error().message;
  while (const auto block = file->next().value()) {
    { // opened anew for each block, so that every state's root is computed from the database
      const auto importer = open();
      const auto ok = importer->import(*block);
      ASSERT_TRUE(ok) << ok.error().message;
      ASSERT_TRUE(importer->flush());
    }
    auto chain = LmdbExtender::open(db());
    ASSERT_TRUE(chain);
    AccountMap& state = states.emplace_back();
    ASSERT_TRUE(chain->visit_accounts([&](const Address& address, const Account& account) {
      state.emplace(address, account);
      return Result<void>();
    }));
  }
  ASSERT_EQ(states.size(), 55u);
  AccountMap all;
  for (const AccountMap& state : states)
    for (const auto& [address, account] : state) {
      auto& slots = all[address].storage;
      slots.insert(account.storage.begin(), account.storage.end());
    }
  const auto data = LmdbDatabase::open(db());
  ASSERT_TRUE(data);
  for (uint64_t number = 0; number < states.size(); ++number) {
    const MemorySource memory(states[number]);
    std::vector<StateKey> keys;
    for (const auto& [address, account] : all) {
      for (const StateKind kind : {StateKind::existence, StateKind::balance, StateKind::nonce,
                                   StateKind::code_hash, StateKind::has_storage})
        keys.push_back(StateKey::of(kind, address));
      for (const auto& [slot, word] : account.storage)
        keys.push_back(StateKey::storage(address, slot));
    }
    for (const Answer& answer : (*data)->read(keys, number)) {
      ASSERT_TRUE(answer.value) << answer.value.error().cause;
      if (answer.key.kind == StateKind::existence) continue; // codes come without their bytes
      ASSERT_EQ(answer.value->word, memory.value(answer.key)->word)
          << to_string(answer.key) << " after block " << number;
    }
  }
}

} // namespace
} // namespace runahead
