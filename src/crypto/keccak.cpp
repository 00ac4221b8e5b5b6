#include "crypto/keccak.hpp"

#include "crypto/keccak_rounds.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

namespace runahead {

namespace {

using keccak::rate_bytes;
using keccak::rotation;
using keccak::round_constants;

// Loops below are unrolled for the lanes to live in registers; left rolled they take twice the
// time.

/// One round from `a` to `e`. `parity` holds the columns of `a` on entry, those of `e` on return.
/// Plane by plane: the five lanes of an output plane come from five input planes (rho and pi), so
/// only they, the parities and theta's effect are live at a time.
[[clang::always_inline]] inline void round(const uint64_t* a, uint64_t* e, uint64_t* parity,
                                           uint64_t constant) {
  uint64_t theta[5];
#pragma unroll
  for (int x = 0; x < 5; ++x) theta[x] = parity[(x + 4) % 5] ^ std::rotl(parity[(x + 1) % 5], 1);
#pragma unroll
  for (int y = 0; y < 5; ++y) {
    uint64_t b[5];
#pragma unroll
    for (int x = 0; x < 5; ++x) {
      const int column = (x + 3 * y) % 5, from = column + 5 * x;
      b[x] = std::rotl(a[from] ^ theta[column], rotation[from]);
    }
#pragma unroll
    for (int x = 0; x < 5; ++x) {
      uint64_t lane = b[x] ^ (~b[(x + 1) % 5] & b[(x + 2) % 5]);
      if (x == 0 && y == 0) lane ^= constant;
      e[x + 5 * y] = lane;
      parity[x] = y == 0 ? lane : parity[x] ^ lane;
    }
  }
}

/// Keccak-f[1600].
void permute(uint64_t* state) {
  uint64_t a[25], e[25], parity[5];
  std::copy_n(state, 25, a);
#pragma unroll
  for (int x = 0; x < 5; ++x) parity[x] = a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20];
#pragma nounroll
  for (int i = 0; i < 24; i += 2) {
    round(a, e, parity, round_constants[i]);
    round(e, a, parity, round_constants[i + 1]);
  }
  std::copy_n(a, 25, state);
}

// Lanes are little-endian, as this machine is: byte i of the sponge is byte i of the state's
// memory.
static_assert(std::endian::native == std::endian::little);
uint8_t* bytes_of(uint64_t* state) { return reinterpret_cast<uint8_t*>(state); }

void absorb_block(uint64_t* state, const uint8_t* block) {
  for (size_t i = 0; i < rate_bytes / 8; ++i) {
    uint64_t lane;
    std::memcpy(&lane, block + 8 * i, 8);
    state[i] ^= lane;
  }
  permute(state);
}

void absorb_part(uint64_t* state, size_t position, BytesView data) {
  uint8_t* const bytes = bytes_of(state) + position;
  for (size_t i = 0; i < data.size(); ++i) bytes[i] ^= data[i];
}

Hash256 pad_and_squeeze(uint64_t* state, size_t position, uint8_t padding) {
  bytes_of(state)[position] ^= padding;
  bytes_of(state)[rate_bytes - 1] ^= 0x80;
  permute(state);
  Hash256 hash;
  std::memcpy(hash.bytes.data(), state, hash.bytes.size());
  return hash;
}

/// The state after one copied block of a size the compiler knows, hashed.
template <size_t size_bytes>
Hash256 hash_words(const uint8_t* data) {
  static_assert(size_bytes % 8 == 0 && size_bytes < rate_bytes);
  uint64_t state[25] = {};
  std::memcpy(state, data, size_bytes);
  state[size_bytes / 8] = 0x01;
  state[rate_bytes / 8 - 1] ^= 1ull << 63;
  permute(state);
  Hash256 hash;
  std::memcpy(hash.bytes.data(), state, hash.bytes.size());
  return hash;
}

} // namespace

Hash256 sponge256(BytesView data, uint8_t padding) {
  uint64_t state[25] = {};
  while (data.size() >= rate_bytes) {
    absorb_block(state, data.data());
    data = data.subspan(rate_bytes);
  }
  absorb_part(state, 0, data);
  return pad_and_squeeze(state, data.size(), padding);
}

Hash256 keccak256(BytesView data) {
  // Storage slots of Solidity's mappings are hashes of two words, those of its arrays of one.
  if (data.size() == 64) return hash_words<64>(data.data());
  if (data.size() == 32) return hash_words<32>(data.data());
  return sponge256(data, 0x01);
}

void Keccak256::update(BytesView data) {
  while (!data.empty()) {
    const size_t take = std::min<size_t>(data.size(), rate_bytes - position_);
    absorb_part(state_, position_, data.first(take));
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
