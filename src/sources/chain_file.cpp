#include "sources/chain_file.hpp"

#include "base/limits.hpp"
#include "base/uint256.hpp"

#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace runahead {
namespace {

// First bytes of an RLP list (Yellow Paper, appendix B): its length, or the length of its length.
constexpr uint8_t short_list = 0xc0, long_list = 0xf7;

} // namespace

Result<ChainFile> ChainFile::open(const std::string& path) {
  std::FILE* file = std::fopen(path.c_str(), "rb");
  if (file == nullptr) return fail(path + ": " + std::strerror(errno));
  struct stat about{};
  fstat(fileno(file), &about);
  ChainFile opened(path, file, static_cast<uint64_t>(about.st_size));
  if (S_ISDIR(about.st_mode)) return fail(path + ": is a folder, not a file");
  return opened;
}

std::unexpected<Error> ChainFile::refuse(std::string_view what) const {
  return fail(path_ + ": at byte " + std::to_string(start_) + ": " + std::string(what));
}

/// Appends the next bytes to the block.
Result<void> ChainFile::take(size_t count, Bytes& block) {
  const size_t before = block.size();
  block.resize(before + count);
  const size_t got = std::fread(block.data() + before, 1, count, file_.get());
  position_ += got;
  if (got == count) return {};
  if (std::ferror(file_.get())) return refuse(std::strerror(errno));
  return refuse("the block is cut off: the file ends " + std::to_string(count - got) +
                " bytes too early");
}

Result<std::optional<Bytes>> ChainFile::next() {
  start_ = position_;
  const int first = std::fgetc(file_.get());
  if (first == EOF) {
    if (std::ferror(file_.get())) return refuse(std::strerror(errno));
    return std::nullopt;
  }
  ++position_;
  if (first < short_list) return refuse("expected the RLP list of a block");
  Bytes block{static_cast<uint8_t>(first)};
  uint64_t size = static_cast<uint64_t>(first) - short_list;
  if (first > long_list) {
    if (const auto ok = take(static_cast<size_t>(first) - long_list, block); !ok)
      return std::unexpected(ok.error());
    size = from_be(BytesView(block).subspan(1)).w[0];
  }
  if (size > limits::chain_block_bytes)
    return refuse("a block of " + std::to_string(size) + " bytes; at most " +
                  std::to_string(limits::chain_block_bytes) + " are read");
  if (const auto ok = take(size, block); !ok) return std::unexpected(ok.error());
  return block;
}

} // namespace runahead
