// Seeded random numbers: the same seed gives the same numbers on every machine. For tests,
// schedules and jitter; not for secrets. A Random belongs to one thread.
#pragma once

#include "base/bytes.hpp"
#include "base/uint256.hpp"

#include <cstdint>
#include <limits>
#include <span>

namespace runahead {

/// xoshiro256** (Blackman and Vigna, "Scrambled linear pseudorandom number generators", 2021), its
/// state filled by splitmix64. Usable where the standard library wants a generator.
class Random {
public:
  using result_type = uint64_t;

  explicit Random(uint64_t seed);

  uint64_t next();

  /// Uniform in [0, n). REQUIRES: n > 0.
  uint64_t below(uint64_t n);
  /// Uniform in [low, high], both included. REQUIRES: low <= high.
  uint64_t between(uint64_t low, uint64_t high);
  /// True with probability p; never for p <= 0, always for p >= 1.
  bool chance(double p);
  /// Uniform in [0, 1), in steps of 2^-53.
  double fraction();

  void fill(std::span<uint8_t> out);
  Bytes bytes(size_t count);

  /// Uniform over all 256-bit values.
  uint256 word();
  /// Biased to where arithmetic breaks: 0, 1, 2^k, 2^k +- 1, all ones, sign borders, values of few
  /// limbs and limbs of zeros and ones; every fourth is uniform.
  uint256 edge_word();

  /// A generator of its own, so that drawing more in one place moves nothing elsewhere.
  Random fork() { return Random(next()); }

  static constexpr uint64_t min() { return 0; }
  static constexpr uint64_t max() { return std::numeric_limits<uint64_t>::max(); }
  uint64_t operator()() { return next(); }

private:
  uint64_t state_[4];
};

/// The seed of a randomised run: from the environment variable RUNAHEAD_SEED (a decimal or 0x
/// number, 64 bits; any other text is hashed to one), else from the system's entropy. Whoever takes
/// it prints it.
uint64_t seed_from_environment();

} // namespace runahead
