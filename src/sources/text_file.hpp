// Whole text files, plain or compressed by xz.
#pragma once

#include "base/result.hpp"

#include <string>
#include <string_view>

namespace runahead {

/// The content of the file; what starts with xz's magic bytes is decompressed, whatever its name.
/// At most `limit_bytes` of content. Errors name the file.
Result<std::string> read_text_file(const std::string& path, size_t limit_bytes);

/// What `parse` makes of the file's content, read as above. Errors name the file.
template <class Made>
Result<Made> load_text_file(const std::string& path, size_t limit_bytes,
                            Result<Made> (*parse)(std::string_view)) {
  const auto text = read_text_file(path, limit_bytes);
  if (!text) return std::unexpected(text.error());
  auto made = parse(*text);
  if (!made) return fail_at(path, made.error());
  return made;
}

/// Writes `text` to `path` so that the file is there whole or not at all. Errors name the file.
Result<void> write_text_file(const std::string& path, std::string_view text);

} // namespace runahead
