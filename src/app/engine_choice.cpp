#include "app/engine_choice.hpp"

#include "base/hex.hpp"
#include "interp/stepping.hpp"

#include <array>
#include <utility>

namespace runahead {
namespace {

constexpr std::array<std::pair<std::string_view, Speculation>, 3> speculations = {{
    {"off", Speculation::off},
    {"lean", Speculation::lean},
    {"full", Speculation::full},
}};

} // namespace

Result<std::unique_ptr<Engine>> make_engine(std::string_view name, Tracer* tracer) {
  if (name == "stepping") return std::make_unique<SteppingEngine>(tracer);
  return fail("unknown engine " + quoted_start(name) + ": there is stepping");
}

Result<Speculation> parse_speculation(std::string_view text) {
  for (const auto& [known, speculation] : speculations)
    if (text == known) return speculation;
  return fail("unknown speculation " + quoted_start(text) + ": there are off, lean and full");
}

std::string_view name(Speculation speculation) {
  for (const auto& [known, value] : speculations)
    if (value == speculation) return known;
  return "?";
}

} // namespace runahead
