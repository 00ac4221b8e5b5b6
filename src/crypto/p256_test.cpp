#include "base/hex.hpp"
#include "base/random.hpp"
#include "crypto/p256.hpp"
#include "crypto/sha256.hpp"

#include <gtest/gtest.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/obj_mac.h>

#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace runahead {
namespace {

/// A fresh generator; its seed is printed so that a failure can be run again.
Random seeded() {
  const uint64_t seed = seed_from_environment();
  std::printf("RUNAHEAD_SEED=%llu\n", static_cast<unsigned long long>(seed));
  return Random(seed);
}

uint256 number(std::string_view digits) {
  return parse_hex_quantity("0x" + std::string(digits)).value();
}

struct Case {
  Hash256 digest;
  uint256 r, s, qx, qy;
  bool verify() const { return p256_verify(digest, r, s, qx, qy); }
};

Hash256 digest_of(std::string_view text) {
  return sha256(BytesView(reinterpret_cast<const uint8_t*>(text.data()), text.size()));
}

/// RFC 6979, A.2.5, with SHA-256.
Case rfc6979(std::string_view message, std::string_view r, std::string_view s) {
  return {digest_of(message), number(r), number(s),
          number("60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"),
          number("7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299")};
}

Case sample() {
  return rfc6979("sample", "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716",
                 "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8");
}

TEST(P256, Rfc6979Vectors) {
  EXPECT_TRUE(sample().verify());
  EXPECT_TRUE(rfc6979("test", "f1abb023518351cd71d881567b1ea663ed3efcf6c5132b354f28d3b0b7d38367",
                      "019f4113742a2b14bd25926b49c649155f267e60d3814b4c0cc84250e46f0083")
                  .verify());
}

TEST(P256, AcceptsTheMirroredSignature) {
  Case mirrored = sample();
  mirrored.s = p256_order - mirrored.s;
  EXPECT_TRUE(mirrored.verify());
}

TEST(P256, RefusesScalarsOutOfRange) {
  for (const uint256& bad :
       {uint256(0), p256_order, p256_order + uint256(1), uint256(0) - uint256(1)}) {
    Case wrong_r = sample(), wrong_s = sample();
    wrong_r.r = wrong_s.s = bad;
    EXPECT_FALSE(wrong_r.verify());
    EXPECT_FALSE(wrong_s.verify());
  }
}

/// Arithmetic on the curve, to build cases that no signer makes.
class Curve {
public:
  Curve() : group_(EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1)), ctx_(BN_CTX_new()) {}
  ~Curve() {
    BN_CTX_free(ctx_);
    EC_GROUP_free(group_);
  }
  Curve(const Curve&) = delete;
  Curve& operator=(const Curve&) = delete;

  static BIGNUM* big(const uint256& x) {
    const Hash256 bytes = to_hash(x);
    return BN_bin2bn(bytes.bytes.data(), 32, nullptr);
  }
  static uint256 small(const BIGNUM* x) {
    Hash256 bytes;
    BN_bn2binpad(x, bytes.bytes.data(), 32);
    return from(bytes);
  }

  /// a * b^-1 mod n
  uint256 divide(const uint256& a, const uint256& b) const {
    BIGNUM *x = big(a), *y = big(b);
    const BIGNUM* n = EC_GROUP_get0_order(group_);
    BN_mod_inverse(y, y, n, ctx_);
    BN_mod_mul(x, x, y, n, ctx_);
    const uint256 quotient = small(x);
    BN_free(x);
    BN_free(y);
    return quotient;
  }

  /// g * G + k * P, where P is the point with abscissa px and even ordinate; false if there is
  /// none.
  bool combine(const uint256& g, const uint256& k, const uint256& px, uint256& x,
               uint256& y) const {
    EC_POINT *p = EC_POINT_new(group_), *sum = EC_POINT_new(group_);
    BIGNUM *bn_g = big(g), *bn_k = big(k), *bn_x = big(px), *bn_y = BN_new();
    ERR_set_mark();
    const bool exists = EC_POINT_set_compressed_coordinates(group_, p, bn_x, 0, ctx_) == 1;
    ERR_pop_to_mark();
    if (exists) {
      EC_POINT_mul(group_, sum, bn_g, p, bn_k, ctx_);
      EC_POINT_get_affine_coordinates(group_, sum, bn_x, bn_y, ctx_);
      x = small(bn_x);
      y = small(bn_y);
    }
    for (BIGNUM* each : {bn_g, bn_k, bn_x, bn_y}) BN_free(each);
    EC_POINT_free(p);
    EC_POINT_free(sum);
    return exists;
  }

private:
  EC_GROUP* group_;
  BN_CTX* ctx_;
};

