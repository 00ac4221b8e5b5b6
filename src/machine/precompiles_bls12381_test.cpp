#include "base/hex.hpp"
#include "base/uint256.hpp"
#include "crypto/bls12381.hpp"
#include "machine/precompiles.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>

namespace runahead {
namespace {

constexpr int64_t plenty = 100'000'000;

PrecompileOutcome run(uint16_t id, const Bytes& input, int64_t gas = plenty,
                      Fork fork = Fork::osaka) {
  PrecompileCache cache;
  return run_precompile(to_address(uint256(id)), input, gas, fork, cache);
}

/// Expects an answer, and that it cost exactly `cost`: one gas less is too little.
void expect_answer(uint16_t id, const Bytes& input, const Bytes& output, int64_t cost,
                   Fork fork = Fork::osaka) {
  const PrecompileOutcome exact = run(id, input, cost, fork);
  EXPECT_EQ(exact.status, PrecompileStatus::success);
  EXPECT_EQ(to_hex(exact.output), to_hex(output));
  EXPECT_EQ(exact.gas_left, 0);
  EXPECT_EQ(run(id, input, cost - 1, fork).status, PrecompileStatus::out_of_gas);
  EXPECT_EQ(run(id, input, cost + 7, fork).gas_left, 7);
}

/// Refused whatever the gas, and all of it used.
void expect_failure(uint16_t id, const Bytes& input) {
  const PrecompileOutcome outcome = run(id, input);
  EXPECT_EQ(outcome.status, PrecompileStatus::failure) << id << " with " << input.size();
  EXPECT_EQ(outcome.gas_left, 0);
  EXPECT_TRUE(outcome.output.empty());
}

Bytes hex(std::string_view digits) { return parse_hex_bytes("0x" + std::string(digits)).value(); }

Bytes joined(std::initializer_list<Bytes> parts) {
  Bytes all;
  for (const Bytes& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

Bytes repeated(const Bytes& part, size_t count) {
  Bytes all;
  for (size_t i = 0; i < count; ++i) all.insert(all.end(), part.begin(), part.end());
  return all;
}

Bytes word(const uint256& value) {
  Bytes bytes(32);
  store_be(bytes.data(), value);
  return bytes;
}

Bytes element(std::string_view digits) { return joined({Bytes(16, 0), hex(digits)}); }

/// The generators of EIP-2537.
Bytes g1() {
  return joined(
      {element("17f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905a14e3a3f171bac586c55e83ff9"
               "7a1aeffb3af00adb22c6bb"),
       element("08b3f481e3aaa0f1a09e30ed741d8ae4fcf5e095d5d00af600db18cb2c04b3edd03cc744a2"
               "888ae40caa232946c5e7e1")});
}
Bytes g2() {
  return joined(
      {element("024aa2b2f08f0a91260805272dc51051c6e47ad4fa403b02b4510b647ae3d1770bac0326a8"
               "05bbefd48056c8c121bdb8"),
       element("13e02b6052719f607dacd3a088274f65596bd0d09920b61ab5da61bbdc7f5049334cf11213"
               "945d57e5ac7d055d042b7e"),
       element("0ce5d527727d6e118cc9cdc6da2e351aadfd9baa8cbdd3a76d429a695160d12c923ac9cc3b"
               "aca289e193548608b82801"),
       element("0606c4a02ea734cc32acd2b02bc28b99cb3e287e85a763af267492ab572e99ab3f370d275c"
               "ec1da1aaa9075ff05f79be")});
}

template <class Result>
Bytes bytes(const Result& result) {
  return Bytes(result.value().begin(), result.value().end());
}

const Bytes g1_infinity(128, 0), g2_infinity(256, 0);

TEST(Bls12Precompiles, Add) {
  expect_answer(0x0b, joined({g1(), g1_infinity}), g1(), 375);
  expect_answer(0x0d, joined({g2(), g2_infinity}), g2(), 600);
  expect_failure(0x0b, {});
  expect_failure(0x0b, joined({g1(), g1(), {0}}));
  expect_failure(0x0b, g1());
  expect_failure(0x0d, g2());
  expect_failure(0x0d, joined({g2(), g2(), {0}}));
}

/// Gas of EIP-2537's tables; the sum of k times the generator times 1 is k times it.
TEST(Bls12Precompiles, MultiScalarMultiplication) {
  struct Price {
    size_t terms;
    int64_t g1, g2;
  };
  for (const Price& price : {Price{1, 12000, 22500},
                             {2, 22776, 45000},
                             {3, 30528, 62302},
                             {16, 129984, 258120},
                             {64, 442368, 838080},
                             {127, 792480, 1497330},
                             {128, 797184, 1509120},
                             {129, 803412, 1520910},
                             {200, 1245600, 2358000}}) {
    const uint256 k = price.terms;
    expect_answer(0x0c, repeated(joined({g1(), word(uint256(1))}), price.terms),
                  bytes(bls12381::g1_multi_scalar(joined({g1(), word(k)}))), price.g1);
    expect_answer(0x0e, repeated(joined({g2(), word(uint256(1))}), price.terms),
                  bytes(bls12381::g2_multi_scalar(joined({g2(), word(k)}))), price.g2);
  }
  for (const size_t size : {size_t(0), size_t(1), size_t(159), size_t(161), size_t(288 + 1)}) {
    expect_failure(0x0c, Bytes(size, 0));
    expect_failure(0x0e, Bytes(size, 0));
  }
}

TEST(Bls12Precompiles, PairingCheck) {
  const Bytes one = word(uint256(1)), zero = word(uint256(0));
  const Bytes minus = bytes(bls12381::g1_multi_scalar(
      joined({g1(), hex("73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000000")})));
  expect_answer(0x0f, joined({g1(), g2()}), zero, 70300);
  expect_answer(0x0f, joined({g1(), g2(), minus, g2()}), one, 102900);
  expect_answer(0x0f, joined({g1(), g2(), minus, g2(), g1(), g2_infinity}), one, 135500);
  for (const size_t size : {0, 1, 383, 385}) expect_failure(0x0f, Bytes(size, 0));
}

TEST(Bls12Precompiles, Maps) {
  const Bytes u(64, 0), v(128, 0);
  expect_answer(0x10, u, bytes(bls12381::map_to_g1(u)), 5500);
  expect_answer(0x11, v, bytes(bls12381::map_to_g2(v)), 23800);
  expect_failure(0x10, v);
  expect_failure(0x11, u);
  expect_failure(0x10, {});
}

/// From the tests of the consensus specs.
const std::string_view versioned_hash =
    "014edfed8547661f6cb416eba53061a2f6dce872c0497e6dd485a876fe2567f1";
const std::string_view commitment =
    "a421e229565952cfff4ef3517100a97da1d4fe57956fa50a442f92af03b1bf3"
    "7adacc8ad4ed209b31287ea5bb94d9d06";

Bytes kzg_input() {
  return joined(
      {hex(versioned_hash), hex("564c0a11a0f704f4fc3e8acfe0f8245f0ad1347b378fbf96e206da11a5d36306"),
       hex("6d928e13fe443e957d82e3e71d48cb65d51028eb4483e719bf8efcdf12f7c321"), hex(commitment),
       hex("a444d6bb5aadc3ceb615b50d6606bd54bfe529f59247987cd1ab848d19de599a9052f1835fb0d0"
           "d44cf70183e19a68c9")});
}

TEST(KzgPrecompile, AnswersWithTheSizeOfABlobAndTheModulus) {
  const Bytes answer =
      joined({word(uint256(4096)),
              hex("73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001")});
  for (const Fork fork : {Fork::cancun, Fork::prague, Fork::osaka})
    expect_answer(0x0a, kzg_input(), answer, 50000, fork);
}

TEST(KzgPrecompile, RefusesEverythingElse) {
  const Bytes good = kzg_input();
  for (size_t at = 0; at < good.size(); at += 5) {
    Bytes bad = good;
    bad[at] ^= 1;
    expect_failure(0x0a, bad);
  }
  expect_failure(0x0a, {});
  expect_failure(0x0a, Bytes(good.begin(), good.end() - 1));
  expect_failure(0x0a, joined({good, {0}}));
  EXPECT_EQ(run(0x0a, {}, 49999).status, PrecompileStatus::out_of_gas);
}

} // namespace
} // namespace runahead
