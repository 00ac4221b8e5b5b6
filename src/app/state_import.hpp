// Makes a database of an account or genesis file.
#pragma once

#include "base/result.hpp"
#include "block/block.hpp"
#include "sources/alloc_file.hpp"

#include <cstddef>
#include <string>

namespace runahead {

struct StateCounts {
  size_t accounts = 0, slots = 0;
};

/// Writes the file's accounts, and with `genesis` that block, which makes a chain of it. A database
/// that is at `db` is replaced with `force` only; folders above it are made. Errors name `db`.
Result<StateCounts> import_state(const std::string& db, const AllocFile& file, const Block* genesis,
                                 bool force);

} // namespace runahead
