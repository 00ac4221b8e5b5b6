#include "code/jump_destinations.hpp"

#include "spec/opcodes.hpp"

#include <bit>

#ifdef __AVX2__
#include <immintrin.h>
#endif

namespace runahead {
namespace {

/// Bytes of 64 that look like what their name says; immediates among them.
struct Looks {
  uint64_t pushes, destinations;
};

Looks looks_of(const uint8_t* bytes) {
  Looks looks{0, 0};
#ifdef __AVX2__
  // As signed bytes the opcodes from PUSH1 to PUSH32 are the largest.
  const __m256i below_push = _mm256_set1_epi8(OP_PUSH1 - 1);
  const __m256i destination = _mm256_set1_epi8(OP_JUMPDEST);
  for (int half = 0; half < 2; ++half) {
    const __m256i v = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(bytes) + half);
    const auto bits = [half](__m256i mask) {
      return uint64_t{static_cast<uint32_t>(_mm256_movemask_epi8(mask))} << (32 * half);
    };
    looks.pushes |= bits(_mm256_cmpgt_epi8(v, below_push));
    looks.destinations |= bits(_mm256_cmpeq_epi8(v, destination));
  }
#else
  for (unsigned i = 0; i < 64; ++i) {
    looks.pushes |= uint64_t{is_push(bytes[i])} << i;
    looks.destinations |= uint64_t{bytes[i] == OP_JUMPDEST} << i;
  }
#endif
  return looks;
}

/// Bits from `begin` on; none from 64 on.
constexpr uint64_t bits_from(size_t begin) { return begin < 64 ? ~uint64_t{0} << begin : 0; }

} // namespace

std::vector<uint64_t> mark_jump_destinations(const uint8_t* padded, size_t size) {
  std::vector<uint64_t> marks(size / 64 + 1);
  size_t next = 0; // of this word: where the next instruction begins
  for (size_t word = 0; word < marks.size(); ++word) {
    const uint8_t* const bytes = padded + word * 64;
    Looks looks = looks_of(bytes);
    looks.destinations &= bits_from(next);
    for (uint64_t left; (left = looks.pushes & bits_from(next)) != 0;) {
      const auto push = static_cast<size_t>(std::countr_zero(left));
      next = push + 1 + (bytes[push] - (OP_PUSH1 - 1u));
      looks.destinations &= ~bits_from(push) | bits_from(next);
    }
    marks[word] = looks.destinations;
    next = next > 64 ? next - 64 : 0;
  }
  return marks;
}

} // namespace runahead
