#include "embed/evmc/content_cache.hpp"

namespace runahead::evmc {
namespace {

/// Four words at a time, each in a lane of its own, so that multiplications overlap.
struct Lanes {
  std::array<uint64_t, 4> lane{0x243f6a8885a308d3, 0x13198a2e03707344, 0xa4093822299f31d0,
                               0x082efa98ec4e6c89};

  void add(const uint8_t* bytes) {
    for (size_t i = 0; i < 4; ++i) {
      uint64_t word;
      std::memcpy(&word, bytes + 8 * i, 8);
      lane[i] = (lane[i] ^ word) * 0x9e3779b97f4a7c15;
      lane[i] ^= lane[i] >> 32;
    }
  }
};

} // namespace

uint64_t content_hash(BytesView bytes) {
  Lanes lanes;
  size_t at = 0;
  for (; bytes.size() - at >= 32; at += 32) lanes.add(bytes.data() + at);
  if (at != bytes.size()) {
    std::array<uint8_t, 32> last{};
    std::memcpy(last.data(), bytes.data() + at, bytes.size() - at);
    lanes.add(last.data());
  }
  uint64_t hash = bytes.size();
  for (const uint64_t lane : lanes.lane) hash = mix64(hash + 0x9e3779b97f4a7c15) ^ lane;
  return mix64(hash);
}

CodeRef ContentCache::get(BytesView bytes, Fork fork) {
  const uint64_t hash = content_hash(bytes);
  Hash256 key;
  std::memcpy(key.bytes.data(), &hash, 8);
  CodeRef code = cache_.get(key, bytes, fork);
  if (!equal(code->bytes(), bytes)) return std::make_shared<const Code>(bytes);
  return code;
}

} // namespace runahead::evmc
