// A progress bar on standard error, for whoever watches; nothing at all where no terminal is.
#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>

namespace runahead {

/// Draws over its own line, at most ten times a second. Used from one thread.
class ProgressBar {
public:
  ProgressBar();
  /// Wipes the line.
  ~ProgressBar();
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  /// `done` of `total`, and a few words behind the bar.
  void show(uint64_t done, uint64_t total, std::string_view words);

private:
  bool is_terminal_;
  bool drawn_ = false;
  std::chrono::steady_clock::time_point next_{};
};

} // namespace runahead