const uint256 generator_x =
    number("6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296");

// The nonce point R has an abscissa in [n, p), so that r = x mod n differs from x. R is chosen
// first and the key follows: Q = (s*R - e*G) / r.
TEST(P256, ComparesModuloTheOrder) {
  const Curve curve;
  int found = 0;
  for (uint64_t r = 1; r < 40; ++r) {
    Case wrapped{to_hash(uint256(4242)), r, uint256(987654321), {}, {}};
    const uint256 minus_e_over_r = curve.divide(p256_order - from(wrapped.digest), r);
    if (!curve.combine(minus_e_over_r, curve.divide(wrapped.s, r), p256_order + uint256(r),
                       wrapped.qx, wrapped.qy))
      continue;
    ++found;
    EXPECT_TRUE(wrapped.verify()) << "r = " << r;
    wrapped.r = wrapped.r + uint256(1);
    EXPECT_FALSE(wrapped.verify());
  }
  EXPECT_GT(found, 5);
}

// u1*G + u2*Q is infinity when e = -r*d, here with the key d = 1 and Q = G.
TEST(P256, RefusesTheSumAtInfinity) {
  const Curve curve;
  uint256 qx, qy;
  ASSERT_TRUE(curve.combine(1, 0, generator_x, qx, qy));
  ASSERT_EQ(qx, generator_x);
  const uint256 r(77);
  EXPECT_FALSE((Case{to_hash(p256_order - r), r, uint256(5), qx, qy}.verify()));
  // Beside it, e = s - r gives u1 + u2 = 1: the sum is G, which only r = generator_x mod n signs.
  const uint256 s = number("123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0");
  EXPECT_TRUE((Case{to_hash(p256_order - (generator_x - s)), generator_x, s, qx, qy}.verify()));
}

// u1*G and u2*Q are the same point, so the sum is a doubling; a plain addition formula would fail
// there.
TEST(P256, DoublesWhenBothTermsAgree) {
  const Curve curve;
  uint256 qx, qy, twice_x, twice_y;
  ASSERT_TRUE(curve.combine(1, 0, generator_x, qx, qy));
  ASSERT_TRUE(curve.combine(2, 0, generator_x, twice_x, twice_y));
  // Q = G, e = r = s: u1 = u2 = 1, R = 2G.
  ASSERT_TRUE(twice_x < p256_order);
  EXPECT_TRUE((Case{to_hash(twice_x), twice_x, twice_x, qx, qy}.verify()));
}

TEST(P256, RefusesKeysThatAreNone) {
  const auto with_key = [](const uint256& x, const uint256& y) {
    Case changed = sample();
    changed.qx = x;
    changed.qy = y;
    return changed.verify();
  };
  const Case good = sample();
  ASSERT_TRUE(with_key(good.qx, good.qy));
  EXPECT_FALSE(with_key(0, 0)); // infinity
  EXPECT_FALSE(with_key(good.qx, good.qy + uint256(1)));
  EXPECT_FALSE(with_key(good.qy, good.qx));
  EXPECT_FALSE(with_key(good.qx, p256_prime - good.qy)); // the negated key: a point, not the signer
  EXPECT_FALSE(with_key(p256_prime, good.qy));
  EXPECT_FALSE(with_key(good.qx, p256_prime));
  EXPECT_EQ(ERR_peek_error(), 0u) << "refusals leave nothing in the error queue";
}

