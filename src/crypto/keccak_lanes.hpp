// Keccak-f[1600] on several sponges at once: word i of all of them stands in one vector. For the
// files that instantiate it, each in a function compiled for the vector unit it needs.
#pragma once

#include "crypto/keccak_rounds.hpp"

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace runahead::keccak {

/// The states of `width` sponges, one lane each.
template <int width>
struct Lanes {
  alignas(8 * width) uint64_t word[25][width];
  /// All ones for a lane that goes on; zero for one that starts with the next block.
  alignas(8 * width) uint64_t keep[width];
};

/// Absorbs one block of rate_bytes into each lane, after clearing those that `keep` says, and
/// permutes all of them.
using AbsorbFour = void (*)(Lanes<4>&, const uint8_t* const* blocks);
using AbsorbEight = void (*)(Lanes<8>&, const uint8_t* const* blocks);

// Everything below is inlined into its caller, whose target attributes say how it is compiled:
// with AVX-512 a rotation is vprolq and chi's three operands are one vpternlogq.

template <int width>
struct VectorOf {
  typedef uint64_t Type __attribute__((vector_size(8 * width)));
};
template <int width>
using Vector = typename VectorOf<width>::Type;

/// What theta, rho, pi, chi and iota do, from `a` to `e`. `parity` as in the scalar form.
template <int width>
[[clang::always_inline]] inline void round(const Vector<width>* a, Vector<width>* e,
                                           Vector<width>* parity, uint64_t constant) {
  using V = Vector<width>;
  V theta[5];
#pragma unroll
  for (int x = 0; x < 5; ++x) {
    const V next = parity[(x + 1) % 5];
    theta[x] = parity[(x + 4) % 5] ^ (next << 1 | next >> 63);
  }
#pragma unroll
  for (int y = 0; y < 5; ++y) {
    V b[5];
#pragma unroll
    for (int x = 0; x < 5; ++x) {
      const int column = (x + 3 * y) % 5, from = column + 5 * x;
      const V word = a[from] ^ theta[column];
      b[x] = from == 0 ? word : word << rotation[from] | word >> (64 - rotation[from]) % 64;
    }
#pragma unroll
    for (int x = 0; x < 5; ++x) {
      V word = b[x] ^ (~b[(x + 1) % 5] & b[(x + 2) % 5]);
      if (x == 0 && y == 0) word ^= constant;
      e[x + 5 * y] = word;
      parity[x] = y == 0 ? word : parity[x] ^ word;
    }
  }
}

/// From `width` words of each of `width` blocks to `width` vectors of one word each.
template <int width>
[[clang::always_inline]] inline void transpose(Vector<width>* m) {
  using V = Vector<width>;
  V t[width];
#pragma unroll
  for (int i = 0; i < width; i += 2) {
    if constexpr (width == 4) {
      t[i] = __builtin_shufflevector(m[i], m[i + 1], 0, 4, 2, 6);
      t[i + 1] = __builtin_shufflevector(m[i], m[i + 1], 1, 5, 3, 7);
    } else {
      t[i] = __builtin_shufflevector(m[i], m[i + 1], 0, 8, 2, 10, 4, 12, 6, 14);
      t[i + 1] = __builtin_shufflevector(m[i], m[i + 1], 1, 9, 3, 11, 5, 13, 7, 15);
    }
  }
  if constexpr (width == 4) {
#pragma unroll
    for (int i = 0; i < 2; ++i) {
      m[i] = __builtin_shufflevector(t[i], t[i + 2], 0, 1, 4, 5);
      m[i + 2] = __builtin_shufflevector(t[i], t[i + 2], 2, 3, 6, 7);
    }
  } else {
    V u[8];
#pragma unroll
    for (int half = 0; half < 8; half += 4) {
#pragma unroll
      for (int i = half; i < half + 2; ++i) {
        u[i] = __builtin_shufflevector(t[i], t[i + 2], 0, 1, 8, 9, 4, 5, 12, 13);
        u[i + 2] = __builtin_shufflevector(t[i], t[i + 2], 2, 3, 10, 11, 6, 7, 14, 15);
      }
    }
#pragma unroll
    for (int i = 0; i < 4; ++i) {
      m[i] = __builtin_shufflevector(u[i], u[i + 4], 0, 1, 2, 3, 8, 9, 10, 11);
      m[i + 4] = __builtin_shufflevector(u[i], u[i + 4], 4, 5, 6, 7, 12, 13, 14, 15);
    }
  }
}

/// The states with their next blocks added, those of new lanes being the blocks alone.
template <int width>
[[clang::always_inline]] inline void absorb(const Lanes<width>& lanes, const uint8_t* const* blocks,
                                            Vector<width>* a) {
  using V = Vector<width>;
  V keep;
  std::memcpy(&keep, lanes.keep, sizeof keep);
#pragma unroll
  for (int i = 0; i < 25; ++i) {
    std::memcpy(&a[i], lanes.word[i], sizeof(V));
    a[i] &= keep;
  }
#pragma unroll
  for (int first = 0; first < 16; first += width) {
    V m[width];
#pragma unroll
    for (int i = 0; i < width; ++i) std::memcpy(&m[i], blocks[i] + 8 * first, sizeof(V));
    transpose<width>(m);
#pragma unroll
    for (int i = 0; i < width; ++i) a[first + i] ^= m[i];
  }
  static_assert(rate_words == 17);
  V last;
#pragma unroll
  for (int i = 0; i < width; ++i) {
    uint64_t word;
    std::memcpy(&word, blocks[i] + 128, 8);
    last[i] = word;
  }
  a[16] ^= last;
}

template <int width>
[[clang::always_inline]] inline void absorb_and_permute(Lanes<width>& lanes,
                                                        const uint8_t* const* blocks) {
  using V = Vector<width>;
  V a[25], e[25], parity[5];
  absorb<width>(lanes, blocks, a);
#pragma unroll
  for (int x = 0; x < 5; ++x) parity[x] = a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20];
#pragma nounroll
  for (int i = 0; i < 24; i += 2) {
    round<width>(a, e, parity, round_constants[i]);
    round<width>(e, a, parity, round_constants[i + 1]);
  }
#pragma unroll
  for (int i = 0; i < 25; ++i) std::memcpy(lanes.word[i], &a[i], sizeof(V));
}

} // namespace runahead::keccak
