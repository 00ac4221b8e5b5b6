// Plain values of the public API. Everything in include/runahead is C++20 and needs no other header
// of the project; all of it lives in namespace runahead::api.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace runahead::api {

using Bytes = std::vector<uint8_t>;
using BytesView = std::span<const uint8_t>;

/// 20 bytes, in the order of hex text.
struct Address {
  std::array<uint8_t, 20> bytes{};
  constexpr auto operator<=>(const Address&) const = default;
};

/// A 256-bit number or a hash: 32 bytes, the most significant first.
struct Word {
  std::array<uint8_t, 32> bytes{};

  constexpr Word() = default;
  constexpr Word(uint64_t low) {
    for (size_t i = 32; i-- > 24; low >>= 8) bytes[i] = static_cast<uint8_t>(low);
  }
  constexpr auto operator<=>(const Word&) const = default;
};

/// `0x` and 40 digits; empty if `text` is anything else.
std::optional<Address> parse_address(std::string_view text);
/// `0x` and 1 to 64 digits; empty if `text` is anything else.
std::optional<Word> parse_word(std::string_view text);
/// `0x` and an even number of digits; empty if `text` is anything else.
std::optional<Bytes> parse_bytes(std::string_view text);
/// `0x` and two lower-case digits a byte.
std::string to_hex(BytesView bytes);

/// Keccak-256, as code hashes and storage slots of mappings need it.
Word keccak256(BytesView data);

} // namespace runahead::api
