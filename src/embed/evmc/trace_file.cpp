#include "embed/evmc/trace_file.hpp"

namespace runahead::evmc {

std::unique_ptr<TraceFile> TraceFile::standard_error() {
  return std::unique_ptr<TraceFile>(new TraceFile(stderr));
}

std::unique_ptr<TraceFile> TraceFile::create(const std::string& path) {
  std::FILE* const file = std::fopen(path.c_str(), "we");
  if (file == nullptr) return nullptr;
  return std::unique_ptr<TraceFile>(new TraceFile(file));
}

void TraceFile::write_line(std::string_view line) {
  // In one piece, so that lines of several threads do not mix.
  std::string text(line);
  text += '\n';
  std::fwrite(text.data(), 1, text.size(), file_.get());
}

} // namespace runahead::evmc
