#include "sources/text_file.hpp"

#include "base/limits.hpp"

#include <lzma.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string_view>

namespace runahead {
namespace {

constexpr std::string_view xz_magic("\xfd"
                                    "7zXZ\0",
                                    6);
constexpr uint64_t decompressor_memory_bytes = 256 * limits::mib;

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

std::string system_error() { return std::strerror(errno); }

std::unexpected<Error> too_large(size_t limit_bytes) {
  return fail("larger than " + std::to_string(limit_bytes / limits::mib) + " MiB");
}

Result<std::string> read_all(const std::string& path, size_t limit_bytes) {
  const File file(std::fopen(path.c_str(), "rb"));
  if (!file) return fail(system_error());
  struct stat about{};
  if (fstat(fileno(file.get()), &about) == 0 && S_ISDIR(about.st_mode))
    return fail("is a folder, not a file");
  std::string text;
  std::array<char, 1 << 16> buffer;
  while (const size_t got = std::fread(buffer.data(), 1, buffer.size(), file.get())) {
    if (text.size() + got > limit_bytes) return too_large(limit_bytes);
    text.append(buffer.data(), got);
  }
  if (std::ferror(file.get())) return fail(system_error());
  return text;
}

struct EndStream {
  void operator()(lzma_stream* stream) const { lzma_end(stream); }
};

Result<std::string> decompress(std::string_view packed, size_t limit_bytes) {
  lzma_stream stream = LZMA_STREAM_INIT;
  const std::unique_ptr<lzma_stream, EndStream> end(&stream);
  if (lzma_stream_decoder(&stream, decompressor_memory_bytes, LZMA_CONCATENATED) != LZMA_OK)
    return fail("xz: the decompressor did not start");
  stream.next_in = reinterpret_cast<const uint8_t*>(packed.data());
  stream.avail_in = packed.size();
  std::string text;
  std::array<char, 1 << 16> buffer;
  for (;;) {
    stream.next_out = reinterpret_cast<uint8_t*>(buffer.data());
    stream.avail_out = buffer.size();
    const lzma_ret status = lzma_code(&stream, LZMA_FINISH);
    const size_t got = buffer.size() - stream.avail_out;
    if (text.size() + got > limit_bytes) return too_large(limit_bytes);
    text.append(buffer.data(), got);
    if (status == LZMA_STREAM_END) return text;
    if (status == LZMA_BUF_ERROR) return fail("xz: the file is cut off");
    if (status == LZMA_MEMLIMIT_ERROR) return fail("xz: needs too much memory to decompress");
    if (status != LZMA_OK) return fail("xz: the file is damaged");
  }
}

} // namespace

Result<std::string> read_text_file(const std::string& path, size_t limit_bytes) {
  auto content = read_all(path, limit_bytes);
  if (content && content->starts_with(xz_magic)) content = decompress(*content, limit_bytes);
  if (!content) return fail_at(path, content.error());
  return content;
}

Result<void> write_text_file(const std::string& path, std::string_view text) {
  const std::string temporary = path + ".part" + std::to_string(getpid());
  const auto refuse = [&]() -> Result<void> {
    const std::string cause = system_error();
    std::remove(temporary.c_str());
    return fail(path + ": " + cause);
  };
  std::FILE* const file = std::fopen(temporary.c_str(), "wb");
  if (!file) return refuse();
  const bool written = std::fwrite(text.data(), 1, text.size(), file) == text.size() &&
                       std::fflush(file) == 0 && fsync(fileno(file)) == 0;
  if (!(std::fclose(file) == 0 && written)) return refuse();
  if (std::rename(temporary.c_str(), path.c_str()) != 0) return refuse();
  return {};
}

} // namespace runahead
