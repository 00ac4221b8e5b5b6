// Keccak-256 of many inputs at once, four or eight in the lanes of vectors. Any thread may call
// these.
#pragma once

#include "base/bytes.hpp"
#include "base/cpu.hpp"

#include <span>

namespace runahead {

/// hashes[i] = keccak256(inputs[i]), with the widest vector unit that cpu_level() allows. Inputs
/// may differ in length: a lane whose input ends takes the next one. From two inputs on it is
/// faster than hashing them one by one. Does not allocate. REQUIRES: as many hashes as inputs; they
/// do not overlap the inputs.
void keccak256_batch(std::span<const BytesView> inputs, std::span<Hash256> hashes);

/// The same at a level of the caller's choice. REQUIRES: level <= machine_cpu_level().
void keccak256_batch(CpuLevel level, std::span<const BytesView> inputs, std::span<Hash256> hashes);

} // namespace runahead
