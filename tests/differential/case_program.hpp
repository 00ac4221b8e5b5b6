// A case as a resumable program: the call, then the end of its journal. What runs it decides how
// state arrives.
#pragma once

#include "differential/machine_case.hpp"
#include "machine/call_stack.hpp"

#include <unordered_set>

namespace runahead::differential {

/// What the state of a case says, block hashes included.
StateValue value_of(const MemorySource& state, const StateKey& key);

/// Passes reads on and remembers their keys.
class AskedView final : public StateView {
public:
  explicit AskedView(const StateView& inner) : inner_(inner) {}
  const StateValue* find(const StateKey& key) const override {
    asked_.insert(key);
    return inner_.find(key);
  }
  const std::unordered_set<StateKey>& asked() const { return asked_; }

private:
  const StateView& inner_;
  mutable std::unordered_set<StateKey> asked_;
};

/// A case in its world, and what is left of it once somebody has executed its message there.
class CaseWorld {
public:
  /// What is passed by reference must outlive it.
  CaseWorld(const MachineCase& test, const StateView& view, Caches& caches);

  JournaledWorld& world() { return world_; }
  const JournaledWorld& world() const { return world_; }
  /// From `caller()` to `contract(0)`, whose code it holds.
  Message message() const;

  /// The call is over; the rest of its state has not been asked for.
  void end_call();
  /// Ends the journal; false while state is missing.
  bool finish();
  /// After the end. `before` is the state the case began with.
  Observation observe(const CallResult& result, const MemorySource& before) const;

private:
  const MachineCase& test_;
  AskedView view_;
  JournaledWorld world_;
  std::vector<StateKey> reads_; ///< of the call, not of the journal's end
  Effects effects_;
  std::vector<AccountChange> changes_;
};

class CaseProgram final : public Program {
public:
  /// All must outlive it; `tracer` may be null.
  CaseProgram(const MachineCase& test, const StateView& view, const Engine& engine, Caches& caches,
              Tracer* tracer = nullptr);

  Progress run(int64_t budget) override;
  const std::vector<StateKey>& wants() const override { return case_.world().journal.missing(); }
  std::vector<StateKey> hints() const override { return {}; }
  const CallStack* call_stack() const override { return call_ended_ ? nullptr : &stack_; }

  /// After the end. `before` is the state the case began with.
  Observation observe(const MemorySource& before) const {
    return case_.observe(stack_.result(), before);
  }

private:
  CaseWorld case_;
  CallStack stack_;
  bool call_ended_ = false;
};

} // namespace runahead::differential
