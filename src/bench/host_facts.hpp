// On what figures were measured.
#pragma once

#include <string>

namespace runahead {

struct HostFacts {
  std::string cpu; ///< its model; empty if the system does not say
  uint64_t processors = 0;
  std::string compiler; ///< of this program
  std::string build;    ///< CMake's build type
};

HostFacts this_host();

/// False for a build without optimisation, whose figures mean nothing.
bool is_optimised_build();

/// `2026-11-21T15:00:00Z`, now.
std::string utc_now();

} // namespace runahead
