#include "base/hex.hpp"
#include "base/random.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>

namespace runahead {
namespace {

std::string error_of(const auto& result) { return result ? "accepted" : result.error().message; }

TEST(Hex, WritesBytesAndNumbers) {
  EXPECT_EQ(to_hex(BytesView{}), "0x");
  EXPECT_EQ(to_hex(Bytes{0x00, 0x0f, 0xa0, 0xff}), "0x000fa0ff");
  EXPECT_EQ(to_hex(Address{{0xab}}), "0xab" + std::string(38, '0'));
  EXPECT_EQ(to_hex(Hash256{{1}}), "0x01" + std::string(62, '0'));
  EXPECT_EQ(to_hex(uint256(0)), "0x0");
  EXPECT_EQ(to_hex(uint256(0x400)), "0x400");
  EXPECT_EQ(to_hex(uint256(1) << 64), "0x1" + std::string(16, '0'));
  EXPECT_EQ(to_hex(uint256::max()), "0x" + std::string(64, 'f'));
  EXPECT_EQ(to_hex32(0xabc), "0x" + std::string(61, '0') + "abc");
}

TEST(Hex, ReadsBackWhatItWrites) {
  const uint64_t seed = seed_from_environment();
  SCOPED_TRACE("RUNAHEAD_SEED=" + std::to_string(seed));
  Random random(seed);
  for (int round = 0; round < 1000; ++round) {
    const uint256 x = random.edge_word();
    ASSERT_EQ(parse_hex_quantity(to_hex(x)).value(), x);
    ASSERT_EQ(parse_hex_quantity(to_hex32(x)).value(), x);
    ASSERT_EQ(parse_number(to_hex(x)).value(), x);
    ASSERT_EQ(parse_number(to_decimal(x)).value(), x);
    ASSERT_EQ(parse_hash(to_hex32(x)).value(), to_hash(x));
    ASSERT_EQ(parse_address(to_hex(to_address(x))).value(), to_address(x));
    const Bytes bytes = random.bytes(random.below(200));
    ASSERT_EQ(parse_hex_bytes(to_hex(bytes)).value(), bytes);
  }
}

TEST(Hex, AcceptsEitherLetterCaseAndLeadingZeros) {
  EXPECT_EQ(parse_hex_bytes("0xaBcDEf").value(), (Bytes{0xab, 0xcd, 0xef}));
  EXPECT_EQ(parse_hex_quantity("0x00Ff").value(), 255);
  EXPECT_EQ(parse_hex_u64("0x" + std::string(48, '0') + std::string(16, 'f')).value(), ~0ull);
}

TEST(Hex, RefusesBadBytes) {
  EXPECT_EQ(error_of(parse_hex_bytes("")), "expected 0x and hex digits, got ''");
  EXPECT_EQ(error_of(parse_hex_bytes("abcd")), "expected 0x and hex digits, got 'abcd'");
  EXPECT_EQ(error_of(parse_hex_bytes("0x123")), "odd number of hex digits (3): '0x123'");
  EXPECT_EQ(error_of(parse_hex_bytes("0x1g")), "not a hex digit in '0x1g'");
  for (int c = 0; c < 256; ++c) {
    const bool digit = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    const std::string text = {'0', 'x', '1', static_cast<char>(c)};
    EXPECT_EQ(parse_hex_bytes(text).has_value(), digit) << c;
    EXPECT_EQ(parse_hex_quantity(text).has_value(), digit) << c;
  }
}

// Long text is read and written many digits at a time: every digit, at every place.
TEST(Hex, ReadsAndWritesEveryByteAtEveryPlace) {
  constexpr size_t count = 41; // two blocks of 16 bytes, one of 8, and one byte
  for (size_t at = 0; at < count; ++at) {
    for (int value = 0; value < 256; ++value) {
      Bytes bytes(count, 0x5a);
      bytes[at] = static_cast<uint8_t>(value);
      std::string expected = "0x";
      for (const uint8_t byte : bytes)
        for (const int digit : {byte >> 4, byte & 15}) expected += "0123456789abcdef"[digit];
      ASSERT_EQ(to_hex(bytes), expected);
      ASSERT_EQ(parse_hex_bytes(expected).value(), bytes);
      std::ranges::transform(expected.begin() + 2, expected.end(), expected.begin() + 2, ::toupper);
      ASSERT_EQ(parse_hex_bytes(expected).value(), bytes);
    }
  }
}

TEST(Hex, RefusesABadDigitAtEveryPlace) {
  const std::string good = "0x" + std::string(82, 'a');
  for (size_t at = 2; at < good.size(); ++at) {
    for (int c = 0; c < 256; ++c) {
      std::string text = good;
      text[at] = static_cast<char>(c);
      const bool digit = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
      ASSERT_EQ(parse_hex_bytes(text).has_value(), digit) << at << ", " << c;
    }
  }
}

TEST(Hex, RefusesBadNumbers) {
  EXPECT_EQ(error_of(parse_hex_quantity("0x")), "a hex number without digits: '0x'");
  EXPECT_EQ(error_of(parse_hex_quantity("12")), "expected 0x and hex digits, got '12'");
  EXPECT_EQ(error_of(parse_hex_quantity("0x-1")), "not a hex digit in '0x-1'");
  EXPECT_EQ(error_of(parse_hex_quantity("0x" + std::string(65, '1'))),
            "more than 64 hex digits (65): '0x" + std::string(38, '1') + "...'");
  EXPECT_EQ(error_of(parse_hex_u64("0x10000000000000000")),
            "does not fit 64 bits: '0x10000000000000000'");
  EXPECT_FALSE(parse_hex_u64("0x"));
  EXPECT_FALSE(parse_number("12x"));
  EXPECT_FALSE(parse_number(""));
  EXPECT_FALSE(parse_number("ff"));
}

TEST(Hex, RefusesAddressesAndHashesOfAnotherLength) {
  EXPECT_EQ(error_of(parse_address("0x1234")),
            "expected 20 bytes in hex (40 digits), got 4 digits: '0x1234'");
  EXPECT_FALSE(parse_address("0x" + std::string(39, '1')));
  EXPECT_FALSE(parse_address("0x" + std::string(41, '1')));
  EXPECT_FALSE(parse_address(std::string(40, '1')));
  EXPECT_FALSE(parse_address("0x" + std::string(39, '1') + "x"));
  EXPECT_FALSE(parse_hash("0x" + std::string(63, '1')));
  EXPECT_FALSE(parse_hash("0x" + std::string(66, '1')));
  EXPECT_FALSE(parse_hash("0x" + std::string(63, '1') + " "));
}

TEST(Hex, ShowsOnlyTheStartOfWhatItRefuses) {
  EXPECT_EQ(quoted_start("a\nb\x7f\xc3\xa4z"), "'a?b???z'");
  const std::string message = error_of(parse_hex_bytes("0x" + std::string(100'000, 'z')));
  EXPECT_LT(message.size(), 80u);
}

} // namespace
} // namespace runahead
