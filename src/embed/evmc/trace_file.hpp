// Where a plugin writes its traces: standard error or a file, a line at a time, from any thread.
#pragma once

#include <cstdio>
#include <memory>
#include <string>
#include <string_view>

namespace runahead::evmc {

class TraceFile {
public:
  static std::unique_ptr<TraceFile> standard_error();
  /// Written anew; null if it cannot be.
  static std::unique_ptr<TraceFile> create(const std::string& path);

  void write_line(std::string_view line);

private:
  struct Close {
    void operator()(std::FILE* file) const {
      if (file != stderr) std::fclose(file);
    }
  };
  explicit TraceFile(std::FILE* file) : file_(file) {}

  std::unique_ptr<std::FILE, Close> file_;
};

} // namespace runahead::evmc
