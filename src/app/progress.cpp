#include "app/progress.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <string>

namespace runahead {
namespace {

constexpr size_t most_bar_columns = 40;
constexpr std::string_view wipe_line = "\r\x1b[K";

size_t terminal_columns() {
  winsize size{};
  const bool known = ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col != 0;
  return known ? size.ws_col : 80;
}

void write(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stderr);
  std::fflush(stderr);
}

} // namespace

ProgressBar::ProgressBar() : is_terminal_(isatty(STDERR_FILENO) == 1) {}

ProgressBar::~ProgressBar() {
  if (drawn_) write(wipe_line);
}

void ProgressBar::show(uint64_t done, uint64_t total, std::string_view words) {
  const auto now = std::chrono::steady_clock::now();
  if (!is_terminal_ || now < next_) return;
  next_ = now + std::chrono::milliseconds(100);
  const double fraction =
      total == 0 ? 1 : std::min(1.0, static_cast<double>(done) / static_cast<double>(total));
  const size_t columns = terminal_columns();
  const size_t bar = std::min(most_bar_columns, columns / 2);
  const auto filled = static_cast<size_t>(fraction * static_cast<double>(bar));
  std::string line = "[" + std::string(filled, '#') + std::string(bar - filled, '.') + "] " +
                     std::to_string(static_cast<int>(fraction * 100)) + "% ";
  line += words;
  // A line as wide as the terminal would wrap and could not be drawn over.
  line.resize(std::min(line.size(), columns - 1));
  write(std::string(wipe_line) + line);
  drawn_ = true;
}

} // namespace runahead
