#include "base/hex.hpp"
#include "base/random.hpp"
#include "base/uint256.hpp"
#include "crypto/secp256k1.hpp"
#include "machine/precompiles.hpp"

#include <gmpxx.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <limits>
#include <string>

namespace runahead {
namespace {

/// A fresh generator; its seed is printed so that a failure can be run again.
Random seeded() {
  const uint64_t seed = seed_from_environment();
  std::printf("RUNAHEAD_SEED=%llu\n", static_cast<unsigned long long>(seed));
  return Random(seed);
}

constexpr int64_t plenty = 100'000'000;
constexpr Fork all_forks[] = {
    Fork::frontier,        Fork::homestead, Fork::tangerine_whistle,
    Fork::spurious_dragon, Fork::byzantium, Fork::constantinople,
    Fork::petersburg,      Fork::istanbul,  Fork::berlin,
    Fork::london,          Fork::paris,     Fork::shanghai,
    Fork::cancun,          Fork::prague,    Fork::osaka,
};
static_assert(std::size(all_forks) == fork_count);

Bytes hex(const std::string& digits) { return parse_hex_bytes("0x" + digits).value(); }

Bytes joined(std::initializer_list<Bytes> parts) {
  Bytes all;
  for (const Bytes& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

Bytes word(const uint256& value) {
  Bytes bytes(32);
  store_be(bytes.data(), value);
  return bytes;
}

Address address(uint16_t id) { return to_address(uint256(id)); }

PrecompileOutcome run(uint16_t id, const Bytes& input, Fork fork = Fork::osaka,
                      int64_t gas = plenty) {
  PrecompileCache cache;
  return run_precompile(address(id), input, gas, fork, cache);
}

/// Expects an answer, and that it cost exactly `cost`: one gas less is too little.
void expect_answer(uint16_t id, Fork fork, const Bytes& input, const Bytes& output, int64_t cost) {
  const PrecompileOutcome rich = run(id, input, fork);
  EXPECT_EQ(rich.status, PrecompileStatus::success);
  EXPECT_EQ(to_hex(rich.output), to_hex(output));
  EXPECT_EQ(rich.gas_left, plenty - cost);

  const PrecompileOutcome exact = run(id, input, fork, cost);
  EXPECT_EQ(exact.status, PrecompileStatus::success);
  EXPECT_EQ(exact.gas_left, 0);

  if (cost == 0) return;
  const PrecompileOutcome poor = run(id, input, fork, cost - 1);
  EXPECT_EQ(poor.status, PrecompileStatus::out_of_gas);
  EXPECT_EQ(poor.gas_left, 0);
  EXPECT_TRUE(poor.output.empty());
}

void expect_failure(uint16_t id, Fork fork, const Bytes& input) {
  const PrecompileOutcome outcome = run(id, input, fork);
  EXPECT_EQ(outcome.status, PrecompileStatus::failure);
  EXPECT_EQ(outcome.gas_left, 0);
  EXPECT_TRUE(outcome.output.empty());
}

TEST(Precompiles, WhichAtWhichFork) {
  constexpr size_t counts[fork_count] = {4, 4, 4, 4, 8, 8, 8, 9, 9, 9, 9, 9, 10, 17, 18};
  for (size_t i = 0; i < fork_count; ++i) {
    const Fork fork = all_forks[i];
    std::vector<Address> addresses;
    for (const Precompile& row : precompiles(fork)) addresses.push_back(row.address());
    ASSERT_EQ(addresses.size(), counts[i]) << name(fork);
    for (uint32_t id = 0; id <= 0x1ff; ++id) {
      const bool expected = (id >= 1 && id <= 17 && id <= counts[i]) || (id == 0x100 && i == 14);
      const Address candidate = address(static_cast<uint16_t>(id));
      EXPECT_EQ(is_precompile(candidate, fork), expected) << id << " at " << name(fork);
      EXPECT_EQ(std::ranges::count(addresses, candidate), expected ? 1 : 0);
    }
    EXPECT_TRUE(std::ranges::is_sorted(addresses));
  }
  EXPECT_EQ(precompiles(Fork::osaka).back().name, "P256VERIFY");
  EXPECT_EQ(precompiles(Fork::cancun).back().name, "KZG_POINT_EVALUATION");
}

TEST(Precompiles, EveryByteOfTheAddressCounts) {
  for (size_t position = 0; position < 19; ++position) {
    Address almost = address(1);
    almost.bytes[position] = 1;
    EXPECT_FALSE(is_precompile(almost, Fork::osaka)) << "byte " << position;
  }
}

TEST(Precompiles, EveryOneIsBuilt) {
  for (const Precompile& row : precompiles(Fork::osaka)) EXPECT_NE(row.run, nullptr) << row.name;
}

// 0x01

Bytes ecrecover_input(const uint256& v) {
  return joined({hex("18c547e4f7b0f325ad1e56f57e26c745b09a3e503d86e00e5255ff7f715d3d1c"), word(v),
                 hex("73b1693892219d736caba55bdb67216e485557ea6b6af75f37096c9aa6a5a75f"),
                 hex("eeb940b1d03b21e36b0e47e79769f095fe2ab855bd91e3a38756b7d75a9c4549")});
}
const char ecrecover_signer[] = "000000000000000000000000a94f5374fce5edbc8e2a8697c15331677e6ebf0b";

TEST(Ecrecover, Answers) {
  const Bytes input = ecrecover_input(28);
  expect_answer(1, Fork::frontier, input, hex(ecrecover_signer), 3000);
  expect_answer(1, Fork::osaka, joined({input, hex("ffff")}), hex(ecrecover_signer), 3000);
}

TEST(Ecrecover, AnswersNothingWithoutASigner) {
  for (const uint256& v : {uint256(0), uint256(1), uint256(26), uint256(29), uint256(255),
                           uint256(256 + 28), uint256(28, 0, 0, 1), uint256(28, 1, 0, 0)})
    expect_answer(1, Fork::osaka, ecrecover_input(v), {}, 3000);
  expect_answer(1, Fork::osaka, {}, {}, 3000);
  Bytes no_point = ecrecover_input(28);
  std::ranges::copy(word(5), no_point.begin() + 64); // r = 5
  expect_answer(1, Fork::osaka, no_point, {}, 3000);
  Bytes large_s = ecrecover_input(28);
  std::ranges::copy(word(secp256k1_order), large_s.begin() + 96);
  expect_answer(1, Fork::osaka, large_s, {}, 3000);
}

TEST(Ecrecover, PadsShortInput) {
  // s ends in zero bytes when they are cut off: sign until it does.
  const Hash256 key = to_hash(uint256(77));
  for (uint64_t i = 0;; ++i) {
    ASSERT_LT(i, 100'000u);
    const Hash256 digest = to_hash(uint256(i));
    const auto signature = sign(digest, key);
    ASSERT_TRUE(signature);
    if ((signature->s.w[0] & 0xff) != 0) continue;
    Bytes input = joined({to_bytes(digest), word(27u + signature->y_parity), word(signature->r),
                          word(signature->s)});
    input.pop_back();
    const Address signer = address_of_secret_key(key).value();
    expect_answer(1, Fork::osaka, input, joined({Bytes(12), to_bytes(signer)}), 3000);
    return;
  }
}

// 0x02, 0x03, 0x04

TEST(Hashes, Answer) {
  const Bytes abc = hex("616263");
  expect_answer(2, Fork::frontier, abc,
                hex("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"), 72);
  expect_answer(3, Fork::frontier, abc,
                hex("0000000000000000000000008eb208f7e05d987a9b044a8e98c6b087f15a0bfc"), 720);
  expect_answer(2, Fork::osaka, {},
                hex("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"), 60);
  expect_answer(3, Fork::osaka, {},
                hex("0000000000000000000000009c1185a5c5e9fc54612808977ee8f548b2258d31"), 600);
}

TEST(Hashes, ChargeByTheWord) {
  for (const auto& [size, words] : {std::pair{1, 1},
                                    {31, 1},
                                    {32, 1},
                                    {33, 2},
                                    {64, 2},
                                    {65, 3},
                                    {1024, 32},
                                    {100'001, 3126}}) {
    const Bytes input(static_cast<size_t>(size), 0xab);
    EXPECT_EQ(plenty - run(2, input).gas_left, 60 + 12 * words);
    EXPECT_EQ(plenty - run(3, input).gas_left, 600 + 120 * words);
    expect_answer(4, Fork::frontier, input, input, 15 + 3 * words);
  }
  expect_answer(4, Fork::osaka, {}, {}, 15);
}

// 0x05

Bytes modexp_input(const uint256& base_length, const uint256& exponent_length,
                   const uint256& modulus_length, const std::string& operands = "") {
  return joined({word(base_length), word(exponent_length), word(modulus_length), hex(operands)});
}

uint64_t modexp_gas(const Bytes& input, Fork fork) {
  return find_precompile(address(5), fork)->gas(input, fork);
}

// The examples of EIP-198, with the price the formula gives them.
TEST(Modexp, Eip198Examples) {
  const std::string minus_one = "fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2e";
  const std::string prime = "fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2f";
  const Bytes fermat = modexp_input(1, 32, 32, "03" + minus_one + prime);
  expect_answer(5, Fork::byzantium, fermat, word(1), 13056);
  expect_answer(5, Fork::berlin, fermat, word(1), 1360);
  expect_answer(5, Fork::osaka, fermat, word(1), 4080);
  expect_answer(5, Fork::byzantium, modexp_input(0, 32, 32, minus_one + prime), word(0), 13056);

  const Bytes power = hex("3b01b01ac41f2d6e917c6d6a221ce793802469026d9ab7578fa2e79e4da6aaab");
  const std::string rest = "80" + std::string(62, '0') + "07"; // one byte too many
  expect_answer(5, Fork::byzantium, modexp_input(1, 2, 32, "03ffff" + rest), power, 768);
  expect_answer(5, Fork::osaka, modexp_input(1, 2, 32, "03ffff80"), power, 500); // 31 too few
}

TEST(Modexp, CornersOfTheLengths) {
  for (const Fork fork : {Fork::byzantium, Fork::berlin, Fork::osaka}) {
    const int64_t minimum = fork == Fork::byzantium ? 0 : fork == Fork::berlin ? 200 : 500;
    expect_answer(5, fork, {}, {}, minimum);
    expect_answer(5, fork, modexp_input(0, 0, 0, "ffff"), {}, minimum);
    expect_answer(5, fork, modexp_input(1, 1, 0, "0505"), {}, minimum);
    expect_answer(5, fork, modexp_input(0, 0, 1), hex("00"), minimum);       // modulo 0
    expect_answer(5, fork, modexp_input(0, 0, 1, "01"), hex("00"), minimum); // modulo 1
    expect_answer(5, fork, modexp_input(0, 0, 2, "0003"), hex("0001"), minimum);
    expect_answer(5, fork, modexp_input(1, 0, 1, "0007"), hex("01"), minimum);
    expect_answer(5, fork, modexp_input(2, 1, 1, "010103fd"), hex("40"),
                  minimum); // 257 ^ 3 mod 253
    // Input that ends within the lengths: base length 0x0100..., far too long.
    const PrecompileOutcome cut = run(5, hex("01"), fork);
    EXPECT_NE(cut.status, PrecompileStatus::success);
  }
}

TEST(Modexp, ExponentOfAnyLengthIsFreeWithoutBaseAndModulus) {
  const uint256 longest = uint256(0) - uint256(1);
  const Bytes input = modexp_input(0, longest, 0);
  expect_answer(5, Fork::byzantium, input, {}, 0);
  expect_answer(5, Fork::prague, input, {}, 200);
  expect_failure(5, Fork::osaka, input);
}

TEST(Modexp, OsakaBoundsEachLength) {
  const Bytes longest = modexp_input(1024, 1024, 1024);
  const PrecompileOutcome outcome = run(5, longest, Fork::osaka, 6 * plenty);
  EXPECT_EQ(outcome.status, PrecompileStatus::success);
  EXPECT_EQ(outcome.output, Bytes(1024));
  EXPECT_EQ(outcome.gas_left, 6 * plenty - 2 * 128 * 128 * 16 * 992);
  for (const Bytes& input :
       {modexp_input(1025, 0, 0), modexp_input(0, 1025, 0), modexp_input(0, 0, 1025),
        modexp_input(uint256(0, 1, 0, 0), 1, 1), modexp_input(1, uint256(0, 0, 0, 1), 1)}) {
    expect_failure(5, Fork::osaka, input);
    EXPECT_EQ(run(5, input, Fork::osaka, 0).status, PrecompileStatus::failure);
  }
  EXPECT_EQ(run(5, modexp_input(1025, 1, 1, "")).status, PrecompileStatus::failure);
  EXPECT_EQ(run(5, modexp_input(1025, 1, 1, ""), Fork::prague).status, PrecompileStatus::success);
}

// What a node could in theory be paid for but this library refuses to hold in memory.
TEST(Modexp, OperandsTooLongForMemoryAreNoResult) {
  constexpr int64_t all_gas = std::numeric_limits<int64_t>::max();
  EXPECT_EQ(run(5, modexp_input(0, 0, uint64_t(1) << 33), Fork::prague, all_gas).status,
            PrecompileStatus::beyond_limits);
  EXPECT_EQ(run(5, modexp_input(1, uint64_t(1) << 40, 1), Fork::byzantium, all_gas).status,
            PrecompileStatus::beyond_limits);
  for (const Fork fork : {Fork::byzantium, Fork::prague}) {
    const uint256 longest = uint256(0) - uint256(1);
    EXPECT_EQ(run(5, modexp_input(0, 0, longest), fork, all_gas).status,
              PrecompileStatus::out_of_gas);
    EXPECT_EQ(run(5, modexp_input(longest, longest, longest), fork, all_gas).status,
              PrecompileStatus::out_of_gas);
    EXPECT_EQ(run(5, modexp_input(1, longest, 0), fork, all_gas).status,
              PrecompileStatus::out_of_gas);
  }
}

// The price table of EIP-7883, for the inputs whose lengths and exponents tell the price; the
// EIP-198 column is what EIP-2565 gives for the same inputs.
TEST(Modexp, PriceTable) {
  struct Row {
    uint64_t length;
    const char* exponent;
    uint64_t eip198, eip2565, eip7883;
  };
  constexpr Row rows[] = {
      {64, "02", 204, 200, 500},
      {64, "03", 204, 200, 500},
      {64, "010001", 3276, 341, 2048},
      {128, "02", 665, 200, 512},
      {128, "03", 665, 200, 512},
      {128, "010001", 10649, 1365, 8192},
      {256, "02", 1894, 341, 2048},
      {256, "03", 1894, 341, 2048},
      {256, "010001", 30310, 5461, 32768},
      {512, "02", 5580, 1365, 8192},
      {512, "03", 5580, 1365, 8192},
      {512, "010001", 89292, 21845, 131072},
      {1024, "02", 17868, 5461, 32768},
      {1024, "03", 17868, 5461, 32768},
      {1024, "010001", 285900, 87381, 524288},
  };
  for (const Row& row : rows) {
    const std::string exponent = row.exponent;
    const Bytes input = modexp_input(row.length, exponent.size() / 2, row.length,
                                     std::string(2 * row.length, '7') + exponent);
    EXPECT_EQ(modexp_gas(input, Fork::byzantium), row.eip198) << row.length << " " << exponent;
    EXPECT_EQ(modexp_gas(input, Fork::istanbul), row.eip198);
    EXPECT_EQ(modexp_gas(input, Fork::berlin), row.eip2565);
    EXPECT_EQ(modexp_gas(input, Fork::prague), row.eip2565);
    EXPECT_EQ(modexp_gas(input, Fork::osaka), row.eip7883);
  }
}

mpz_class big(const uint256& value) {
  mpz_class result;
  mpz_import(result.get_mpz_t(), 4, -1, 8, 0, 0, value.w);
  return result;
}

/// The formulas of the three EIPs in unbounded integers. `head` is the first 32 bytes of the
/// exponent.
mpz_class exact_modexp_price(const uint256& base_length, const uint256& exponent_length,
                             const uint256& modulus_length, const mpz_class& head, Fork fork) {
  const mpz_class x = std::max(big(base_length), big(modulus_length));
  const mpz_class words = (x + 7) / 8;
  mpz_class complexity;
  if (fork >= Fork::osaka)
    complexity = x <= 32 ? mpz_class(16) : mpz_class(2 * words * words);
  else if (fork >= Fork::berlin)
    complexity = words * words;
  else if (x <= 64)
    complexity = x * x;
  else if (x <= 1024)
    complexity = x * x / 4 + 96 * x - 3072;
  else
    complexity = x * x / 16 + 480 * x - 199680;

  mpz_class iterations = head == 0 ? 0 : mpz_sizeinbase(head.get_mpz_t(), 2) - 1;
  if (big(exponent_length) > 32)
    iterations += (fork >= Fork::osaka ? 16 : 8) * (big(exponent_length) - 32);
  if (iterations < 1) iterations = 1;
  const mpz_class price = complexity * iterations /
                          (fork >= Fork::osaka    ? 1
                           : fork >= Fork::berlin ? 3
                                                  : 20);
  const mpz_class minimum = fork >= Fork::osaka ? 500 : fork >= Fork::berlin ? 200 : 0;
  return std::max(price, minimum);
}

// Up to the limit of the type the price is exact; above, it is only known to be too much for any
// caller.
TEST(Modexp, PriceAgreesWithUnboundedIntegers) {
  Random random = seeded();
  const auto length = [&random](unsigned bits) {
    const uint256 full(random(), random(), random(), random());
    return full >> static_cast<unsigned>(256 - random() % (bits + 1));
  };
  const mpz_class all_gas = std::numeric_limits<int64_t>::max();
  for (int i = 0; i < 100'000; ++i) {
    const Fork fork = std::array{Fork::byzantium, Fork::berlin, Fork::osaka}[random() % 3];
    const unsigned bits = fork == Fork::osaka ? 10 : std::array{8, 12, 40, 70, 256}[random() % 5];
    const uint256 base = length(random() % 2 == 0 ? 8 : bits);
    const uint256 exponent = length(bits), modulus = length(bits);
    Bytes operands(random() % 400);
    for (uint8_t& byte : operands) byte = random() % 4 == 0 ? static_cast<uint8_t>(random()) : 0;
    const Bytes input = joined({word(base), word(exponent), word(modulus), operands});

    mpz_class head = 0;
    const uint64_t head_size = exponent.fits_u64() ? std::min<uint64_t>(exponent.w[0], 32) : 32;
    for (uint64_t k = 0; k < head_size; ++k) {
      const bool present = base.fits_u64() && base.w[0] < 1000 && base.w[0] + k < operands.size();
      head = head * 256 + (present ? operands[base.w[0] + k] : 0);
    }
    const mpz_class exact = exact_modexp_price(base, exponent, modulus, head, fork);
    const mpz_class gas = modexp_gas(input, fork);
    EXPECT_TRUE(exact <= all_gas ? gas == exact : gas > all_gas)
        << gas.get_str() << " for " << exact.get_str() << ": " << to_hex(input) << " at "
        << name(fork);
  }
}

// 0x06, 0x07, 0x08

TEST(Bn254Precompiles, AnswerAtThePriceOfTheFork) {
  const Bytes generator = joined({word(1), word(2)}), infinity(64);
  const Bytes twice = hex("030644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd3"
                          "15ed738c0e0a7c92e7845f96b2ae9c0a68a6a449e3538fc7ff3ebf7a5a18a2c4");
  const Bytes g2 = hex("198e9393920d483a7260bfb731fb5d25f1aa493335a9e71297e485b7aef312c2"
                       "1800deef121f1e76426a00665e5c4479674322d4f75edadd46debd5cd992f6ed"
                       "090689d0585ff075ec9e99ad690c3395bc4b313370b38ef355acdadcd122975b"
                       "12c85ea5db8c6deb4aab71808dcb408fe3d1e7690c43d37b4ce6cc0166fa7daa");
  const Bytes inverse = joined({word(1), hex("30644e72e131a029b85045b68181585d"
                                             "97816a916871ca8d3c208c16d87cfd45")});
  for (const Fork fork : {Fork::byzantium, Fork::petersburg, Fork::istanbul, Fork::osaka}) {
    const bool late = fork >= Fork::istanbul;
    const int64_t add = late ? 150 : 500, mul = late ? 6000 : 40'000;
    const int64_t pairing = late ? 45'000 : 100'000, pair = late ? 34'000 : 80'000;
    expect_answer(6, fork, joined({generator, generator}), twice, add);
    expect_answer(6, fork, {}, infinity, add);
    expect_answer(7, fork, joined({generator, word(2)}), twice, mul);
    expect_answer(7, fork, {}, infinity, mul);
    expect_answer(8, fork, {}, word(1), pairing);
    expect_answer(8, fork, joined({generator, g2}), word(0), pairing + pair);
    expect_answer(8, fork, joined({generator, g2, inverse, g2}), word(1), pairing + 2 * pair);
  }
}

TEST(Bn254Precompiles, RefuseBadInput) {
  const Bytes off_the_curve = joined({word(1), word(1), word(0)});
  for (uint16_t id = 6; id <= 8; ++id) {
    expect_failure(id, Fork::byzantium, off_the_curve);
    expect_failure(id, Fork::osaka, joined({off_the_curve, Bytes(96)}));
  }
  expect_failure(8, Fork::osaka, Bytes(191));
  // The price is that of the whole pairs; so bad lengths are refused, not found too expensive.
  EXPECT_EQ(run(8, Bytes(191), Fork::osaka, 45'000).status, PrecompileStatus::failure);
  EXPECT_EQ(run(8, Bytes(191), Fork::osaka, 44'999).status, PrecompileStatus::out_of_gas);
}

// 0x09

const std::string blake2f_tail = "48c9bdf267e6096a3ba7ca8485ae67bb2bf894fe72f36e3cf1361d5f3af54fa5"
                                 "d182e6ad7f520e511f6c3e2b8c68059b6bbd41fbabd9831f79217e1319cde05b"
                                 "616263" +
                                 std::string(250, '0') + "03000000000000000000000000000000";

// EIP-152's vectors 0 to 7.
TEST(Blake2fPrecompile, Eip152Vectors) {
  expect_failure(9, Fork::istanbul, {});
  expect_failure(9, Fork::istanbul, hex("00000c" + blake2f_tail + "01"));
  expect_failure(9, Fork::istanbul, hex("000000000c" + blake2f_tail + "01"));
  expect_failure(9, Fork::istanbul, hex("0000000c" + blake2f_tail + "02"));
  expect_failure(9, Fork::osaka, hex("0000000c" + blake2f_tail + "ff"));
  expect_answer(9, Fork::istanbul, hex("00000000" + blake2f_tail + "01"),
                hex("08c9bcf367e6096a3ba7ca8485ae67bb2bf894fe72f36e3cf1361d5f3af54fa5"
                    "d282e6ad7f520e511f6c3e2b8c68059b9442be0454267ce079217e1319cde05b"),
                0);
  expect_answer(9, Fork::istanbul, hex("0000000c" + blake2f_tail + "01"),
                hex("ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d1"
                    "7d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923"),
                12);
  expect_answer(9, Fork::osaka, hex("0000000c" + blake2f_tail + "00"),
                hex("75ab69d3190a562c51aef8d88f1c2775876944407270c42c9844252c26d28752"
                    "98743e7f6d5ea2f2d3e8d226039cd31b4e426ac4f2d3d666a610c2116fde4735"),
                12);
  expect_answer(9, Fork::istanbul, hex("00000001" + blake2f_tail + "01"),
                hex("b63a380cb2897d521994a85234ee2c181b5f844d2c624c002677e9703449d2fb"
                    "a551b3a8333bcdf5f2f7e08993d53923de3d64fcc68c034e717b9293fed7a421"),
                1);
}

TEST(Blake2fPrecompile, RoundsAreBigEndianAndUnsigned) {
  const Bytes most = hex("ffffffff" + blake2f_tail + "01");
  EXPECT_EQ(find_precompile(address(9), Fork::osaka)->gas(most, Fork::osaka), 0xffffffffu);
  EXPECT_EQ(run(9, most, Fork::osaka, 0xfffffffe).status, PrecompileStatus::out_of_gas);
  EXPECT_EQ(run(9, hex("00010000" + blake2f_tail + "01")).gas_left, plenty - 65536);
}

// 0x100

// RFC 6979, A.2.5: "sample" with SHA-256.
const std::string p256_sample = "af2bdbe1aa9b6ec1e2ade1d694f41fc71a831d0268e9891562113d8a62add1bf"
                                "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716"
                                "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8"
                                "60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"
                                "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299";

TEST(P256Verify, Answers) { expect_answer(0x100, Fork::osaka, hex(p256_sample), word(1), 6900); }

TEST(P256Verify, AnswersNothingOtherwise) {
  expect_answer(0x100, Fork::osaka, {}, {}, 6900);
  expect_answer(0x100, Fork::osaka, hex(p256_sample.substr(2)), {}, 6900);
  expect_answer(0x100, Fork::osaka, hex(p256_sample + "00"), {}, 6900);
  for (size_t at = 0; at < 160; at += 13) {
    Bytes mutant = hex(p256_sample);
    mutant[at] ^= 1;
    expect_answer(0x100, Fork::osaka, mutant, {}, 6900);
  }
}

} // namespace
} // namespace runahead
