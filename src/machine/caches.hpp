// What calls leave behind for later ones. May be used from any number of threads.
#pragma once

#include "code/code_cache.hpp"
#include "machine/frame_pool.hpp"
#include "machine/precompile_cache.hpp"

namespace runahead {

struct Caches {
  CodeCache codes;
  PrecompileCache precompiles;
  FramePool frames;
};

} // namespace runahead
