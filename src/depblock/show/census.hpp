// What becomes of the opcodes of real code: figures of one code, or of many added up.
#pragma once

#include "code/code.hpp"
#include "spec/fork.hpp"

#include <string>

namespace runahead::depblock {

struct Census {
  uint64_t codes = 0, bytes = 0;
  uint64_t reached_bytes = 0; ///< that some path comes to, as far as can be told
  uint64_t blocks = 0;        ///< basic blocks that are reached
  uint64_t opcodes = 0;       ///< in these
  uint64_t instructions = 0;  ///< left of the opcodes, with ends that do something
  uint64_t temporaries = 0, spills = 0, unspills = 0;
  uint64_t merged = 0; ///< blocks that became pieces of another
  uint64_t jumps = 0, literal_jumps = 0, resolved_jumps = 0; ///< JUMP and JUMPI; of all; of all
  uint64_t aborting_blocks = 0, reconverging_branches = 0, branches = 0;
  uint64_t codes_resolved = 0,
           codes_cut_short = 0; ///< without unknown jumps; where a bound was met

  Census& operator+=(const Census& other);
};

Census take_census(const Code& code, Fork fork);

/// A figure a line.
std::string print(const Census& census);

} // namespace runahead::depblock