/// A valid signature under the key with abscissa qx and even ordinate, whose secret nobody knows:
/// u1 = 2 and u2 = 3 are chosen first. R = 2G + 3Q, r = R.x, s = r / 3, e = 2s.
Case forged_under(const uint256& qx) {
  const Curve curve;
  Case forged{{}, {}, {}, {}, {}};
  uint256 rx, ry;
  EXPECT_TRUE(curve.combine(0, 1, qx, forged.qx, forged.qy));
  EXPECT_TRUE(curve.combine(2, 3, qx, rx, ry));
  EXPECT_TRUE(rx < p256_order);
  forged.r = rx;
  forged.s = curve.divide(rx, 3);
  forged.digest = to_hash(curve.divide(forged.s, curve.divide(1, 2)));
  return forged;
}

// A coordinate is not reduced: x + p names the same residue but is no encoding of it. Only
// coordinates below 2^256 - p have a second name of 256 bits.
TEST(P256, RefusesUnreducedCoordinates) {
  Case small_x = forged_under(5);
  ASSERT_TRUE(small_x.verify());
  small_x.qx = small_x.qx + p256_prime;
  ASSERT_FALSE(small_x.qx < p256_prime);
  EXPECT_FALSE(small_x.verify());

  // The abscissa of ordinate 6, a root of x^3 - 3x + b - 36.
  Case small_y =
      forged_under(number("9b21c2de1da31d68731dbdaf97d7ab3f979131e28e3dc5b2077d5a7187914a78"));
  ASSERT_EQ(small_y.qy, uint256(6));
  ASSERT_TRUE(small_y.verify());
  small_y.qy = small_y.qy + p256_prime;
  EXPECT_FALSE(small_y.verify());
}

/// A signature by OpenSSL's own signer under a fresh key.
Case signed_by_openssl(const Hash256& digest) {
  Case signature{digest, {}, {}, {}, {}};
  EVP_PKEY* key = EVP_EC_gen("P-256");
  EVP_PKEY_CTX* ctx = EVP_PKEY_CTX_new(key, nullptr);
  std::array<uint8_t, 80> der;
  size_t size = der.size();
  EXPECT_EQ(EVP_PKEY_sign_init(ctx), 1);
  EXPECT_EQ(EVP_PKEY_sign(ctx, der.data(), &size, digest.bytes.data(), 32), 1);
  const uint8_t* at = der.data();
  ECDSA_SIG* parsed = d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(size));
  signature.r = Curve::small(ECDSA_SIG_get0_r(parsed));
  signature.s = Curve::small(ECDSA_SIG_get0_s(parsed));
  for (const auto& [name, value] : {std::pair{OSSL_PKEY_PARAM_EC_PUB_X, &signature.qx},
                                    std::pair{OSSL_PKEY_PARAM_EC_PUB_Y, &signature.qy}}) {
    BIGNUM* coordinate = nullptr;
    EXPECT_EQ(EVP_PKEY_get_bn_param(key, name, &coordinate), 1);
    *value = Curve::small(coordinate);
    BN_free(coordinate);
  }
  ECDSA_SIG_free(parsed);
  EVP_PKEY_CTX_free(ctx);
  EVP_PKEY_free(key);
  return signature;
}

TEST(P256, AcceptsOpensslsSignaturesAndNoMutant) {
  Random random = seeded();
  for (int i = 0; i < 30; ++i) {
    Hash256 digest;
    for (uint8_t& byte : digest.bytes) byte = static_cast<uint8_t>(random());
    const Case good = signed_by_openssl(digest);
    EXPECT_TRUE(good.verify());
    for (int field = 0; field < 5; ++field) {
      Case mutant = good;
      uint256 as_number = from(mutant.digest);
      uint256* const fields[] = {&as_number, &mutant.r, &mutant.s, &mutant.qx, &mutant.qy};
      Hash256 bytes = to_hash(*fields[field]);
      bytes.bytes[random() % 32] ^= static_cast<uint8_t>(1u << random() % 8);
      *fields[field] = from(bytes);
      mutant.digest = to_hash(as_number);
      EXPECT_FALSE(mutant.verify()) << "field " << field;
    }
  }
}

TEST(P256, FromManyThreads) {
  std::vector<std::thread> threads;
  std::array<int, 4> accepted{};
  for (int& count : accepted)
    threads.emplace_back([&count] {
      for (int i = 0; i < 50; ++i) count += sample().verify();
    });
  for (std::thread& thread : threads) thread.join();
  for (const int count : accepted) EXPECT_EQ(count, 50);
}

} // namespace
} // namespace runahead
