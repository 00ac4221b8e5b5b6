// Engines under test run on a stack with room on both sides: one whose checks are wrong then leaves
// its stack where that is seen and told, instead of crashing.
#pragma once

#include "machine/engine.hpp"

#include <string>
#include <utility>

namespace runahead::differential {

/// The memory: a full stack between two wide zones, whose slots next to it hold a pattern. Belongs
/// to one thread; any number of engines may take turns on it.
class GuardedStack {
public:
  GuardedStack();
  ~GuardedStack();
  GuardedStack(const GuardedStack&) = delete;
  GuardedStack& operator=(const GuardedStack&) = delete;

  uint256* bottom() const { return bottom_; }
  /// Looks at the zones after a run that left the top at `sp`; true if the run kept inside.
  bool check(const uint256* sp);
  /// How the first run that did not keep inside left the stack; empty if none did. Forgets it.
  std::string take_fault() { return std::exchange(fault_, {}); }

private:
  void mend();

  void* mapping_;
  uint256* bottom_;
  std::string fault_;
};

/// Runs frames on a guarded stack. A frame that leaves it ends, with a fault in the stack.
class GuardedEngine final : public Engine {
public:
  /// Both must outlive it.
  GuardedEngine(const Engine& inner, GuardedStack& stack) : inner_(inner), stack_(stack) {}
  std::string_view name() const override { return inner_.name(); }
  Outcome run(Frame& frame, World& world, int64_t budget) const override;

private:
  const Engine& inner_;
  GuardedStack& stack_;
};

} // namespace runahead::differential
