// The compression function F of BLAKE2b (RFC 7693, 3.2), for precompile 0x09 (EIP-152).
#pragma once

#include "base/cpu.hpp"
#include "crypto/blake2f_rounds.hpp"

#include <array>
#include <cstdint>

namespace runahead {

/// What the compression function works on; words are numbers (the precompile's encoding of them is
/// little-endian).
struct Blake2fInput {
  std::array<uint64_t, 8> h;  ///< chaining state
  std::array<uint64_t, 16> m; ///< message block
  std::array<uint64_t, 2> t;  ///< bytes compressed so far, low word first
  bool final_block = false;
};

/// The compression in parts, for whoever must look around in between.
class Blake2fRun {
public:
  /// `level` must be one that this machine has; `scalar` counts as v3.
  Blake2fRun(uint32_t rounds, const Blake2fInput& input, CpuLevel level = cpu_level());
  /// Does so many more rounds, rounded up to a multiple of ten; true once all are done.
  bool go_on(uint32_t rounds);
  /// The new chaining state.
  std::array<uint64_t, 8> result() const;

private:
  CpuLevel level_;
  uint32_t rounds_left_;
  std::array<uint64_t, 8> h_;
  blake2b::Schedule schedule_;
  blake2b::Matrix v_;
};

/// The new chaining state after `rounds` rounds (12 in BLAKE2b itself). Time is proportional to
/// them, 31 to 36 s for 2^32 - 1: the gas, one a round, is what bounds it.
std::array<uint64_t, 8> blake2f(uint32_t rounds, const Blake2fInput& input);

/// The same at a level that this machine must have, for comparisons; `scalar` counts as v3.
std::array<uint64_t, 8> blake2f(CpuLevel level, uint32_t rounds, const Blake2fInput& input);

} // namespace runahead
