#include "base/hex.hpp"
#include "base/random.hpp"
#include "crypto/secp256k1.hpp"
#include "crypto/sha256.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <string_view>

namespace runahead {
namespace {

/// A fresh generator; its seed is printed so that a failure can be run again.
Random seeded() {
  const uint64_t seed = seed_from_environment();
  std::printf("RUNAHEAD_SEED=%llu\n", static_cast<unsigned long long>(seed));
  return Random(seed);
}

Hash256 random_hash(Random& random) {
  Hash256 hash;
  for (uint8_t& byte : hash.bytes) byte = static_cast<uint8_t>(random());
  return hash;
}

// Vectors of the ethereum tests: the ecrecover case, and addresses of well-known keys.
TEST(Secp256k1, RecoversPublishedVector) {
  const Hash256 digest =
      parse_hash("0x18c547e4f7b0f325ad1e56f57e26c745b09a3e503d86e00e5255ff7f715d3d1c").value();
  const uint256 r =
      parse_hex_quantity("0x73b1693892219d736caba55bdb67216e485557ea6b6af75f37096c9aa6a5a75f")
          .value();
  const uint256 s =
      parse_hex_quantity("0xeeb940b1d03b21e36b0e47e79769f095fe2ab855bd91e3a38756b7d75a9c4549")
          .value();
  const Address signer = parse_address("0xa94f5374fce5edbc8e2a8697c15331677e6ebf0b").value();
  EXPECT_EQ(recover(digest, 1, r, s), signer);
  EXPECT_NE(recover(digest, 0, r, s), signer);
  // The mirrored signature: s is high above, low here; both recover.
  EXPECT_EQ(recover(digest, 0, r, secp256k1_order - s), signer);
}

TEST(Secp256k1, AddressesOfKnownKeys) {
  EXPECT_EQ(address_of_secret_key(to_hash(uint256(1))),
            parse_address("0x7e5f4552091a69125d5dfcb7b8c2659029395bdf").value());
  EXPECT_EQ(address_of_secret_key(to_hash(uint256(2))),
            parse_address("0x2b5ad5c4795c026514f8317c7a215e218dccd6cf").value());
  EXPECT_EQ(
      address_of_secret_key(
          parse_hash("0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80").value()),
      parse_address("0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266").value());
}

// The vector that the deterministic signers of Bitcoin share.
TEST(Secp256k1, SignsAsRfc6979) {
  constexpr std::string_view text = "Satoshi Nakamoto";
  const Hash256 digest =
      sha256(BytesView(reinterpret_cast<const uint8_t*>(text.data()), text.size()));
  const auto signature = sign(digest, to_hash(uint256(1)));
  ASSERT_TRUE(signature);
  EXPECT_EQ(to_hex(to_hash(signature->r)),
            "0x934b1ea10a4b3c1757e2b0c017d0b6143ce3c9a7e6a4a49860d7a6ab210ee3d8");
  EXPECT_EQ(to_hex(to_hash(signature->s)),
            "0x2442ce9d2b916064108014783e923ec36b49743e2ffa1c4496f01a512aafd9e5");
}

TEST(Secp256k1, RefusesKeysOutsideTheGroup) {
  const Hash256 digest = to_hash(uint256(7));
  EXPECT_TRUE(address_of_secret_key(to_hash(secp256k1_order - uint256(1))));
  for (const Hash256& key : {to_hash(uint256(0)), to_hash(secp256k1_order)}) {
    EXPECT_FALSE(address_of_secret_key(key));
    EXPECT_FALSE(sign(digest, key));
  }
}

TEST(Secp256k1, RefusesWhatIsNoSignature) {
  const Hash256 digest = to_hash(uint256(7));
  const auto good = sign(digest, to_hash(uint256(9)));
  ASSERT_TRUE(good);
  ASSERT_TRUE(recover(digest, good->y_parity, good->r, good->s));
  const uint256 zero, n = secp256k1_order;
  EXPECT_FALSE(recover(digest, 0, zero, good->s));
  EXPECT_FALSE(recover(digest, 0, good->r, zero));
  EXPECT_FALSE(recover(digest, 0, n, good->s));
  EXPECT_FALSE(recover(digest, 0, good->r, n));
  EXPECT_FALSE(recover(digest, 0, n + uint256(1), good->s));
  // 2 and 3 mean r + n to the library; Ethereum has no such signatures.
  EXPECT_FALSE(recover(digest, 2, good->r, good->s));
  EXPECT_FALSE(recover(digest, 3, uint256(1), good->s));
  EXPECT_FALSE(recover(digest, 255, good->r, good->s));
  // x = 5 is on no point of the curve: 5^3 + 7 = 132 is no square modulo p.
  EXPECT_FALSE(recover(digest, 0, uint256(5), good->s));
}

// The key is (s*R - digest*G) / r: with R = G and digest = s it is infinity.
TEST(Secp256k1, RefusesTheKeyAtInfinity) {
  const uint256 gx =
      parse_hex_quantity("0x79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798")
          .value();
  const uint256 s(12345);
  EXPECT_FALSE(recover(to_hash(s), 0, gx, s));
  EXPECT_TRUE(recover(to_hash(s), 1, gx, s));
}

TEST(Secp256k1, RecoversWhatItSigned) {
  Random random = seeded();
  const uint256 half_order{0xdfe92f46681b20a0, 0x5d576e7357a4501d, 0xffffffffffffffff,
                           0x7fffffffffffffff};
  for (int i = 0; i < 100; ++i) {
    const Hash256 key = random_hash(random), digest = random_hash(random);
    const auto signature = sign(digest, key);
    ASSERT_TRUE(signature);
    EXPECT_FALSE(half_order < signature->s);
    const auto signer = recover(digest, signature->y_parity, signature->r, signature->s);
    ASSERT_TRUE(signer);
    EXPECT_EQ(signer, address_of_secret_key(key));
    EXPECT_NE(recover(digest, signature->y_parity ^ 1, signature->r, signature->s), signer);
    Hash256 other = digest;
    other.bytes[random() % 32] ^= static_cast<uint8_t>(1u << random() % 8);
    EXPECT_NE(recover(other, signature->y_parity, signature->r, signature->s), signer);
  }
}

} // namespace
} // namespace runahead
