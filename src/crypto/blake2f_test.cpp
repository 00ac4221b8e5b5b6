#include "base/bytes.hpp"
#include "base/hex.hpp"
#include "base/random.hpp"
#include "crypto/blake2f.hpp"

#include <gtest/gtest.h>
#include <openssl/evp.h>

#include <algorithm>
#include <bit>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace runahead {
namespace {

/// A fresh generator; its seed is printed so that a failure can be run again.
Random seeded() {
  const uint64_t seed = seed_from_environment();
  std::printf("RUNAHEAD_SEED=%llu\n", static_cast<unsigned long long>(seed));
  return Random(seed);
}

/// The chaining state that unkeyed BLAKE2b-512 starts with: the IV with the parameter block in its
/// first word (digest length 64, fan-out 1, depth 1).
constexpr std::array<uint64_t, 8> initial_state = {
    0x6a09e667f3bcc908 ^ 0x01010040,
    0xbb67ae8584caa73b,
    0x3c6ef372fe94f82b,
    0xa54ff53a5f1d36f1,
    0x510e527fade682d1,
    0x9b05688c2b3e6c1f,
    0x1f83d9abfb41bd6b,
    0x5be0cd19137e2179,
};

Blake2fInput abc_block(bool final_block) {
  Blake2fInput input{initial_state, {}, {3, 0}, final_block};
  input.m[0] = 0x636261; // "abc"
  return input;
}

std::string hex(const std::array<uint64_t, 8>& h) {
  return to_hex(BytesView(reinterpret_cast<const uint8_t*>(h.data()), sizeof h));
}

// EIP-152, test vectors 4 to 7. Vector 5 is also RFC 7693 appendix A.
TEST(Blake2f, Eip152Vectors) {
  EXPECT_EQ(hex(blake2f(0, abc_block(true))),
            "0x08c9bcf367e6096a3ba7ca8485ae67bb2bf894fe72f36e3cf1361d5f3af54fa5"
            "d282e6ad7f520e511f6c3e2b8c68059b9442be0454267ce079217e1319cde05b");
  EXPECT_EQ(hex(blake2f(12, abc_block(true))),
            "0xba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d1"
            "7d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923");
  EXPECT_EQ(hex(blake2f(12, abc_block(false))),
            "0x75ab69d3190a562c51aef8d88f1c2775876944407270c42c9844252c26d28752"
            "98743e7f6d5ea2f2d3e8d226039cd31b4e426ac4f2d3d666a610c2116fde4735");
  EXPECT_EQ(hex(blake2f(1, abc_block(true))),
            "0xb63a380cb2897d521994a85234ee2c181b5f844d2c624c002677e9703449d2fb"
            "a551b3a8333bcdf5f2f7e08993d53923de3d64fcc68c034e717b9293fed7a421");
}

// EIP-152, test vector 8.
TEST(Blake2f, AllTheRoundsThereCanBe) {
  if (std::getenv("RUNAHEAD_FULL") == nullptr)
    GTEST_SKIP() << "2^32 - 1 rounds take half a minute; set RUNAHEAD_FULL";
  EXPECT_EQ(hex(blake2f(0xffffffff, abc_block(true))),
            "0xfc59093aafa9ab43daae0e914c57635c5402d8e3d2130eb9b3cc181de7f0ecf9"
            "b22bf99a7815ce16419e200e01846e6b5df8cc7703041bbceb571de6631d2615");
}

/// BLAKE2b-512 of a message, made of nothing but the function under test.
std::string blake2b(const Bytes& message) {
  std::array<uint64_t, 8> h = initial_state;
  size_t done = 0;
  do {
    Blake2fInput input{h, {}, {}, false};
    const size_t size = std::min<size_t>(128, message.size() - done);
    std::copy_n(message.begin() + static_cast<ptrdiff_t>(done), size,
                reinterpret_cast<uint8_t*>(input.m.data()));
    done += size;
    input.t[0] = done;
    input.final_block = done == message.size();
    h = blake2f(12, input);
  } while (done < message.size());
  return hex(h);
}

TEST(Blake2f, MakesTheBlake2bOfOpenssl) {
  Random random = seeded();
  for (size_t size = 0; size < 700; ++size) {
    Bytes message(size);
    for (uint8_t& byte : message) byte = static_cast<uint8_t>(random());
    std::array<uint8_t, 64> expected;
    unsigned expected_size = 0;
    ASSERT_EQ(EVP_Digest(message.data(), size, expected.data(), &expected_size, EVP_blake2b512(),
                         nullptr),
              1);
    EXPECT_EQ(blake2b(message), to_hex(BytesView(expected))) << size << " bytes";
  }
}

/// RFC 7693, 3.2, word by word.
std::array<uint64_t, 8> reference(uint32_t rounds, const Blake2fInput& input) {
  constexpr const char* sigma[10] = {"0123456789abcdef", "ea489fd61c02b753", "b8c052fdae367194",
                                     "7931dcbe265a40f8", "905724afe1bc683d", "2c6a0b834d75fe19",
                                     "c51fed4a0763928b", "db7ec13950f4862a", "6fe9b308c2d714a5",
                                     "a2847615fb9e3cd0"};
  std::array<uint64_t, 16> v;
  std::copy(input.h.begin(), input.h.end(), v.begin());
  std::copy(initial_state.begin(), initial_state.end(), v.begin() + 8);
  v[8] ^= 0x01010040;
  v[12] ^= input.t[0];
  v[13] ^= input.t[1];
  if (input.final_block) v[14] = ~v[14];
  const auto g = [&v](int a, int b, int c, int d, uint64_t x, uint64_t y) {
    v[a] += v[b] + x;
    v[d] = std::rotr(v[d] ^ v[a], 32);
    v[c] += v[d];
    v[b] = std::rotr(v[b] ^ v[c], 24);
    v[a] += v[b] + y;
    v[d] = std::rotr(v[d] ^ v[a], 16);
    v[c] += v[d];
    v[b] = std::rotr(v[b] ^ v[c], 63);
  };
  for (uint32_t round = 0; round < rounds; ++round) {
    const auto m = [&](int i) {
      const char digit = sigma[round % 10][i];
      return input.m[digit <= '9' ? digit - '0' : digit - 'a' + 10];
    };
    for (int i = 0; i < 4; ++i) g(i, 4 + i, 8 + i, 12 + i, m(2 * i), m(2 * i + 1));
    for (int i = 0; i < 4; ++i)
      g(i, 4 + (i + 1) % 4, 8 + (i + 2) % 4, 12 + (i + 3) % 4, m(8 + 2 * i), m(9 + 2 * i));
  }
  std::array<uint64_t, 8> h;
  for (size_t i = 0; i < 8; ++i) h[i] = input.h[i] ^ v[i] ^ v[i + 8];
  return h;
}

TEST(Blake2f, AgreesWithTheReferenceForAnyRounds) {
  Random random = seeded();
  for (uint32_t rounds = 0; rounds < 300; ++rounds) {
    Blake2fInput input;
    for (uint64_t& word : input.h) word = random();
    for (uint64_t& word : input.m) word = random();
    for (uint64_t& word : input.t) word = random();
    input.final_block = random() % 2 == 0;
    for (const CpuLevel level : {CpuLevel::v3, CpuLevel::v4})
      if (level <= machine_cpu_level())
        EXPECT_EQ(blake2f(level, rounds, input), reference(rounds, input))
            << rounds << " rounds, " << name(level);
  }
}

} // namespace
} // namespace runahead
