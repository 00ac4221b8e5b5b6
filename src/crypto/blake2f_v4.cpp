// As blake2f_v3.cpp, with a shorter chain: 27 cycles a round on Zen 4, where rotating and shuffling
// bytes take two cycles but shifts and three-way logic one. A rotation of b ^ c, of which c comes
// last, is the rotation of b, done before, xor both shifts of c: one cycle less. When the rotations
// of b are started matters too; this order is the best of those measured. Rotating everything by
// vprorq was slower than AVX2.
#include "crypto/blake2f_rounds.hpp"

#include <immintrin.h>

namespace runahead::blake2b {
namespace {

#define RUNAHEAD_V4 [[gnu::target("avx512f,avx512bw,avx512cd,avx512dq,avx512vl")]]

using Row = __m256i;

Row load(const uint64_t* words) {
  return _mm256_load_si256(reinterpret_cast<const __m256i*>(words));
}

void store(uint64_t* words, Row row) { _mm256_store_si256(reinterpret_cast<__m256i*>(words), row); }

/// Keeps the compiler from combining or reordering what leads to this value with what follows.
template <class T>
RUNAHEAD_V4 [[gnu::always_inline]] inline T fixed(T x) {
  asm("" : "+v"(x));
  return x;
}

/// (early ^ late) rotated right, from early in rotated form.
template <int bits>
RUNAHEAD_V4 [[gnu::always_inline]] inline Row rotate_xor(Row rotated_early, Row late) {
  constexpr int xor_of_three = 0x96;
  return _mm256_ternarylogic_epi64(_mm256_srli_epi64(late, bits),
                                   _mm256_slli_epi64(late, 64 - bits), rotated_early, xor_of_three);
}

struct Rows {
  Row a, b, c, d;

  RUNAHEAD_V4 [[gnu::always_inline]] void mix(Row x, Row y) {
    const Row by_16 = _mm256_setr_epi8(2, 3, 4, 5, 6, 7, 0, 1, 10, 11, 12, 13, 14, 15, 8, 9, //
                                       2, 3, 4, 5, 6, 7, 0, 1, 10, 11, 12, 13, 14, 15, 8, 9);
    a = fixed(_mm256_add_epi64(fixed(_mm256_add_epi64(a, x)), b));
    const Row b_by_24 = fixed(_mm256_ror_epi64(b, 24));
    d = _mm256_shuffle_epi32(_mm256_xor_si256(d, a), 0xb1);
    c = _mm256_add_epi64(c, d);
    b = rotate_xor<24>(b_by_24, c);
    a = fixed(_mm256_add_epi64(fixed(_mm256_add_epi64(a, y)), b));
    const Row b_by_63 = fixed(_mm256_ror_epi64(b, 63));
    d = _mm256_shuffle_epi8(_mm256_xor_si256(d, a), by_16);
    c = _mm256_add_epi64(c, d);
    b = rotate_xor<63>(b_by_63, c);
  }

  RUNAHEAD_V4 [[gnu::always_inline]] void diagonalise() {
    a = fixed(_mm256_permute4x64_epi64(a, _MM_SHUFFLE(2, 1, 0, 3)));
    d = fixed(_mm256_permute4x64_epi64(d, _MM_SHUFFLE(1, 0, 3, 2)));
    c = fixed(_mm256_permute4x64_epi64(c, _MM_SHUFFLE(0, 3, 2, 1)));
  }

  RUNAHEAD_V4 [[gnu::always_inline]] void undiagonalise() {
    a = fixed(_mm256_permute4x64_epi64(a, _MM_SHUFFLE(0, 3, 2, 1)));
    d = fixed(_mm256_permute4x64_epi64(d, _MM_SHUFFLE(1, 0, 3, 2)));
    c = fixed(_mm256_permute4x64_epi64(c, _MM_SHUFFLE(2, 1, 0, 3)));
  }
};

} // namespace

RUNAHEAD_V4 void mix_v4(uint32_t rounds, const Schedule& schedule, Matrix& matrix) {
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
