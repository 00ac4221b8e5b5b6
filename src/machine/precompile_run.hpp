// One call of a precompile: charged at once, run in parts.
#pragma once

#include "machine/precompile_parts.hpp"

namespace runahead {

class PrecompileRun {
public:
  /// Charges for the precompile at `address`, which must be one at this fork. `gas` is what the
  /// call hands over, >= 0; `input` and `cache` must outlive the run.
  PrecompileRun(const Address& address, BytesView input, int64_t gas, Fork fork,
                PrecompileCache& cache);

  /// Goes on for some milliseconds at most; true once the outcome is complete.
  bool go_on();
  PrecompileOutcome& outcome() { return outcome_; }

private:
  void end(PrecompileStatus status);

  const Precompile* precompile_;
  BytesView input_;
  PrecompileCache* cache_; ///< null where it is not worth it
  int64_t gas_left_;
  bool ended_ = false;
  std::unique_ptr<PrecompileParts> parts_;
  PrecompileOutcome outcome_;
};

} // namespace runahead
