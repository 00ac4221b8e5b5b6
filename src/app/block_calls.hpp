// The transactions of real blocks as calls, each on the state before its block.
#pragma once

#include "app/sim_run.hpp"

namespace runahead {

/// Reads folders as `runahead replay` does. Each transaction becomes a call without fee; its state
/// is what the block read, and zero elsewhere. Errors name file and field.
Result<std::vector<SimCall>> load_block_calls(const std::vector<std::string>& paths);

} // namespace runahead
