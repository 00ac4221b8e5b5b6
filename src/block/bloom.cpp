#include "block/bloom.hpp"

#include "crypto/keccak.hpp"

namespace runahead {
namespace {

/// The three bits of an item: eleven bits each of the first three pairs of bytes of its hash.
std::array<unsigned, 3> bits_of(BytesView item) {
  const Hash256 hash = keccak256(item);
  const auto pair = [&](size_t i) {
    return (static_cast<unsigned>(hash.bytes[i]) << 8 | hash.bytes[i + 1]) & 2047;
  };
  return {pair(0), pair(2), pair(4)};
}

constexpr size_t byte_of(unsigned bit) { return 255 - bit / 8; }
constexpr uint8_t mask_of(unsigned bit) { return static_cast<uint8_t>(1u << bit % 8); }

} // namespace

void Bloom::add(BytesView item) {
  for (const unsigned bit : bits_of(item)) bytes[byte_of(bit)] |= mask_of(bit);
}

bool Bloom::may_contain(BytesView item) const {
  for (const unsigned bit : bits_of(item))
    if ((bytes[byte_of(bit)] & mask_of(bit)) == 0) return false;
  return true;
}

Bloom& Bloom::operator|=(const Bloom& other) {
  for (size_t i = 0; i < bytes.size(); ++i) bytes[i] |= other.bytes[i];
  return *this;
}

Bloom bloom_of(std::span<const Log> logs) {
  Bloom bloom;
  for (const Log& log : logs) {
    bloom.add(log.address);
    for (const Hash256& topic : log.topics) bloom.add(topic);
  }
  return bloom;
}

} // namespace runahead
