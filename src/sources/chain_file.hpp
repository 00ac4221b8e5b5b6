// Chain files, as nodes export them: the RLP of blocks, one behind the other.
#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"

#include <cstdint>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>

namespace runahead {

/// Reads block by block; of the file only the current block is held. Used from one thread.
class ChainFile {
public:
  /// Errors name the file.
  static Result<ChainFile> open(const std::string& path);

  /// The next block's RLP: a list whose items are not looked into. Nothing at the end of the file.
  /// Refused, with the place in the file: what is no list, is cut off, or is larger than
  /// limits::chain_block_bytes.
  Result<std::optional<Bytes>> next();

  const std::string& path() const { return path_; }
  /// Bytes read, and those of the whole file.
  uint64_t position() const { return position_; }
  uint64_t size() const { return size_; }

private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };

  ChainFile(std::string path, std::FILE* file, uint64_t size)
      : path_(std::move(path)), file_(file), size_(size) {}
  std::unexpected<Error> refuse(std::string_view what) const;
  Result<void> take(size_t count, Bytes& block);

  std::string path_;
  std::unique_ptr<std::FILE, Close> file_;
  uint64_t size_ = 0;
  uint64_t start_ = 0; ///< of the current block
  uint64_t position_ = 0;
};

} // namespace runahead
