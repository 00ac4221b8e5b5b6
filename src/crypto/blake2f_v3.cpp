// One vector a row, so that one call of `mix` is four G functions of RFC 7693 side by side. What
// counts is the length of the chain b -> a -> d -> c -> b: 30 cycles a round on Zen 4.
#include "crypto/blake2f_rounds.hpp"

#include <immintrin.h>

namespace runahead::blake2b {
namespace {

using Row = __m256i;

Row load(const uint64_t* words) {
  return _mm256_load_si256(reinterpret_cast<const __m256i*>(words));
}

void store(uint64_t* words, Row row) { _mm256_store_si256(reinterpret_cast<__m256i*>(words), row); }

/// Keeps the compiler from adding up in another order: the sum with a message word must not wait
/// for b.
Row fixed(Row x) {
  asm("" : "+x"(x));
  return x;
}

Row rotate_right_32(Row x) { return _mm256_shuffle_epi32(x, 0xb1); }

Row rotate_right_24(Row x) {
  const Row order = _mm256_setr_epi8(3, 4, 5, 6, 7, 0, 1, 2, 11, 12, 13, 14, 15, 8, 9, 10, //
                                     3, 4, 5, 6, 7, 0, 1, 2, 11, 12, 13, 14, 15, 8, 9, 10);
  return _mm256_shuffle_epi8(x, order);
}

Row rotate_right_16(Row x) {
  const Row order = _mm256_setr_epi8(2, 3, 4, 5, 6, 7, 0, 1, 10, 11, 12, 13, 14, 15, 8, 9, //
                                     2, 3, 4, 5, 6, 7, 0, 1, 10, 11, 12, 13, 14, 15, 8, 9);
  return _mm256_shuffle_epi8(x, order);
}

Row rotate_right_63(Row x) {
  return _mm256_or_si256(_mm256_srli_epi64(x, 63), _mm256_add_epi64(x, x));
}

struct Rows {
  Row a, b, c, d;

  /// G on the four columns at once (RFC 7693, 3.1).
  void mix(Row x, Row y) {
    a = _mm256_add_epi64(fixed(_mm256_add_epi64(a, x)), b);
    d = rotate_right_32(_mm256_xor_si256(d, a));
    c = _mm256_add_epi64(c, d);
    b = rotate_right_24(_mm256_xor_si256(b, c));
    a = _mm256_add_epi64(fixed(_mm256_add_epi64(a, y)), b);
    d = rotate_right_16(_mm256_xor_si256(d, a));
    c = _mm256_add_epi64(c, d);
    b = rotate_right_63(_mm256_xor_si256(b, c));
  }

  void diagonalise() {
    a = _mm256_permute4x64_epi64(a, _MM_SHUFFLE(2, 1, 0, 3));
    c = _mm256_permute4x64_epi64(c, _MM_SHUFFLE(0, 3, 2, 1));
    d = _mm256_permute4x64_epi64(d, _MM_SHUFFLE(1, 0, 3, 2));
  }

  void undiagonalise() {
    a = _mm256_permute4x64_epi64(a, _MM_SHUFFLE(0, 3, 2, 1));
    c = _mm256_permute4x64_epi64(c, _MM_SHUFFLE(2, 1, 0, 3));
    d = _mm256_permute4x64_epi64(d, _MM_SHUFFLE(1, 0, 3, 2));
  }
};

} // namespace

void mix_v3(uint32_t rounds, const Schedule& schedule, Matrix& matrix) {
  Rows v = {load(matrix.a), load(matrix.b), load(matrix.c), load(matrix.d)};
  uint32_t position = 0;
  for (uint32_t round = 0; round < rounds; ++round) {
    const RoundWords& words = schedule[position];
    v.mix(load(words.column_x), load(words.column_y));
    v.diagonalise();
    v.mix(load(words.diagonal_x), load(words.diagonal_y));
    v.undiagonalise();
    if (++position == period) position = 0;
  }
  store(matrix.a, v.a);
  store(matrix.b, v.b);
  store(matrix.c, v.c);
  store(matrix.d, v.d);
}

} // namespace runahead::blake2b
