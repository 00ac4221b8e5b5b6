#include "app/genesis_block.hpp"
#include "base/hex.hpp"
#include "state/trie.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace runahead {
namespace {

namespace fs = std::filesystem;

/// A fixture's file, unpacked; empty where it is not.
fs::path fixture(const std::string& name) {
  const char* folder = std::getenv("RUNAHEAD_FIXTURES");
  if (folder == nullptr || !fs::exists(fs::path(folder) / name)) return {};
  return fs::path(folder) / name;
}

Block genesis_of(std::string_view text) {
  const auto file = parse_alloc(text);
  if (!file) throw std::runtime_error(file.error().message);
  const auto block = genesis_block(*file);
  if (!block) throw std::runtime_error(block.error().message);
  return *block;
}

TEST(GenesisBlock, AsInTheConsensusTests) {
  const fs::path path = fixture("misc-tests/GenesisTests/basic_genesis_tests.json");
  if (path.empty()) GTEST_SKIP() << "RUNAHEAD_FIXTURES names no folder with misc-tests";
  auto tests = nlohmann::json::parse(std::ifstream(path));
  ASSERT_FALSE(tests.empty());
  for (auto& [name, test] : tests.items()) {
    const std::string result = test.at("result");
    test.erase("result");
    // Their spelling of zero and of a balance is older than ours.
    if (test["timestamp"] == "0x") test["timestamp"] = "0x0";
    for (auto& account : test["alloc"])
      if (account.contains("wei")) {
        account["balance"] = account["wei"];
        account.erase("wei");
      }
    test["config"] = {{"chainId", 1}, {"homesteadBlock", 0}};
    EXPECT_EQ(to_hex(encode_block(genesis_of(test.dump()))), "0x" + result) << name;
  }
}

TEST(GenesisBlock, IsTheParentOfItsChain) {
  const fs::path folder = fixture("rpc-compat/tests");
  if (folder.empty()) GTEST_SKIP() << "RUNAHEAD_FIXTURES names no folder with rpc-compat";
  const auto file = load_alloc(folder / "genesis.json");
  ASSERT_TRUE(file) << file.error().message;
  const auto block = genesis_block(*file);
  ASSERT_TRUE(block) << block.error().message;
  std::ifstream chain(folder / "chain.rlp", std::ios::binary);
  const Bytes rlp{std::istreambuf_iterator<char>(chain), {}};
  rlp::Reader reader(rlp);
  const auto first = read_block(reader);
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_EQ(to_hex(header_hash(block->header)), to_hex(first->header.parent_hash));
}

TEST(GenesisBlock, HasTheFieldsOfItsFork) {
  const auto header = [](const std::string& forks) {
    return genesis_of(R"({"config": {"chainId": 7, )" + forks + R"(}, "alloc": {}})").header;
  };
  const std::string number_forks = R"("homesteadBlock": 0, "londonBlock": 0)";
  const std::string merged = number_forks + R"(, "terminalTotalDifficulty": 0)";
  EXPECT_FALSE(header(R"("homesteadBlock": 0)").base_fee);
  EXPECT_EQ(header(number_forks).base_fee, uint256(1'000'000'000));
  EXPECT_FALSE(header(merged).withdrawals_root);
  EXPECT_EQ(header(merged + R"(, "shanghaiTime": 0)").withdrawals_root, empty_trie_root);
  EXPECT_FALSE(header(merged + R"(, "shanghaiTime": 1)").withdrawals_root);
  const BlockHeader cancun = header(merged + R"(, "shanghaiTime": 0, "cancunTime": 0)");
  EXPECT_EQ(cancun.excess_blob_gas, 0u);
  EXPECT_EQ(cancun.blob_gas_used, 0u);
  EXPECT_EQ(cancun.parent_beacon_root, Hash256{});
  EXPECT_FALSE(cancun.requests_hash);
  const auto prague = header(merged + R"(, "shanghaiTime": 0, "cancunTime": 0, "pragueTime": 0)");
  EXPECT_EQ(to_hex(*prague.requests_hash), // SHA-256 of nothing
            "0xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(GenesisBlock, AccountFilesHaveNone) {
  EXPECT_EQ(genesis_block(*parse_alloc(R"({"alloc": {}})")).error().message,
            "is no genesis file: it has no config");
}

} // namespace
} // namespace runahead
