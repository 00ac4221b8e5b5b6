// Durations as people write them on command lines and in latency models: `20ms`, `1.5s`, `200us`.
#pragma once

#include "base/result.hpp"
#include "io/executor.hpp"

#include <string>
#include <string_view>

namespace runahead {

/// A decimal number, whole or with a fraction, and a unit of ns, us, ms, s, m or h; `0` needs none.
/// At most 24 hours.
Result<Duration> parse_duration(std::string_view text);

/// The shortest of the same forms, rounded to three places of its unit: `20ms`, `1.5s`, `0s`.
std::string to_string(Duration duration);

} // namespace runahead
