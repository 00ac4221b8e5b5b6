// The rounds of BLAKE2b by vector unit. Call only what the machine has (base/cpu.hpp).
#pragma once

#include <array>
#include <cstdint>

namespace runahead::blake2b {

/// RFC 7693, 2.7: after so many rounds the order of the message words repeats.
inline constexpr uint32_t period = 10;

/// The message words of one round: x and y of the four column steps, then of the four diagonal
/// steps. Diagonal d, in the order of RFC 7693, stands in lane d + 1: of the matrix's rows, b,
/// which is ready last in a step, stays and the others turn, a right by one, c left by one, d by
/// two.
struct alignas(32) RoundWords {
  uint64_t column_x[4], column_y[4], diagonal_x[4], diagonal_y[4];
};
using Schedule = std::array<RoundWords, period>;

/// The 4x4 matrix of words, row by row.
struct alignas(32) Matrix {
  uint64_t a[4], b[4], c[4], d[4];
};

/// Both take the words of round i from schedule[i % period].
void mix_v3(uint32_t rounds, const Schedule& schedule, Matrix& matrix);
void mix_v4(uint32_t rounds, const Schedule& schedule, Matrix& matrix);

} // namespace runahead::blake2b
