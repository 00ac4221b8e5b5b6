#include "app/spdlog_logger.hpp"

#include "base/hex.hpp"

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <array>

namespace runahead {
namespace {

constexpr std::array levels = {LogLevel::error, LogLevel::warn, LogLevel::info, LogLevel::debug};

spdlog::level::level_enum to_spdlog(LogLevel level) {
  switch (level) {
  case LogLevel::error: return spdlog::level::err;
  case LogLevel::warn: return spdlog::level::warn;
  case LogLevel::info: return spdlog::level::info;
  case LogLevel::debug: break;
  }
  return spdlog::level::debug;
}

class SpdlogLogger final : public Logger {
public:
  explicit SpdlogLogger(LogLevel least)
      : log_("runahead", std::make_shared<spdlog::sinks::stderr_color_sink_mt>()) {
    log_.set_level(to_spdlog(least));
    log_.set_pattern("%Y-%m-%dT%H:%M:%S.%e %^%l%$ %v");
  }

  bool enabled(LogLevel level) const override { return log_.should_log(to_spdlog(level)); }
  void write(LogLevel level, std::string_view message) override {
    log_.log(to_spdlog(level), "{}", message);
  }

private:
  mutable spdlog::logger log_;
};

} // namespace

Result<LogLevel> parse_log_level(std::string_view text) {
  for (const LogLevel level : levels)
    if (name(level) == text) return level;
  return fail("unknown log level " + quoted_start(text) + ": there are error, warn, info, debug");
}

std::unique_ptr<Logger> make_stderr_logger(LogLevel least) {
  return std::make_unique<SpdlogLogger>(least);
}

} // namespace runahead
