// How the reads of one call came about: what each waited for, told from when things happened and
// from what they depended on.
#pragma once

#include "app/exact_trace.hpp"
#include "rpc/call_outcome.hpp"
#include "speculate/timeline.hpp"

#include <optional>
#include <vector>

namespace runahead {

struct ReadStory {
  enum class Cause : uint8_t {
    nothing,  ///< it could be asked for at once
    unknown,  ///< nobody needed it, or it was asked for while nothing had arrived
    key,      ///< its key was computed from what the other read gave
    code,     ///< the code that asks for it came
    branch,   ///< a branch before it was decided
    released, ///< a scout was let on
  };

  StateKey key;
  bool speculative = false;
  bool used = false;
  uint32_t wave = 0;
  Duration issued{};  ///< since the call began
  Duration arrived{}; ///< likewise; the end if it never came
  Cause cause = Cause::unknown;
  std::optional<size_t> waited_for = {}; ///< an earlier read
};

struct CallStory {
  struct Stall {
    Duration from{}, to{};
    std::vector<size_t> reads; ///< what the spine waited for
  };

  std::vector<ReadStory> reads;      ///< in the order in which they were asked for
  std::vector<size_t> program_order; ///< those that were used, as the spine came to them
  std::vector<Stall> stalls;
  Timeline::Predictions values, branches, others;
  Duration elapsed{};
};

/// REQUIRES: an outcome that kept its reads, and the timeline of its evaluation. `trace` may be
/// null: then only what scouts told is known of causes.
CallStory tell(const CallOutcome& outcome, const Timeline& timeline, const ExactTrace* trace);

/// A word or two before the number of the read that was waited for: `key from`, `code`.
std::string_view name(ReadStory::Cause cause);

} // namespace runahead
