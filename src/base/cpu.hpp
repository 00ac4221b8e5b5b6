// Which vector units our own vector code may use, decided once at run time. Everything is built for
// x86-64-v3; wider code stands in functions of its own and asks here before it runs. Any thread may
// call these.
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <string_view>

namespace runahead {

/// Each level includes the ones before.
enum class CpuLevel : uint8_t {
  scalar, ///< no vector code of ours, for comparisons
  v3,     ///< AVX2, which every machine that runs us has
  v4,     ///< AVX-512 F, BW, CD, DQ and VL (x86-64-v4)
};

std::string_view name(CpuLevel level);

/// What this machine has, v3 at least.
CpuLevel machine_cpu_level();

/// The level that `text`, the value of RUNAHEAD_CPU, asks for on such a machine: the name of a
/// level, or empty for all that the machine has. Refuses other text, and a level above the
/// machine's.
Result<CpuLevel> choose_cpu_level(std::string_view text, CpuLevel machine);

/// The level to use: from the environment variable RUNAHEAD_CPU, else the machine's. Read at the
/// first call and kept. A value that is refused is complained about on standard error, once, and
/// left out of account. valgrind, which knows no AVX-512, needs RUNAHEAD_CPU=v3.
CpuLevel cpu_level();

} // namespace runahead
