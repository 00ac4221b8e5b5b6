// A state source with what the command line wraps around it.
#pragma once

#include "sources/delay.hpp"
#include "state/source.hpp"

#include <cstdint>
#include <memory>
#include <optional>

namespace runahead {

/// What stands between the broker and where the state really comes from.
struct SourceWrapping {
  std::optional<LatencyModel> delay;
  uint64_t seed = 1; ///< of the delay
};

/// Builds the stack for a source; the pointer keeps all of it. `executor` must outlive it.
std::shared_ptr<StateSource> wrap(std::shared_ptr<StateSource> source, Executor& executor,
                                  const SourceWrapping& wrapping);

} // namespace runahead
