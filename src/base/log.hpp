// Where messages for the operator go. Code below app/ takes a Logger& and knows nothing of files,
// formats or libraries; app/ gives it one.
#pragma once

#include <cstdint>
#include <string_view>

namespace runahead {

enum class LogLevel : uint8_t {
  error, ///< something asked for was not done
  warn,  ///< done, but not as one would expect
  info,  ///< once per start, connection or configuration choice
  debug, ///< per call or read; off unless someone is looking
};

constexpr std::string_view name(LogLevel level) {
  switch (level) {
  case LogLevel::error: return "error";
  case LogLevel::warn: return "warn";
  case LogLevel::info: return "info";
  case LogLevel::debug: return "debug";
  }
  return "unknown";
}

/// Implementations must accept calls from any thread. Messages are one line without a line break,
/// and hold no secrets: URLs come without user, password, path key or query.
class Logger {
public:
  virtual ~Logger() = default;

  /// Asked before a message that costs something to build is built.
  virtual bool enabled(LogLevel level) const = 0;
  /// `message` is only valid during the call.
  virtual void write(LogLevel level, std::string_view message) = 0;

  void error(std::string_view message) { write_if_enabled(LogLevel::error, message); }
  void warn(std::string_view message) { write_if_enabled(LogLevel::warn, message); }
  void info(std::string_view message) { write_if_enabled(LogLevel::info, message); }
  void debug(std::string_view message) { write_if_enabled(LogLevel::debug, message); }

private:
  void write_if_enabled(LogLevel level, std::string_view message) {
    if (enabled(level)) write(level, message);
  }
};

/// Drops everything.
class NullLogger final : public Logger {
public:
  bool enabled(LogLevel) const override { return false; }
  void write(LogLevel, std::string_view) override {}
};

} // namespace runahead
