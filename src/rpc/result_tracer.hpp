// What traces a transaction and makes JSON of it.
#pragma once

#include "machine/tracer.hpp"
#include "rpc/trace_options.hpp"
#include "state/journal.hpp"
#include "state/view.hpp"
#include "tx/execution.hpp"

#include <memory>
#include <span>
#include <string>
#include <vector>

namespace runahead {

/// How the transaction ended, and the state around it.
struct TracedEnd {
  const Transaction& transaction;
  const ExecutionResult& result;
  std::span<const AccountChange> changes;
  const StateView& before;
  const BlockEnv& block;
};

/// What is told of the place of a transaction, where it has one.
struct TracedPlace {
  std::optional<Hash256> block_hash;
  uint64_t block_number = 0;
  size_t index = 0;
  Hash256 transaction_hash;
};

/// Of one transaction.
class ResultTracer : public Tracer {
public:
  /// Values of the state before that the result needs besides those that were read.
  virtual std::vector<StateKey> needs(const TracedEnd&) const { return {}; }
  /// The result, as JSON text. REQUIRES: what it needs is there.
  virtual std::string result(const TracedEnd& end) = 0;
  /// True once the trace takes more than an answer may.
  virtual bool overflowed() const { return false; }
};

std::unique_ptr<ResultTracer> make_tracer(const TraceOptions& options, const TracedPlace& place);

} // namespace runahead
