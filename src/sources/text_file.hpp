// Whole text files, plain or compressed by xz.
#pragma once

#include "base/result.hpp"

#include <string>

namespace runahead {

/// The content of the file; what starts with xz's magic bytes is decompressed, whatever its name.
/// At most `limit_bytes` of content. Errors name the file.
Result<std::string> read_text_file(const std::string& path, size_t limit_bytes);

/// Writes `text` to `path` so that the file is there whole or not at all. Errors name the file.
Result<void> write_text_file(const std::string& path, std::string_view text);

} // namespace runahead
