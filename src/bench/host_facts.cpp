#include "bench/host_facts.hpp"

#include <array>
#include <ctime>
#include <fstream>
#include <thread>

namespace runahead {
namespace {

/// The first processor's `model name` in /proc/cpuinfo.
std::string cpu_model() {
  std::ifstream in("/proc/cpuinfo");
  for (std::string line; std::getline(in, line);)
    if (line.starts_with("model name"))
      if (const size_t colon = line.find(": "); colon != std::string::npos)
        return line.substr(colon + 2);
  return "";
}

} // namespace

HostFacts this_host() {
  return {cpu_model(), std::thread::hardware_concurrency(), __VERSION__, RUNAHEAD_BUILD_TYPE};
}

bool is_optimised_build() {
#ifdef __OPTIMIZE__
  return true;
#else
  return false;
#endif
}

std::string utc_now() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text.data();
}

} // namespace runahead
