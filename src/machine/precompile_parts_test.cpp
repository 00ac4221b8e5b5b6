#include "base/hex.hpp"
#include "base/random.hpp"
#include "base/uint256.hpp"
#include "crypto/bls12381.hpp"
#include "crypto/bn254.hpp"
#include "crypto/modexp.hpp"
#include "machine/precompile_parts.hpp"
#include "machine/precompile_run.hpp"

#include <gtest/gtest.h>

namespace runahead {
namespace {

const Precompile& row(uint16_t id) {
  return *find_precompile(to_address(uint256(id)), Fork::osaka);
}

struct Ending {
  PrecompileStatus status = PrecompileStatus::beyond_limits;
  Bytes output;
  unsigned parts = 0;
};

/// In parts; none where it has no parts.
Ending in_parts(uint16_t id, BytesView input) {
  Ending ending;
  const auto parts = precompile_parts(id, input);
  if (parts == nullptr) return ending;
  for (;;) {
    ++ending.parts;
    if (const auto status = parts->go_on(ending.output)) {
      ending.status = *status;
      return ending;
    }
  }
}

/// Parts, so many of them, answer as the whole does.
void expect_same(uint16_t id, const Bytes& input, unsigned parts) {
  Bytes output;
  const PrecompileStatus status = row(id).run(input, output);
  const Ending ending = in_parts(id, input);
  EXPECT_EQ(ending.parts, parts) << id;
  EXPECT_EQ(ending.status, status) << id;
  if (status == PrecompileStatus::success) EXPECT_EQ(ending.output, output) << id;
}

Bytes repeated(const Bytes& item, size_t times) {
  Bytes all;
  for (size_t i = 0; i < times; ++i) all.insert(all.end(), item.begin(), item.end());
  return all;
}

void append(Bytes& to, BytesView bytes) { to.insert(to.end(), bytes.begin(), bytes.end()); }

Bytes word(const uint256& value) {
  Bytes bytes(32);
  store_be(bytes.data(), value);
  return bytes;
}

/// A point of G1 and one of G2 of BLS12-381, mapped from numbers.
Bytes bls_g1(uint64_t from) {
  Bytes element(32);
  append(element, word(from));
  const auto point = bls12381::map_to_g1(element);
  return to_bytes(*point);
}
Bytes bls_g2(uint64_t from) {
  Bytes element(32);
  append(element, word(from));
  append(element, Bytes(64));
  return to_bytes(*bls12381::map_to_g2(element));
}

/// Generator of G1 times i, the negated generator of G2, and the generators: their product is one
/// only with as many of the latter.
Bytes bn254_pair(uint64_t multiple) {
  Bytes one = word(1);
  append(one, word(2));
  append(one, word(multiple));
  Bytes pair = to_bytes(*bn254_multiply(one));
  for (const std::string_view part :
       {"198e9393920d483a7260bfb731fb5d25f1aa493335a9e71297e485b7aef312c2",
        "1800deef121f1e76426a00665e5c4479674322d4f75edadd46debd5cd992f6ed",
        "090689d0585ff075ec9e99ad690c3395bc4b313370b38ef355acdadcd122975b",
        "12c85ea5db8c6deb4aab71808dcb408fe3d1e7690c43d37b4ce6cc0166fa7daa"})
    append(pair, *parse_hex_bytes("0x" + std::string(part)));
  return pair;
}

Bytes blake2f_input(uint32_t rounds) {
  Bytes input(213, 0x5a);
  for (unsigned i = 0; i < 4; ++i) input[i] = static_cast<uint8_t>(rounds >> (24 - 8 * i));
  input.back() = 1;
  return input;
}

Bytes modexp_input(const Bytes& base, const Bytes& exponent, const Bytes& modulus) {
  Bytes input;
  for (const Bytes* operand : {&base, &exponent, &modulus}) append(input, word(operand->size()));
  for (const Bytes* operand : {&base, &exponent, &modulus}) append(input, *operand);
  return input;
}

TEST(PrecompileParts, Blake2fInPeriodsOfItsSchedule) {
  expect_same(0x09, blake2f_input(200'001), 2);
  expect_same(0x09, blake2f_input(567'894), 3);
  EXPECT_EQ(precompile_parts(0x09, blake2f_input(200'000)), nullptr);
  Bytes flag = blake2f_input(1'000'000);
  flag.back() = 2; // refused at once
  EXPECT_EQ(precompile_parts(0x09, flag), nullptr);
}

TEST(PrecompileParts, PairingsOfBn254) {
  Bytes product; // 1 + 2 + ... + 19 less their sum
  for (uint64_t i = 1; i < 20; ++i) append(product, bn254_pair(i));
  expect_same(0x08, product, 3);
  const uint256 order =
      *parse_hex_quantity("0x30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001");
  Bytes one = word(1);
  append(one, word(2));
  append(one, word(order - uint256(190)));
  Bytes last = bn254_pair(1);
  const Bytes rest = to_bytes(*bn254_multiply(one));
  std::copy(rest.begin(), rest.end(), last.begin());
  append(product, last);
  expect_same(0x08, product, 3);
  EXPECT_EQ(in_parts(0x08, product).output.back(), 1);
  product[product.size() - 1] ^= 1;
  expect_same(0x08, product, 3);
  EXPECT_EQ(in_parts(0x08, product).status, PrecompileStatus::failure);
  product.pop_back();
  EXPECT_EQ(precompile_parts(0x08, product), nullptr);
}

TEST(PrecompileParts, PairingsAndSumsOfBls12381) {
  Bytes pairs, g1_terms, g2_terms;
  for (uint64_t i = 0; i < 9; ++i) {
    append(pairs, bls_g1(i));
    append(pairs, bls_g2(i + 3));
  }
  expect_same(0x0f, pairs, 2);
  for (uint64_t i = 0; i < 65; ++i) {
    append(g1_terms, bls_g1(i % 5));
    append(g1_terms, word(i * i));
  }
  expect_same(0x0c, g1_terms, 3);
  for (uint64_t i = 0; i < 17; ++i) {
    append(g2_terms, bls_g2(i % 5));
    append(g2_terms, word(uint256(i) << 77));
  }
  expect_same(0x0e, g2_terms, 2);
  g2_terms[g2_terms.size() - 40] ^= 1;
  expect_same(0x0e, g2_terms, 2);
}

TEST(PrecompileParts, PowersByPartsOfTheExponent) {
  const uint64_t seed = seed_from_environment();
  SCOPED_TRACE("RUNAHEAD_SEED=" + std::to_string(seed));
  Random random(seed);
  for (const size_t modulus_bytes : {1, 8, 32, 64, 200}) {
    const Bytes base = random.bytes(modulus_bytes + 3);
    size_t length = 64;
    while (!ModexpRun::has_parts(length, modulus_bytes)) length += length / 8;
    Bytes modulus = random.bytes(modulus_bytes), exponent = random.bytes(length);
    modulus.back() &= 0xfe; // even ones too
    modulus[0] |= 1;
    for (int odd = 0; odd < 2; ++odd, modulus.back() |= 1) {
      const Bytes input = modexp_input(base, exponent, modulus);
      const Ending ending = in_parts(0x05, input);
      EXPECT_GT(ending.parts, 4u);
      expect_same(0x05, input, ending.parts);
    }
    std::fill_n(exponent.begin(), length / 2, uint8_t{0});
    const Bytes zeros = modexp_input(base, exponent, modulus);
    expect_same(0x05, zeros, in_parts(0x05, zeros).parts);
  }
  const Bytes one = modexp_input({3}, repeated({0xff}, 1'000'000), {1});
  expect_same(0x05, one, 1); // modulo 1 everything is 0
  EXPECT_EQ(precompile_parts(0x05, modexp_input({3}, {5}, {7})), nullptr);
}

TEST(PrecompileRun, ChargesFirstAndRemembersLast) {
  PrecompileCache cache;
  const Bytes input = blake2f_input(1'000'000);
  const Address address = to_address(0x09);
  PrecompileRun poor(address, input, 999'999, Fork::osaka, cache);
  ASSERT_TRUE(poor.go_on());
  EXPECT_EQ(poor.outcome().status, PrecompileStatus::out_of_gas);
  PrecompileRun first(address, input, 1'000'007, Fork::osaka, cache);
  int parts = 1;
  while (!first.go_on()) ++parts;
  EXPECT_EQ(parts, 5);
  EXPECT_EQ(first.outcome().gas_left, 7);
  PrecompileRun again(address, input, 1'000'000, Fork::osaka, cache);
  EXPECT_TRUE(again.go_on());
  EXPECT_EQ(again.outcome().output, first.outcome().output);
}

} // namespace
} // namespace runahead
