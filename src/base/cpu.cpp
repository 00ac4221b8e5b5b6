#include "base/cpu.hpp"

#include "base/hex.hpp"

#include <cstdio>
#include <cstdlib>
#include <string>

namespace runahead {

std::string_view name(CpuLevel level) {
  switch (level) {
  case CpuLevel::scalar: return "scalar";
  case CpuLevel::v3: return "v3";
  case CpuLevel::v4: return "v4";
  }
  return "unknown";
}

CpuLevel machine_cpu_level() {
  const bool has_v4 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                      __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") &&
                      __builtin_cpu_supports("avx512vl");
  return has_v4 ? CpuLevel::v4 : CpuLevel::v3;
}

Result<CpuLevel> choose_cpu_level(std::string_view text, CpuLevel machine) {
  if (text.empty()) return machine;
  for (const CpuLevel level : {CpuLevel::scalar, CpuLevel::v3, CpuLevel::v4}) {
    if (text != name(level)) continue;
    if (level <= machine) return level;
    return fail("RUNAHEAD_CPU is " + std::string(text) + ", but this machine only has " +
                std::string(name(machine)));
  }
  return fail("RUNAHEAD_CPU is " + quoted_start(text) + ", expected scalar, v3 or v4");
}

namespace {

CpuLevel cpu_level_from_environment() {
  const CpuLevel machine = machine_cpu_level();
  const char* text = std::getenv("RUNAHEAD_CPU");
  const auto chosen = choose_cpu_level(text != nullptr ? text : "", machine);
  if (chosen) return *chosen;
  std::fprintf(stderr, "%s; using %s\n", chosen.error().message.c_str(), name(machine).data());
  return machine;
}

} // namespace

CpuLevel cpu_level() {
  static const CpuLevel level = cpu_level_from_environment();
  return level;
}

} // namespace runahead
