// Precompiles that can take longer than a few milliseconds, cut into parts: between two of them a
// call can be ended, and its neighbours run.
#pragma once

#include "base/bytes.hpp"
#include "machine/precompiles.hpp"

#include <memory>
#include <optional>

namespace runahead {

/// One run of a precompile on an input, which must outlive it.
class PrecompileParts {
public:
  virtual ~PrecompileParts() = default;
  /// Does the next part, of some milliseconds at most. Its status once none is left; then the
  /// output, empty before, is there.
  virtual std::optional<PrecompileStatus> go_on(Bytes& output) = 0;
};

/// Null for a precompile that is run at once: because it has no parts, or because this input makes
/// just one.
std::unique_ptr<PrecompileParts> precompile_parts(uint16_t id, BytesView input);

} // namespace runahead
