#include "base/hex.hpp"
#include "base/random.hpp"
#include "crypto/keccak.hpp"

#include <gtest/gtest.h>
#include <openssl/evp.h>

#include <string>

namespace runahead {
namespace {

BytesView view(std::string_view text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

std::string keccak_hex(std::string_view text) { return to_hex(keccak256(view(text))); }

// The submission's short-message vectors, and hashes that Ethereum itself fixes.
TEST(Keccak, GivesThePublishedHashes) {
  EXPECT_EQ(keccak_hex(""), "0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470");
  EXPECT_EQ(to_hex(keccak256(Bytes{0xcc})),
            "0xeead6dbfc7340a56caedc044696a168870549a6a7f6f56961e84a54bd9970b8a");
  EXPECT_EQ(keccak_hex("abc"),
            "0x4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45");
  EXPECT_EQ(keccak_hex("The quick brown fox jumps over the lazy dog"),
            "0x4d741b6f1eb29cb2a9b9911c82f56fa8d73b04959d3d9d222895df6c0b28aa15");
  // The empty trie's root, the empty list of ommers, an event's topic.
  EXPECT_EQ(to_hex(keccak256(Bytes{0x80})),
            "0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421");
  EXPECT_EQ(to_hex(keccak256(Bytes{0xc0})),
            "0x1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347");
  EXPECT_EQ(keccak_hex("Transfer(address,address,uint256)"),
            "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef");
}

TEST(Keccak, HashesOneAndTwoWords) {
  // keccak256(key . slot) for key 0 and slot 0: 64 zero bytes.
  EXPECT_EQ(to_hex(keccak256(Bytes(64))),
            "0xad3228b676f7d3cd4284a5443f17f1962b36e491b30a40b2405849e597ba5fb5");
  EXPECT_EQ(to_hex(keccak256(Bytes(32))),
            "0x290decd9548b62a8d60345a988386fc84ba6bc95484008f6362f93160ef3e563");
}

Hash256 openssl_sha3_256(const Bytes& data) {
  Hash256 hash;
  unsigned size = 0;
  EXPECT_EQ(EVP_Digest(data.data(), data.size(), hash.bytes.data(), &size, EVP_sha3_256(), nullptr),
            1);
  EXPECT_EQ(size, 32u);
  return hash;
}

TEST(Keccak, SpongeWithFipsPaddingIsOpensslsSha3) {
  const uint64_t seed = seed_from_environment();
  SCOPED_TRACE("RUNAHEAD_SEED=" + std::to_string(seed));
  Random random(seed);
  for (size_t size = 0; size <= 1000; ++size) {
    const Bytes data = random.bytes(size);
    ASSERT_EQ(sponge256(data, 0x06), openssl_sha3_256(data)) << size << " bytes: " << to_hex(data);
    ASSERT_EQ(sponge256(data, 0x01), keccak256(data)) << size << " bytes: " << to_hex(data);
    ASSERT_NE(sponge256(data, 0x06), keccak256(data));
  }
}

TEST(Keccak, PiecesGiveTheHashOfTheWhole) {
  const uint64_t seed = seed_from_environment();
  SCOPED_TRACE("RUNAHEAD_SEED=" + std::to_string(seed));
  Random random(seed);
  for (int round = 0; round < 2000; ++round) {
    const Bytes data = random.bytes(random.below(600));
    Keccak256 hasher;
    BytesView rest = data;
    while (!rest.empty()) {
      const size_t longest = random.chance(0.5) ? 20 : 300;
      const size_t take = std::min<size_t>(rest.size(), random.below(longest));
      hasher.update(rest.first(take));
      rest = rest.subspan(take);
    }
    ASSERT_EQ(hasher.finish(), keccak256(data)) << to_hex(data);
  }
  // Cuts exactly at the rate's borders.
  for (const size_t cut : {0, 1, 135, 136, 137, 271, 272, 273}) {
    const Bytes data = random.bytes(300);
    Keccak256 hasher;
    hasher.update(BytesView(data).first(cut));
    hasher.update(BytesView(data).subspan(cut));
    EXPECT_EQ(hasher.finish(), keccak256(data)) << cut;
  }
  EXPECT_EQ(Keccak256().finish(), keccak256({}));
}

} // namespace
} // namespace runahead
