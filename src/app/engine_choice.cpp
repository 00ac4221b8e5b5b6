#include "app/engine_choice.hpp"

#include "base/hex.hpp"
#include "depblock/run/depblock_engine.hpp"
#include "interp/stepping.hpp"
#include "interp/threaded.hpp"

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
  // Only stepping can tell of every step; it answers the same.
  if (name == "stepping" || (tracer != nullptr && (name == "threaded" || name == "depblock")))
    return std::make_unique<SteppingEngine>(tracer);
  if (name == "threaded") return std::make_unique<ThreadedEngine>();
  if (name == "depblock")
    return std::make_unique<DepblockEngine>(std::make_unique<SteppingEngine>());
  return fail("unknown engine " + quoted_start(name) +
              ": there are threaded, stepping and depblock");
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

Result<ScoutForm> parse_scout_form(std::string_view text) {
  for (const ScoutForm form : {ScoutForm::tags, ScoutForm::dataflow})
    if (text == name(form)) return form;
  return fail("unknown form of scouts " + quoted_start(text) + ": there are tags and dataflow");
}

std::string_view name(ScoutForm form) { return form == ScoutForm::tags ? "tags" : "dataflow"; }

} // namespace runahead
