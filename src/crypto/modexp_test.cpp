#include "base/hex.hpp"
#include "base/random.hpp"
#include "crypto/modexp.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <string>

namespace runahead {
namespace {

/// A fresh generator; its seed is printed so that a failure can be run again.
Random seeded() {
  const uint64_t seed = seed_from_environment();
  std::printf("RUNAHEAD_SEED=%llu\n", static_cast<unsigned long long>(seed));
  return Random(seed);
}

Bytes hex(const std::string& digits) { return parse_hex_bytes("0x" + digits).value(); }

Bytes big_endian(uint64_t value, size_t size) {
  Bytes bytes(size, 0);
  for (size_t i = 0; i < std::min<size_t>(size, 8); ++i)
    bytes[size - 1 - i] = static_cast<uint8_t>(value >> (8 * i));
  return bytes;
}

/// The definition, by repeated multiplication.
uint64_t naive(uint64_t base, uint64_t exponent, uint64_t modulus) {
  if (modulus == 0) return 0;
  uint64_t result = 1 % modulus;
  for (uint64_t i = 0; i < exponent; ++i)
    result =
        static_cast<uint64_t>(static_cast<unsigned __int128>(result) * (base % modulus) % modulus);
  return result;
}

// EIP-198's examples.
TEST(Modexp, Eip198Examples) {
  const std::string minus_one = "fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2e";
  const std::string prime = "fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2f";
  EXPECT_EQ(modexp(hex("03"), hex(minus_one), hex(prime)), big_endian(1, 32)); // Fermat
  EXPECT_EQ(modexp({}, hex(minus_one), hex(prime)), big_endian(0, 32));
  const std::string two_to_255 = "80" + std::string(62, '0');
  EXPECT_EQ(to_hex(modexp(hex("03"), hex("ffff"), hex(two_to_255))),
            "0x3b01b01ac41f2d6e917c6d6a221ce793802469026d9ab7578fa2e79e4da6aaab");
}

TEST(Modexp, ZeroesAndOnes) {
  EXPECT_EQ(modexp({}, {}, {}), Bytes());
  EXPECT_EQ(modexp(hex("05"), hex("03"), {}), Bytes());
  EXPECT_EQ(modexp(hex("05"), hex("03"), hex("0000")), hex("0000"));
  EXPECT_EQ(modexp(hex("05"), hex("03"), hex("0001")), hex("0000"));
  EXPECT_EQ(modexp(hex("05"), {}, hex("0001")), hex("0000"));
  EXPECT_EQ(modexp({}, {}, hex("0002")), hex("0001")); // 0 ^ 0
  EXPECT_EQ(modexp(hex("00"), hex("0000"), hex("07")), hex("01"));
  EXPECT_EQ(modexp(hex("00"), hex("01"), hex("07")), hex("00"));
  EXPECT_EQ(modexp(hex("05"), hex("00"), hex("07")), hex("01"));
}

TEST(Modexp, LeadingZeroesAndLongModulus) {
  EXPECT_EQ(modexp(hex("0000000005"), hex("000002"), hex("00000000000000000000ff")),
            hex("0000000000000000000019"));
  // A base far longer than the modulus: 2^4096 mod 251 is 2^(4096 mod 50) mod 251, 2 having
  // order 50.
  Bytes base(513, 0);
  base[0] = 1;
  EXPECT_EQ(modexp(base, hex("01"), hex("fb")), big_endian(naive(2, 4096 % 50, 251), 1));
}

// RSA as it is used: the message comes back after exponentiation by e and d (the textbook key 61 *
// 53).
TEST(Modexp, RsaRoundTrip) {
  const Bytes modulus = big_endian(3233, 2);
  const Bytes cipher = modexp(big_endian(65, 2), big_endian(17, 1), modulus);
  EXPECT_EQ(cipher, big_endian(2790, 2));
  EXPECT_EQ(modexp(cipher, big_endian(2753, 2), modulus), big_endian(65, 2));
}

TEST(Modexp, AgreesWithRepeatedMultiplication) {
  Random random = seeded();
  for (int i = 0; i < 20'000; ++i) {
    const uint64_t base = random() >> random() % 64;
    const uint64_t exponent = random() % 300;
    uint64_t modulus = random() >> random() % 64; // even half of the time
    if (random() % 16 == 0) modulus = uint64_t(1) << random() % 64;
    const size_t output_size = 8 + random() % 40;
    EXPECT_EQ(modexp(big_endian(base, 8 + random() % 3), big_endian(exponent, 2 + random() % 40),
                     big_endian(modulus, output_size)),
              big_endian(naive(base, exponent, modulus), output_size))
        << base << " ^ " << exponent << " mod " << modulus;
  }
}

// b^(e1 + e2) = b^e1 * b^e2, in the form that needs no multiplication: (b^e1)^e2 = (b^e2)^e1.
TEST(Modexp, ExponentsCommuteForLargeNumbers) {
  Random random = seeded();
  const auto number = [&random](size_t size) {
    Bytes bytes(size);
    for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(random());
    return bytes;
  };
  for (int i = 0; i < 60; ++i) {
    const Bytes b = number(1 + random() % 200), m = number(1 + random() % 200);
    const Bytes e1 = number(1 + random() % 40), e2 = number(1 + random() % 40);
    const Bytes one_way = modexp(modexp(b, e1, m), e2, m);
    EXPECT_EQ(one_way, modexp(modexp(b, e2, m), e1, m));
    EXPECT_EQ(one_way.size(), m.size());
  }
}

} // namespace
} // namespace runahead
