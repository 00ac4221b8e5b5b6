#include "base/hex.hpp"
#include "crypto/bn254.hpp"
#include "crypto/bn254_reference_for_test.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace runahead {
namespace {

namespace slow = bn254_reference;
using slow::seeded;

void append(Bytes& bytes, const uint256& n) {
  bytes.resize(bytes.size() + 32);
  store_be(&bytes[bytes.size() - 32], n);
}

Bytes words(std::initializer_list<uint256> numbers) {
  Bytes bytes;
  for (const uint256& n : numbers) append(bytes, n);
  return bytes;
}

Bytes joined(std::initializer_list<Bytes> parts) {
  Bytes all;
  for (const Bytes& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

Bytes encoded(const bn254::G2& q) {
  return words({q.x.c1.value(), q.x.c0.value(), q.y.c1.value(), q.y.c0.value()});
}
Bytes bytes_of(const std::optional<Bn254Point>& point) {
  EXPECT_TRUE(point.has_value());
  return point ? Bytes(point->begin(), point->end()) : Bytes{};
}

const uint256 prime = slow::prime;
const Bytes infinity(64), generator = words({1, 2});
const Bytes g2 = encoded(bn254::g2_generator);

TEST(Bn254Add, Eip196Rules) {
  // 2 * (1, 2), a value known since the EIP.
  const Bytes twice = words(
      {parse_hex_quantity("0x30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd3")
           .value(),
       parse_hex_quantity("0x15ed738c0e0a7c92e7845f96b2ae9c0a68a6a449e3538fc7ff3ebf7a5a18a2c4")
           .value()});
  EXPECT_EQ(bytes_of(bn254_add(joined({generator, generator}))), twice);
  EXPECT_EQ(bytes_of(bn254_add({})), infinity);
  EXPECT_EQ(bytes_of(bn254_add(joined({generator, infinity}))), generator);
  EXPECT_EQ(bytes_of(bn254_add(joined({infinity, generator}))), generator);
  const Bytes inverse = words({1, prime - uint256(2)});
  EXPECT_EQ(bytes_of(bn254_add(joined({generator, inverse}))), infinity);
}

TEST(Bn254Add, MissingBytesAreZerosAndMoreAreIgnored) {
  const Bytes whole = joined({generator, generator, Bytes(50, 0xff)});
  const Bytes twice = bytes_of(bn254_add(BytesView(whole).first(128)));
  EXPECT_EQ(bytes_of(bn254_add(whole)), twice);
  EXPECT_EQ(bytes_of(bn254_add(BytesView(whole).first(64))), generator);
  EXPECT_EQ(bytes_of(bn254_add(BytesView(whole).first(95))), generator); // (1, 2) and (0, 0)
  EXPECT_FALSE(bn254_add(BytesView(whole).first(96)));                   // (1, 0)
  EXPECT_FALSE(bn254_add(BytesView(whole).first(127)));
  EXPECT_FALSE(bn254_add(BytesView(whole).first(63)));
  EXPECT_EQ(bytes_of(bn254_add(BytesView(whole).first(31))), infinity);
}

// Points that are none, in either place.
TEST(Bn254Add, RefusesWhatIsNoPoint) {
  for (const Bytes& bad :
       {words({1, 1}), words({1, 0}), words({0, 2}), words({prime, 0}), words({0, prime}),
        words({prime, prime}), words({prime + uint256(1), 2}), words({1, prime + uint256(2)}),
        words({uint256::max(), uint256::max()})}) {
    EXPECT_FALSE(bn254_add(joined({bad, generator})));
    EXPECT_FALSE(bn254_add(joined({generator, bad})));
    EXPECT_FALSE(bn254_add(joined({bad, infinity})));
    EXPECT_FALSE(bn254_multiply(joined({bad, words({1})})));
    EXPECT_FALSE(bn254_multiply(joined({bad, words({0})})));
    EXPECT_FALSE(bn254_pairing_check(joined({bad, g2})));
    EXPECT_FALSE(bn254_pairing_check(joined({bad, Bytes(128)})));
    EXPECT_FALSE(bn254_pairing_check(joined({generator, g2, bad, g2})));
  }
}

TEST(Bn254Multiply, Eip196Rules) {
  EXPECT_EQ(bytes_of(bn254_multiply({})), infinity);
  EXPECT_EQ(bytes_of(bn254_multiply(generator)), infinity); // times 0
  EXPECT_EQ(bytes_of(bn254_multiply(joined({generator, words({1})}))), generator);
  EXPECT_EQ(bytes_of(bn254_multiply(joined({infinity, words({uint256::max()})}))), infinity);
  EXPECT_EQ(bytes_of(bn254_multiply(joined({generator, words({slow::order})}))), infinity);
  EXPECT_EQ(bytes_of(bn254_multiply(joined({generator, words({slow::order + uint256(1)})}))),
            generator);
  EXPECT_EQ(bytes_of(bn254_multiply(joined({generator, words({1}), Bytes(7, 0xff)}))), generator);
  // A scalar that is cut off is continued with zeros: 2^248.
  const uint256 high = uint256(1) << 248;
  EXPECT_EQ(bytes_of(bn254_multiply(joined({generator, Bytes{1}}))),
            bytes_of(bn254_multiply(joined({generator, words({high})}))));
}

TEST(Bn254Multiply, AgreesWithTheReference) {
  Random random = seeded();
  for (int i = 0; i < 20; ++i) {
    const slow::Point<slow::Fp> a = slow::random_g1(random), b = slow::random_g1(random);
    const uint256 scalar = random.edge_word();
    const auto product = slow::multiply(a, scalar), sum = a + b;
    const Bytes in_a = words({a.x.n, a.y.n}), in_b = words({b.x.n, b.y.n});
    EXPECT_EQ(bytes_of(bn254_multiply(joined({in_a, words({scalar})}))),
              words({product.x.n, product.y.n}));
    EXPECT_EQ(bytes_of(bn254_add(joined({in_a, in_b}))), words({sum.x.n, sum.y.n}));
  }
}

TEST(Bn254Pairing, Eip197Rules) {
  const Bytes inverse = words({1, prime - uint256(2)});
  const Bytes pair = joined({generator, g2}), inverse_pair = joined({inverse, g2});
  EXPECT_EQ(bn254_pairing_check({}), true);
  EXPECT_EQ(bn254_pairing_check(pair), false);
  EXPECT_EQ(bn254_pairing_check(joined({pair, inverse_pair})), true);
  EXPECT_EQ(bn254_pairing_check(joined({inverse_pair, pair})), true);
  EXPECT_EQ(bn254_pairing_check(joined({pair, pair})), false);
  EXPECT_EQ(bn254_pairing_check(Bytes(192)), true);
  EXPECT_EQ(bn254_pairing_check(Bytes(5 * 192)), true);
  EXPECT_EQ(bn254_pairing_check(joined({infinity, g2})), true);
  EXPECT_EQ(bn254_pairing_check(joined({generator, Bytes(128)})), true);
  EXPECT_EQ(bn254_pairing_check(joined({Bytes(192), pair, Bytes(192), inverse_pair})), true);
  for (const size_t size : {1, 64, 128, 191, 193, 383})
    EXPECT_FALSE(bn254_pairing_check(Bytes(size))) << size;
}

TEST(Bn254Pairing, RefusesWhatIsNotInG2) {
  Random random = seeded();
  for (size_t at = 0; at < 4; ++at) { // each coordinate: off the curve, and not below the prime
    for (const uint256& n : {uint256(1), prime, uint256::max()}) {
      Bytes bad = g2;
      store_be(&bad[32 * at], n);
      EXPECT_FALSE(bn254_pairing_check(joined({generator, bad}))) << at;
      EXPECT_FALSE(bn254_pairing_check(joined({infinity, bad}))) << at;
    }
    Bytes same = g2; // the same residue, but not below the prime
    store_be(&same[32 * at], load_be(&g2[32 * at]) + prime);
    EXPECT_FALSE(bn254_pairing_check(joined({generator, same}))) << at;
    Bytes zero(128);
    store_be(&zero[32 * at], prime);
    EXPECT_FALSE(bn254_pairing_check(joined({generator, zero}))) << at;
  }
  // Halves in the wrong order.
  const auto& q = bn254::g2_generator;
  EXPECT_FALSE(bn254_pairing_check(joined(
      {generator, words({q.x.c0.value(), q.x.c1.value(), q.y.c0.value(), q.y.c1.value()})})));
  // On the curve, of another order.
  for (int i = 0; i < 3; ++i) {
    const bn254::G2 stray = fast(slow::random_twist_point(random));
    ASSERT_TRUE(is_on_curve(stray));
    EXPECT_FALSE(bn254_pairing_check(joined({generator, encoded(stray)})));
    EXPECT_FALSE(bn254_pairing_check(joined({infinity, encoded(stray)})));
    EXPECT_FALSE(bn254_pairing_check(joined({generator, g2, generator, encoded(stray)})));
  }
}

} // namespace
} // namespace runahead
