// Told of what the exact engine does, step by step, in program order.
#pragma once

#include "machine/frame.hpp"
#include "machine/world.hpp"

namespace runahead {

class Tracer {
public:
  virtual ~Tracer() = default;
  /// A frame begins (calls to precompiles too; they have no steps).
  virtual void enter(const Message&) {}
  /// Before an instruction: the frame as it is, gas before it. Told again, with nothing in between,
  /// when the instruction had to wait for state.
  virtual void step(const Frame&, const World&, uint8_t /*opcode*/) {}
  /// After the instruction of the last `step`: gas it took, child's gas included for calls. `error`
  /// is success unless the instruction ended the frame abnormally.
  virtual void stepped(int64_t /*gas_cost*/, Status /*error*/) {}
  /// A frame ended.
  virtual void leave(const Message&, const CallResult&) {}
};

} // namespace runahead
