// What every exact engine offers: going on with a frame.
#pragma once

#include "machine/frame.hpp"
#include "machine/world.hpp"

#include <string_view>

namespace runahead {

enum class Outcome : uint8_t {
  done,       ///< the frame ended: `status`, `output` and `gas` say how
  want,       ///< state is missing (the journal names it); the frame stands before the instruction
  call,       ///< `request` holds the message; the frame stands behind the instruction
  slice_over, ///< the budget is used up
};

class Engine {
public:
  virtual ~Engine() = default;
  virtual std::string_view name() const = 0;
  /// Runs `frame` from where it stands until it ends, suspends, calls, or has used about `budget`
  /// gas. Stateless: one engine may run any number of frames, on any number of threads.
  virtual Outcome run(Frame& frame, World& world, int64_t budget) const = 0;
};

} // namespace runahead
