// One message call into a small world, at the level of the machine: no transaction around it, so
// that gas limits can be anything. `run_case` runs it on one engine in one way and tells all that
// engines must agree on.
#pragma once

#include "machine/engine.hpp"
#include "machine/journaled_world.hpp"
#include "machine/tracer.hpp"
#include "sources/memory.hpp"
#include "speculate/evaluation.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace runahead::differential {

/// The call goes from `caller()` to `contract(0)` (program_writer.hpp).
struct MachineCase {
  Fork fork = Fork::osaka;
  int64_t gas = 0;
  uint256 value; ///< wei
  Bytes data;
  AccountMap accounts;
};

/// How a case is run: with all state at hand and in one go, or not.
struct Way {
  int64_t slice_gas = int64_t{1} << 40; ///< budget of each turn
  uint64_t delay_seed = 0; ///< not 0: state arrives when it is wanted, in an order drawn from this
  /// If set, an evaluation runs the case over a source whose latencies, order and faults are drawn
  /// from `delay_seed`.
  std::optional<Speculation> speculation = {};
};

/// What a run changed of one account; only what is another than before.
struct Change {
  Address address;
  bool deleted = false, cleared = false;
  std::optional<uint256> balance;
  std::optional<uint64_t> nonce;
  std::optional<Hash256> code_hash;
  std::vector<std::pair<uint256, uint256>> slots; ///< sorted
  friend bool operator==(const Change&, const Change&) = default;
};

/// What is left of a run beside its result.
struct Effects {
  int64_t refund = 0;
  std::vector<Log> logs;
  std::vector<Change> changes;                              ///< sorted by address
  std::vector<Address> warm_accounts;                       ///< sorted
  std::vector<std::pair<Address, uint256>> warm_slots = {}; ///< sorted
  friend bool operator==(const Effects&, const Effects&) = default;
};

/// What came out.
struct Observation {
  Status status = Status::success;
  int64_t gas_left = 0;
  Bytes output;
  Effects effects;
  /// Keys asked for, sorted; may be more where state comes late: an instruction then asks at once
  /// for all it may need.
  std::vector<StateKey> reads;
  std::string fault; ///< what no engine may do; the rest means nothing then
  friend bool operator==(const Observation&, const Observation&) = default;
};

Address caller();

/// Engines of several kinds may share `caches`, not two of one kind that translate differently. A
/// run that does not end has a `fault` that says so. `tracer` may be null.
Observation run_case(const MachineCase& test, const MemorySource& state, const Engine& engine,
                     Caches& caches, const Way& way, Tracer* tracer = nullptr);

/// What reading took over a source that gives each request its answer after 20 ms.
struct Reading {
  uint64_t rounds = 0;
  Evaluation::Stats stats;
  Observation observation;
};
Reading run_ahead_plainly(const MachineCase& test, const MemorySource& state, const Engine& engine,
                          Caches& caches, const Evaluation::Options& options);

/// Runs a message from beginning to end in a world that has all state at hand.
using Executor = std::function<CallResult(JournaledWorld&, const Message&)>;

/// The same with `execute` in the place of an engine and its call stack.
Observation run_case(const MachineCase& test, const MemorySource& state, Caches& caches,
                     const Executor& execute);

/// For a person to compare.
std::string to_text(const Observation& observation);

/// Remembers how much gas the outermost frame had used before each of its instructions.
class GasTrace final : public Tracer {
public:
  void step(const Frame& frame, const World& world, uint8_t opcode) override;
  /// Without repetitions, in the order of execution.
  const std::vector<int64_t>& used() const { return used_; }

private:
  std::vector<int64_t> used_;
};

} // namespace runahead::differential
