#include "base/log.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace runahead {
namespace {

class Recorder final : public Logger {
public:
  explicit Recorder(LogLevel most) : most_(most) {}
  bool enabled(LogLevel level) const override { return level <= most_; }
  void write(LogLevel level, std::string_view message) override {
    lines.push_back(std::string(name(level)) + ": " + std::string(message));
  }
  std::vector<std::string> lines;

private:
  LogLevel most_;
};

TEST(Log, WritesOnlyEnabledLevels) {
  const auto all = {"error: e", "warn: w", "info: i", "debug: d"};
  for (int most = 0; most < 4; ++most) {
    Recorder log(static_cast<LogLevel>(most));
    log.error("e");
    log.warn("w");
    log.info("i");
    log.debug("d");
    EXPECT_EQ(log.lines, std::vector<std::string>(all.begin(), all.begin() + most + 1));
  }
}

TEST(Log, NullLoggerEnablesNothing) {
  NullLogger log;
  for (int level = 0; level < 4; ++level) EXPECT_FALSE(log.enabled(static_cast<LogLevel>(level)));
  log.error("dropped");
}

} // namespace
} // namespace runahead
