// The stepping interpreter: exact per instruction, the reference of every other engine, the one
// that traces, and the one they hand a frame to when a check fails.
#pragma once

#include "machine/engine.hpp"
#include "machine/tracer.hpp"

namespace runahead {

class SteppingEngine final : public Engine {
public:
  /// `tracer`, if any, is told of every step and must outlive the engine.
  explicit SteppingEngine(Tracer* tracer = nullptr) : tracer_(tracer) {}

  std::string_view name() const override { return "stepping"; }
  Outcome run(Frame& frame, World& world, int64_t budget) const override;

private:
  Tracer* tracer_;
};

} // namespace runahead
