#include "crypto/keccak.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

namespace runahead {

namespace {

constexpr size_t rate_bytes = 136;

constexpr uint64_t round_constants[24] = {
    0x0000000000000001, 0x0000000000008082, 0x800000000000808a, 0x8000000080008000,
    0x000000000000808b, 0x0000000080000001, 0x8000000080008081, 0x8000000000008009,
    0x000000000000008a, 0x0000000000000088, 0x0000000080008009, 0x000000008000000a,
    0x000000008000808b, 0x800000000000008b, 0x8000000000008089, 0x8000000000008003,
    0x8000000000008002, 0x8000000000000080, 0x000000000000800a, 0x800000008000000a,
    0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008,
};

/// Lane (x, y) stands at index x + 5 y (FIPS 202, 3.1.2).
void permute(uint64_t* a) {
  constexpr int rotation[25] = {0,  1,  62, 28, 27, 36, 44, 6,  55, 20, 3,  10, 43,
                                25, 39, 41, 45, 15, 21, 8,  18, 2,  61, 56, 14};
  for (const uint64_t constant : round_constants) {
    uint64_t column[5], b[25];
    for (int x = 0; x < 5; ++x) column[x] = a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20];
    for (int x = 0; x < 5; ++x) {
      const uint64_t d = column[(x + 4) % 5] ^ std::rotl(column[(x + 1) % 5], 1);
      for (int y = 0; y < 5; ++y) {
        b[y + 5 * ((2 * x + 3 * y) % 5)] = std::rotl(a[x + 5 * y] ^ d, rotation[x + 5 * y]);
      }
    }
    for (int y = 0; y < 25; y += 5) {
      for (int x = 0; x < 5; ++x) a[y + x] = b[y + x] ^ (~b[y + (x + 1) % 5] & b[y + (x + 2) % 5]);
    }
    a[0] ^= constant;
  }
}

void absorb_block(uint64_t* state, const uint8_t* block) {
  for (size_t i = 0; i < rate_bytes / 8; ++i) {
    uint64_t lane;
    std::memcpy(&lane, block + 8 * i, 8);
    state[i] ^= lane;
  }
  permute(state);
}

void xor_bytes(uint64_t* state, size_t position, BytesView data) {
  for (const uint8_t b : data) {
    state[position / 8] ^= static_cast<uint64_t>(b) << 8 * (position % 8);
    ++position;
  }
}

Hash256 pad_and_squeeze(uint64_t* state, size_t position, uint8_t padding) {
  state[position / 8] ^= static_cast<uint64_t>(padding) << 8 * (position % 8);
  state[rate_bytes / 8 - 1] ^= 1ull << 63;
  permute(state);
  Hash256 hash;
  std::memcpy(hash.bytes.data(), state, 32);
  return hash;
}

} // namespace

Hash256 sponge256(BytesView data, uint8_t padding) {
  uint64_t state[25] = {};
  while (data.size() >= rate_bytes) {
    absorb_block(state, data.data());
    data = data.subspan(rate_bytes);
  }
  xor_bytes(state, 0, data);
  return pad_and_squeeze(state, data.size(), padding);
}

Hash256 keccak256(BytesView data) { return sponge256(data, 0x01); }

void Keccak256::update(BytesView data) {
  while (!data.empty()) {
    const size_t take = std::min<size_t>(data.size(), rate_bytes - position_);
    xor_bytes(state_, position_, data.first(take));
    position_ += static_cast<unsigned>(take);
    data = data.subspan(take);
    if (position_ == rate_bytes) {
      permute(state_);
      position_ = 0;
    }
  }
}

Hash256 Keccak256::finish() { return pad_and_squeeze(state_, position_, 0x01); }

} // namespace runahead
