#include "spec/fork.hpp"

#include <array>
#include <string>
#include <utility>

namespace runahead {
namespace {

constexpr std::array<std::string_view, fork_count> names = {
    "Frontier",       "Homestead",         "EIP150",   "EIP158", "Byzantium",
    "Constantinople", "ConstantinopleFix", "Istanbul", "Berlin", "London",
    "Paris",          "Shanghai",          "Cancun",   "Prague", "Osaka",
};

constexpr std::array<std::pair<std::string_view, Fork>, 5> other_names = {{
    {"TangerineWhistle", Fork::tangerine_whistle},
    {"SpuriousDragon", Fork::spurious_dragon},
    {"Petersburg", Fork::petersburg},
    {"Merge", Fork::paris},
    {"Capella", Fork::shanghai},
}};

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

bool same(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i)
    if (lower(a[i]) != lower(b[i])) return false;
  return true;
}

} // namespace

std::string_view name(Fork fork) { return names[static_cast<size_t>(fork)]; }

Result<Fork> parse_fork(std::string_view text) {
  for (size_t i = 0; i < names.size(); ++i)
    if (same(text, names[i])) return static_cast<Fork>(i);
  for (const auto& [other, fork] : other_names)
    if (same(text, other)) return fork;
  return fail("unknown fork '" + std::string(text.substr(0, 40)) +
              "': known are Frontier to Osaka, as in `Cancun`, `Prague`, `Osaka`");
}

BlobSchedule default_blob_schedule(Fork fork) {
  if (fork >= Fork::prague) return {6, 9, 5007716};
  if (fork >= Fork::cancun) return {3, 6, 3338477};
  return {};
}

} // namespace runahead
