// Byte strings and the fixed-size ones that Ethereum names: addresses and 32-byte hashes.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <functional>
#include <span>
#include <vector>

namespace runahead {

using Bytes = std::vector<uint8_t>;
using BytesView = std::span<const uint8_t>;

/// 20 bytes, big-endian as written in hex.
struct Address {
  std::array<uint8_t, 20> bytes{};
  constexpr auto operator<=>(const Address&) const = default;
  constexpr operator BytesView() const { return bytes; }
};

/// 32 bytes, big-endian as written in hex.
struct Hash256 {
  std::array<uint8_t, 32> bytes{};
  constexpr auto operator<=>(const Hash256&) const = default;
  constexpr operator BytesView() const { return bytes; }
};

static_assert(sizeof(Address) == 20 && sizeof(Hash256) == 32);

/// Mixes a 64-bit word so that every input bit reaches every output bit (splitmix64's finalizer).
constexpr uint64_t mix64(uint64_t x) {
  x ^= x >> 30;
  x *= 0xbf58476d1ce4e5b9;
  x ^= x >> 27;
  x *= 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

inline bool equal(BytesView a, BytesView b) {
  return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size()) == 0);
}

inline Bytes to_bytes(BytesView view) { return Bytes(view.begin(), view.end()); }

} // namespace runahead

template <>
struct std::hash<runahead::Address> {
  size_t operator()(const runahead::Address& a) const noexcept {
    uint64_t x, y;
    uint32_t z;
    std::memcpy(&x, a.bytes.data(), 8);
    std::memcpy(&y, a.bytes.data() + 8, 8);
    std::memcpy(&z, a.bytes.data() + 16, 4);
    return runahead::mix64(x ^ runahead::mix64(y ^ runahead::mix64(z + 0x9e3779b97f4a7c15)));
  }
};

template <>
struct std::hash<runahead::Hash256> {
  size_t operator()(const runahead::Hash256& h) const noexcept {
    uint64_t x, y;
    std::memcpy(&x, h.bytes.data(), 8);
    std::memcpy(&y, h.bytes.data() + 24, 8);
    return runahead::mix64(x ^ runahead::mix64(y + 0x9e3779b97f4a7c15));
  }
};
