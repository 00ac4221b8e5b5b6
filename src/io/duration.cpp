#include "io/duration.hpp"

#include "base/hex.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <utility>

namespace runahead {
namespace {

constexpr std::array<std::pair<std::string_view, int64_t>, 6> units = {{
    {"ns", 1},
    {"us", 1'000},
    {"ms", 1'000'000},
    {"s", 1'000'000'000},
    {"m", 60'000'000'000},
    {"h", 3'600'000'000'000},
}};
constexpr double longest_ns = 24 * 3600e9;

} // namespace

Result<Duration> parse_duration(std::string_view text) {
  const auto refuse = [&] {
    return fail(quoted_start(text) + " is not a duration such as 20ms, 1.5s or 200us");
  };
  double number = 0;
  const auto [rest, error] =
      std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
  if (error != std::errc{} || !std::isfinite(number) || number < 0) return refuse();
  const std::string_view unit(rest, static_cast<size_t>(text.data() + text.size() - rest));
  if (unit.empty() && number == 0) return Duration{0};
  for (const auto& [name, ns] : units) {
    if (unit != name) continue;
    const double total_ns = std::round(number * static_cast<double>(ns));
    if (total_ns > longest_ns) return fail(quoted_start(text) + " is longer than 24 hours");
    return Duration{static_cast<int64_t>(total_ns)};
  }
  return refuse();
}

std::string to_string(Duration duration) {
  const int64_t ns = duration.count();
  if (ns == 0) return "0s";
  const auto& [unit, size] = units[ns < 1'000           ? 0
                                   : ns < 1'000'000     ? 1
                                   : ns < 1'000'000'000 ? 2
                                                        : 3];
  const double rounded =
      std::round(static_cast<double>(ns) * 1000 / static_cast<double>(size)) / 1000;
  std::array<char, 40> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), rounded).ptr;
  return std::string(digits.data(), end) + std::string(unit);
}

} // namespace runahead
