// A host whose state is our own journal: what it answers follows the same rules as the native
// engines' world, but every message passes through the plugin and back. Calls, creations and
// precompiles are executed here the way EVMC leaves them to hosts.
#pragma once

#include "embed/evmc/abi.hpp"
#include "machine/journaled_world.hpp"

namespace runahead::evmc {

class JournalHost {
public:
  /// Both must outlive it.
  JournalHost(JournaledWorld& world, Vm& vm) : world_(world), vm_(vm) {}

  /// Executes a message from beginning to end. The result is the caller's to release.
  Result execute(const Message& message);

  JournaledWorld& world() { return world_; }
  /// As the host interface hands it out.
  HostContext* context() { return reinterpret_cast<HostContext*>(this); }

private:
  Result create(const Message& message);
  Result call(const Message& message);
  Result run_in_vm(const Message& message, BytesView code);
  Result deploy(const Message& message, Result result);
  void transfer(const Message& message);
  Result undone_unless_success(Result result, const Journal::Checkpoint& checkpoint);

  JournaledWorld& world_;
  Vm& vm_;
};

/// What storing does, by the table in EVMC's description: values are named 0, X, Y, Z in the order
/// in which they appear.
StorageStatus storage_status(const uint256& original, const uint256& current, const uint256& value);

/// Calls `release` where there is one.
void release(const Result& result);

} // namespace runahead::evmc
