#include "base/hex.hpp"
#include "base/random.hpp"
#include "base/rlp.hpp"
#include "crypto/keccak.hpp"
#include "state/trie.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>

namespace runahead {
namespace {

using Map = std::map<std::string, std::string>;

BytesView view(const std::string& text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

Hash256 root_of(const Map& items) {
  std::vector<TrieItem> views;
  for (const auto& [key, value] : items) views.push_back({view(key), view(value)});
  return trie_root(std::move(views));
}

Hash256 hash(std::string_view hex) { return *parse_hash(hex); }

// Vectors of ethereum/tests, TrieTests/trieanyorder.json.

TEST(Trie, NothingHasTheEmptyRoot) {
  EXPECT_EQ(trie_root({}), empty_trie_root);
  EXPECT_EQ(empty_trie_root, keccak256(rlp::Writer().string({}).items()));
  EXPECT_EQ(empty_code_hash, keccak256({}));
}

TEST(Trie, OneItemIsALeaf) {
  EXPECT_EQ(root_of({{"A", std::string(50, 'a')}}),
            hash("0xd23786fb4a010da3ce639d66d5e904a11dbc02746d1ce25029e53290cabf28ab"));
}

TEST(Trie, KeysThatArePrefixesOfOthersEndInBranches) {
  EXPECT_EQ(root_of({{"do", "verb"}, {"horse", "stallion"}, {"doge", "coin"}, {"dog", "puppy"}}),
            hash("0x5991bb8c6514148a29db676a14ac506cd2cd5775ace63c30a4fe457715e9ac84"));
  EXPECT_EQ(root_of({{"foo", "bar"}, {"food", "bass"}}),
            hash("0x17beaa1648bafa633cda809c90c04af50fc8aed3cb40d16efbddee6fdf63c4c3"));
}

TEST(Trie, ShortNodesAreEmbedded) {
  EXPECT_EQ(root_of({{"be", "e"}, {"dog", "puppy"}, {"bed", "d"}}),
            hash("0x3f67c7a47520f79faa29255d2d3c084a7a6df0453116ed7232ff10277a8be68b"));
  EXPECT_EQ(root_of({{"test", "test"}, {"te", "testy"}}),
            hash("0x8452568af70d8d140f58d941338542f645fcca50094b20f3c3d8c3df49337928"));
}

/// Two leaves in one branch, each `value_bytes` + 3 bytes long, put together by hand.
Hash256 root_of_two_leaves(size_t value_bytes) {
  const std::string value(value_bytes, 'v');
  const Bytes odd_leaf_path = {0x30};
  const Bytes leaf = rlp::Writer().string(odd_leaf_path).string(view(value)).as_list();
  EXPECT_EQ(leaf.size(), value_bytes + 3);
  rlp::Writer branch;
  for (int i = 0; i < 2; ++i) leaf.size() < 32 ? branch.raw(leaf) : branch.string(keccak256(leaf));
  for (int i = 2; i < 17; ++i) branch.string({});
  return keccak256(branch.as_list());
}

TEST(Trie, ANodeOf32BytesIsHashed) {
  for (const size_t value_bytes : {28u, 29u}) {
    const std::string value(value_bytes, 'v');
    EXPECT_EQ(root_of({{std::string(1, '\x00'), value}, {std::string(1, '\x10'), value}}),
              root_of_two_leaves(value_bytes));
  }
}

TEST(Trie, OrderOfItemsDoesNotMatter) {
  const uint64_t seed = seed_from_environment();
  SCOPED_TRACE("RUNAHEAD_SEED=" + std::to_string(seed));
  Random random(seed);
  std::vector<std::pair<Bytes, Bytes>> items;
  for (int i = 0; i < 300; ++i)
    items.emplace_back(random.bytes(32), random.bytes(1 + random.below(60)));
  std::vector<TrieItem> views;
  for (const auto& [key, value] : items) views.push_back({key, value});
  const Hash256 root = trie_root(views);
  std::ranges::shuffle(views, random);
  EXPECT_EQ(trie_root(views), root);
  views.pop_back();
  EXPECT_NE(trie_root(views), root);
}

// TrieTests/hex_encoded_securetrie_test.json, test1: five accounts.
TEST(Trie, StateRootOfAccounts) {
  const Hash256 no_code =
      hash("0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470");
  const std::vector<std::pair<Address, TrieAccount>> accounts = {
      {*parse_address("0xa94f5374fce5edbc8e2a8697c15331677e6ebf0b"),
       {1, 0x05f446a7, empty_trie_root, no_code}},
      {*parse_address("0x095e7baea6a6c7c4c2dfeb977efac326af552d87"),
       {1, 1, empty_trie_root,
        hash("0x04bccc5d94f4d1f99aab44369a910179931772f2a5c001c3229f57831c102769")}},
      {*parse_address("0xd2571607e241ecf590ed94b12d87c94babe36db6"),
       {1, 0, hash("0xba4b47865c55a341a4a78759bb913cd15c3ee8eaf30a62fa8d1c8863113d84e8"), no_code}},
      {*parse_address("0x62c01474f089b07dae603491675dc5b5748f7049"),
       {0, 0, empty_trie_root, no_code}},
      {*parse_address("0x2adc25665018aa1fe0e6bc666dac8fc2697ff9ba"),
       {0, 0x019a59, empty_trie_root, no_code}}};
  EXPECT_EQ(state_root(accounts),
            hash("0x730a444e08ab4b8dee147c9b232fc52d34a223d600031c1e9d25bfc985cbd797"));
}

TEST(Trie, StorageLeavesOutZeros) {
  EXPECT_EQ(storage_root({{7, 0}}), empty_trie_root);
  EXPECT_EQ(storage_root({{7, 0}, {1, 1234}}), storage_root({{1, 1234}}));
  // A single leaf: 64 nibbles of the hashed slot behind the flags of an even leaf, and the word's
  // RLP as a string in the node's list.
  Bytes path = {0x20};
  const Hash256 key = keccak256(to_hash(1));
  path.insert(path.end(), key.bytes.begin(), key.bytes.end());
  const Bytes value = encode_storage_value(1234);
  EXPECT_EQ(to_hex(value), "0x8204d2");
  EXPECT_EQ(storage_root({{1, 1234}}),
            keccak256(rlp::Writer().string(path).string(value).as_list()));
}

// The official vectors, where they are unpacked
// ----------------------------------------------------

std::string decode(const std::string& text) {
  if (!text.starts_with("0x")) return text;
  const Bytes bytes = *parse_hex_bytes(text);
  return {bytes.begin(), bytes.end()};
}

/// `in` is an object, or a list of steps in which null removes an item.
Map items_of(const nlohmann::json& in, bool secured) {
  Map items;
  const auto put = [&](const std::string& written_key, const nlohmann::json& value) {
    std::string key = decode(written_key);
    if (secured) {
      const Hash256 hashed = keccak256(view(key));
      key.assign(hashed.bytes.begin(), hashed.bytes.end());
    }
    if (value.is_null())
      items.erase(key);
    else
      items[key] = decode(value.get<std::string>());
  };
  if (in.is_object())
    for (const auto& [key, value] : in.items()) put(key, value);
  else
    for (const auto& step : in) put(step[0].get<std::string>(), step[1]);
  return items;
}

/// The folder with the vectors; empty where it is not unpacked.
std::filesystem::path vectors() {
  const char* fixtures = std::getenv("RUNAHEAD_FIXTURES");
  if (fixtures == nullptr) return {};
  const auto folder = std::filesystem::path(fixtures) / "misc-tests" / "TrieTests";
  return std::filesystem::is_directory(folder) ? folder : std::filesystem::path();
}

constexpr const char* no_vectors = "RUNAHEAD_FIXTURES names no folder with misc-tests/TrieTests";

/// The root after one change after another, as they are written; hashed in between or only once.
Hash256 root_step_by_step(const nlohmann::json& in, bool secured, bool hashed_in_between) {
  Trie trie;
  const auto put = [&](const std::string& written_key, const nlohmann::json& value) {
    const std::string key = decode(written_key);
    const Hash256 hashed = keccak256(view(key));
    const BytesView own_key = secured ? BytesView(hashed) : view(key);
    if (value.is_null())
      trie.erase(own_key);
    else
      trie.put(own_key, view(decode(value.get<std::string>())));
    if (hashed_in_between) (void)trie.root();
  };
  if (in.is_object())
    for (const auto& [key, value] : in.items()) put(key, value);
  else
    for (const auto& step : in) put(step[0].get<std::string>(), step[1]);
  return trie.root();
}

TEST(Trie, OfficialVectors) {
  const std::filesystem::path folder = vectors();
  if (folder.empty()) GTEST_SKIP() << no_vectors;
  int checked = 0;
  for (const char* name : {"hex_encoded_securetrie_test", "trieanyorder", "trieanyorder_secureTrie",
                           "trietest", "trietest_secureTrie"}) {
    std::ifstream file(folder / (std::string(name) + ".json"));
    const bool secured = std::string_view(name).find("secure") != std::string_view::npos;
    for (const auto& [test, content] : nlohmann::json::parse(file).items()) {
      const Hash256 expected = hash(content["root"].get<std::string>());
      const nlohmann::json& in = content["in"];
      EXPECT_EQ(root_of(items_of(in, secured)), expected) << name << " " << test;
      EXPECT_EQ(root_step_by_step(in, secured, false), expected) << name << " " << test;
      EXPECT_EQ(root_step_by_step(in, secured, true), expected) << name << " " << test;
      ++checked;
    }
  }
  EXPECT_GE(checked, 20);
}

TEST(Trie, OfficialVectorsOfTheOrderOfKeys) {
  const std::filesystem::path folder = vectors();
  if (folder.empty()) GTEST_SKIP() << no_vectors;
  std::ifstream file(folder / "trietestnextprev.json");
  const auto text = [](std::optional<BytesView> key) {
    return key ? std::string(key->begin(), key->end()) : std::string();
  };
  int checked = 0;
  for (const auto& [test, content] : nlohmann::json::parse(file).items()) {
    Trie trie;
    for (const std::string key : content["in"]) trie.put(view(key), view(key));
    for (const auto& query : content["tests"]) {
      const auto key = query[0].get<std::string>();
      EXPECT_EQ(text(trie.before(view(key))), query[1].get<std::string>()) << test << " " << key;
      EXPECT_EQ(text(trie.after(view(key))), query[2].get<std::string>()) << test << " " << key;
      ++checked;
    }
  }
  EXPECT_GE(checked, 12);
}

TEST(Trie, AccountsAndWordsAreReadBackExactly) {
  const TrieAccount account{7, uint256(1) << 200, keccak256({}), keccak256(Bytes{1})};
  const Bytes encoded = encode_account(account);
  const auto decoded = decode_account(encoded);
  ASSERT_TRUE(decoded);
  EXPECT_EQ(Bytes(encode_account(*decoded)), encoded);
  EXPECT_EQ(decoded->balance, account.balance);
  EXPECT_EQ(decoded->code_hash, account.code_hash);
  for (size_t size = 0; size < encoded.size(); ++size)
    EXPECT_FALSE(decode_account(BytesView(encoded).first(size))) << size;
  Bytes longer = encoded;
  longer.push_back(0);
  EXPECT_FALSE(decode_account(longer));

  EXPECT_EQ(*decode_storage_value(encode_storage_value(uint256::max())), uint256::max());
  EXPECT_EQ(decode_storage_value(Bytes{0x80}).error().message,
            "storage value: zero, which is not kept");
  EXPECT_FALSE(decode_storage_value(Bytes{0x81, 0x05}));
  EXPECT_FALSE(decode_storage_value(Bytes{0x05, 0x05}));
  EXPECT_FALSE(decode_storage_value(Bytes{}));
}

} // namespace
} // namespace runahead
