// Extends a database by the blocks of chain files.
#pragma once

#include "base/result.hpp"
#include "block/block.hpp"
#include "machine/engine.hpp"

#include <string>
#include <vector>

namespace runahead {

/// Checks that all files can be read and that the first begins with `genesis` or with a block that
/// names it as its parent. Errors name the file.
Result<void> check_chain_start(const std::vector<std::string>& files, const Block& genesis);

/// Imports the files' blocks in their order, shows how far it is, and tells what was imported on
/// standard output. Ends at the first bad block: what came before it stays, as the error says.
Result<void> import_chain(const std::string& db, const std::vector<std::string>& files,
                          const Engine& engine);

} // namespace runahead
