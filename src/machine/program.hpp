// A resumable computation over state that may be missing: what an evaluation drives. The call
// itself is one; its phases before and after the EVM runs are part of it.
#pragma once

#include "state/key.hpp"

#include <cstdint>
#include <vector>

namespace runahead {

class CallStack;

class Program {
public:
  enum class Progress : uint8_t {
    done,
    want,       ///< `wants()` names keys that must arrive before it can go on
    slice_over, ///< the budget is used up; call again
  };

  virtual ~Program() = default;
  /// Goes on for about `budget` gas.
  virtual Progress run(int64_t budget) = 0;
  virtual const std::vector<StateKey>& wants() const = 0;
  /// Told that it will wait for its wants for long: gives back what it does not need meanwhile.
  virtual void park() {}
  /// Keys that will most likely be read, known before anything ran (an access list).
  virtual std::vector<StateKey> hints() const = 0;
  /// The frames that scouts may run ahead from; null outside of execution.
  virtual const CallStack* call_stack() const = 0;
};

} // namespace runahead
