// The log, on standard error.
#pragma once

#include "base/log.hpp"
#include "base/result.hpp"

#include <memory>
#include <string>

namespace runahead {

/// error, warn, info or debug.
Result<LogLevel> parse_log_level(std::string_view text);

/// One line a message, with time and level; from any thread.
std::unique_ptr<Logger> make_stderr_logger(LogLevel least);

} // namespace runahead
