// Names of engines and kinds of speculation, as the command line takes them.
#pragma once

#include "base/result.hpp"
#include "machine/engine.hpp"
#include "machine/tracer.hpp"
#include "speculate/evaluation.hpp"

#include <memory>
#include <string_view>

namespace runahead {

/// An exact engine. `tracer` may be null, else it must outlive the engine. An unknown name is
/// refused with a list of those that exist.
Result<std::unique_ptr<Engine>> make_engine(std::string_view name, Tracer* tracer = nullptr);

inline constexpr const char* default_engine = "threaded";

/// off, lean or full.
Result<Speculation> parse_speculation(std::string_view text);

std::string_view name(Speculation speculation);

/// tags or dataflow.
Result<ScoutForm> parse_scout_form(std::string_view text);

std::string_view name(ScoutForm form);

} // namespace runahead
