// One call in virtual time: how many rounds it takes under a latency, given what is known before.
#pragma once

#include "rpc/call_outcome.hpp"
#include "sources/delay.hpp"
#include "sources/fault.hpp"
#include "speculate/bound.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace runahead {

/// A call and the state it runs on, which answers inside `read`.
struct SimCall {
  std::string name;
  ExecutionInput input;
  std::shared_ptr<StateSource> state;
};

struct SimSetting {
  Speculation speculation{};
  ScoutForm scout = ScoutForm::dataflow;
  bool known_code = false; ///< reading code takes no time
  /// The share of slots whose value is what it was at an older block, which is remembered; the
  /// others were another one. Empty: nothing is remembered.
  std::optional<double> known_values = {};
  LatencyModel latency;
  FaultModel faults;
  uint64_t seed = 1; ///< of latency, faults and which values are known
};

/// What the call comes to with all state at hand, and what that tells of its reads.
struct SimTruth {
  std::string end;   ///< all that a client sees of the ending, for comparisons
  std::string error; ///< why there is none
  uint64_t steps = 0;
  unsigned storage_reads = 0; ///< different slots
  std::array<std::array<uint32_t, 2>, foresights.size()>
      bounds{}; ///< by foresight: cold, known code
};

struct SimResult {
  CallStats stats;
  double cpu_ms = 0;
  std::string end;    ///< as in the truth, or why there is none
  bool ended = false; ///< executed, however the EVM ended
  Bytes output;
};

/// Runs the call on the stepping engine, once.
SimTruth find_truth(const SimCall& call, Caches& caches);

/// `caches` keep prepared code from run to run.
SimResult simulate(const SimCall& call, const SimSetting& setting, const Engine& engine,
                   Caches& caches);

} // namespace runahead
