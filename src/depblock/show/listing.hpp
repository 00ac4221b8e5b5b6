// A whole code in its dependency blocks, for a person to read: as text after any pass, as what a
// pass changed, and as a picture of how control flows.
#pragma once

#include "base/result.hpp"
#include "code/code.hpp"
#include "spec/fork.hpp"

#include <optional>
#include <string>
#include <vector>

namespace runahead::depblock {

/// Names of all stages in their order: `lift`, each pass over a block, `place`. What is shown is
/// always placed; `place` is with blocks merged, too.
std::vector<std::string_view> stage_names();

struct ListingOptions {
  std::string after = {};          ///< a stage; empty for the last
  std::string diff = {};           ///< a stage: show what it changed, `-` before and `+` after
  std::optional<uint64_t> pc = {}; ///< only the block that begins there
};

struct ListedBlock {
  uint32_t pc = 0;
  std::string text; ///< the block, or what a stage changed of it
  std::string flow; ///< where control comes from and goes to, in words; empty for changes
};

/// The blocks that control may reach, ascending; of changes only those that have some. An error
/// names an unknown stage or a pc where no block begins.
Result<std::vector<ListedBlock>> list_blocks(const Code& code, Fork fork,
                                             const ListingOptions& options);

/// The flow graph in the language of graphviz: a box for each reached block with its text; dashed
/// arrows to where sides reconverge; certain aborts in grey.
std::string draw_flow(const Code& code, Fork fork);

} // namespace runahead::depblock
