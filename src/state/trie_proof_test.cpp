#include "base/hex.hpp"
#include "base/limits.hpp"
#include "base/random.hpp"
#include "base/rlp.hpp"
#include "crypto/keccak.hpp"
#include "state/trie.hpp"

#include <gtest/gtest.h>

#include <map>

namespace runahead {
namespace {

using Model = std::map<Bytes, Bytes>;

struct Example {
  Trie trie;
  Model model;
};

/// Hashed keys, or short ones that are prefixes of each other; short values make embedded nodes.
Example random_example(Random& random, bool hashed) {
  Example example;
  for (uint64_t count = random.below(60); count-- > 0;) {
    Bytes key = random.bytes(random.below(3));
    for (uint8_t& byte : key) byte &= 0x13;
    if (hashed) key = to_bytes(keccak256(random.bytes(1)));
    const Bytes value = random.bytes(1 + random.below(random.chance(0.5) ? 4 : 80));
    example.trie.put(key, value);
    example.model[key] = value;
  }
  return example;
}

Bytes random_key(Random& random, const Model& model, bool hashed) {
  if (!model.empty() && random.chance(0.5))
    return std::next(model.begin(), random.below(model.size()))->first;
  Bytes key = hashed ? to_bytes(keccak256(random.bytes(1))) : random.bytes(random.below(4));
  if (!hashed)
    for (uint8_t& byte : key) byte &= 0x13;
  return key;
}

TEST(TrieProof, ShowsValuesAndTheirAbsence) {
  const uint64_t seed = seed_from_environment();
  SCOPED_TRACE("RUNAHEAD_SEED=" + std::to_string(seed));
  Random random(seed);
  int present = 0, absent = 0;
  for (int round = 0; round < 300; ++round) {
    Example example = random_example(random, round % 2);
    for (int i = 0; i < 10; ++i) {
      const Bytes key = random_key(random, example.model, round % 2);
      const TrieProof proof = example.trie.prove(key);
      const auto shown = verify_proof(example.trie.root(), key, proof);
      ASSERT_TRUE(shown) << shown.error().message << " for " << to_hex(key);
      const auto at = example.model.find(key);
      ASSERT_EQ(shown->has_value(), at != example.model.end());
      if (*shown) ASSERT_EQ(**shown, at->second);
      ++(*shown ? present : absent);
      for (size_t node = 1; node < proof.size(); ++node) ASSERT_GE(proof[node].size(), 32u);
    }
  }
  EXPECT_GT(present, 300);
  EXPECT_GT(absent, 300);
}

/// One of the ways in which a proof can be damaged.
void mutate(TrieProof& proof, Random& random) {
  if (proof.empty() || random.chance(0.1)) {
    proof.insert(proof.begin() + static_cast<long>(random.below(proof.size() + 1)),
                 random.bytes(random.below(40)));
    return;
  }
  const size_t at = random.below(proof.size());
  Bytes& node = proof[at];
  switch (random.below(7)) {
  case 0: proof.erase(proof.begin() + static_cast<long>(at)); break;
  case 1: std::swap(proof[at], proof[random.below(proof.size())]); break;
  case 2: proof.push_back(node); break;
  case 3: node.resize(random.below(node.size() + 1)); break;
  case 4: node.push_back(static_cast<uint8_t>(random.next())); break;
  default:
    if (!node.empty())
      node[random.below(node.size())] ^= static_cast<uint8_t>(1 << random.below(8));
  }
}

TEST(TrieProof, ADamagedProofShowsNothingWrong) {
  const uint64_t seed = seed_from_environment();
  SCOPED_TRACE("RUNAHEAD_SEED=" + std::to_string(seed));
  Random random(seed);
  int refused = 0;
  for (int round = 0; round < 400; ++round) {
    Example example = random_example(random, round % 2);
    const Hash256 root = example.trie.root();
    for (int i = 0; i < 50; ++i) {
      const Bytes key = random_key(random, example.model, round % 2);
      const TrieProof proof = example.trie.prove(key);
      TrieProof damaged = proof;
      for (uint64_t count = 1 + random.below(3); count-- > 0;) mutate(damaged, random);
      const auto shown = verify_proof(root, key, damaged);
      if (!shown) {
        ++refused;
        continue;
      }
      ASSERT_TRUE(damaged == proof || example.model.empty());
      const auto at = example.model.find(key);
      ASSERT_EQ(shown->has_value(), at != example.model.end());
      if (*shown) ASSERT_EQ(**shown, at->second);
    }
  }
  EXPECT_GT(refused, 10'000);
}

/// Nodes that no trie has, under their own hash: a hostile root must not crash the verifier or lead
/// it on without end.
TEST(TrieProof, ArbitraryNodesUnderTheirOwnHashAreNoCrash) {
  const uint64_t seed = seed_from_environment();
  SCOPED_TRACE("RUNAHEAD_SEED=" + std::to_string(seed));
  Random random(seed);
  int valid = 0;
  for (int round = 0; round < 20'000; ++round) {
    Example example;
    for (int i = 0; i < 3; ++i)
      example.trie.put(random.bytes(random.below(3)), random.bytes(1 + random.below(40)));
    const Bytes key = random.bytes(random.below(3));
    TrieProof proof = example.trie.prove(key);
    if (proof.empty()) continue;
    Bytes& node = proof[0];
    for (uint64_t count = random.below(4); count-- > 0;)
      node[random.below(node.size())] = static_cast<uint8_t>(random.next());
    if (random.chance(0.1)) node = random.bytes(random.below(100));
    valid += verify_proof(keccak256(node), key, proof).has_value();
  }
  EXPECT_GT(valid, 100);
}

std::string refusal(BytesView key, const std::vector<Bytes>& proof) {
  const auto shown = verify_proof(keccak256(proof[0]), key, proof);
  return shown ? "valid" : shown.error().message;
}

TEST(TrieProof, SaysWhatIsWrong) {
  const Bytes key = {0x12}, value = {1}, leaf_path = {0x20, 0x12};
  const auto two = [](BytesView path, BytesView next) {
    return rlp::Writer().string(path).string(next).as_list();
  };
  EXPECT_EQ(refusal(key, {two(leaf_path, value)}), "valid");
  EXPECT_EQ(refusal(key, {two(leaf_path, {})}), "proof node 0: an item without a value");
  EXPECT_EQ(refusal(key, {two({}, value)}), "proof node 0: a path without flags");
  EXPECT_EQ(refusal(key, {two(Bytes{0x40, 0x12}, value)}),
            "proof node 0: a path with unknown flags");
  EXPECT_EQ(refusal(key, {two(Bytes{0x21, 0x12}, value)}),
            "proof node 0: a path with padding that is not zero");
  EXPECT_EQ(refusal(key, {two(Bytes{0x00}, value)}), "proof node 0: an extension without a path");
  EXPECT_EQ(refusal(key, {two(Bytes{0x11}, value)}),
            "proof node 0: a reference that is neither hash nor node");
  EXPECT_EQ(refusal(key, {two(Bytes{0x11}, keccak256({}))}),
            "proof node 0: the proof ends before node 1");
  EXPECT_EQ(refusal(key, {two(leaf_path, value), {}}), "proof: 1 nodes too many");
  EXPECT_EQ(refusal(key, {rlp::Writer().string(leaf_path).as_list()}),
            "proof node 0: a node of 1 items, expected 2 or 17");
  EXPECT_EQ(refusal(key, {Bytes(limits::proof_node_bytes + 1)}),
            "proof node 0: has more than 16777216 bytes");
  const Bytes long_leaf = two(Bytes{0x32}, Bytes(40, 1));
  rlp::Writer extension;
  extension.string(Bytes{0x11}).raw(long_leaf);
  EXPECT_EQ(refusal(key, {extension.as_list()}),
            "proof node 0: an embedded node of 32 bytes or more");
  EXPECT_EQ(verify_proof(keccak256({}), key, {{two(leaf_path, value)}}).error().message,
            "proof node 0: does not have the hash that its parent or the root says");
  EXPECT_EQ(verify_proof(keccak256({}), key, {}).error().message, "the proof ends before node 0");
}

TEST(TrieProof, OfAnEmptyTrie) {
  const Bytes key = {1};
  EXPECT_EQ(*verify_proof(empty_trie_root, key, {}), std::nullopt);
  EXPECT_EQ(*verify_proof(empty_trie_root, key, std::vector<Bytes>{{0x80}}), std::nullopt);
  EXPECT_FALSE(verify_proof(empty_trie_root, key, std::vector<Bytes>{{0x81}}));
  EXPECT_FALSE(verify_proof(empty_trie_root, key, std::vector<Bytes>{{0x80}, {0x80}}));
  EXPECT_TRUE(Trie().prove(key).empty());
}

} // namespace
} // namespace runahead
