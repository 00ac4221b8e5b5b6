// One message call into a small world, at the level of the machine: no transaction around it, so
// that gas limits can be anything. `run_case` runs it on one engine in one way and tells all that
// engines must agree on.
#pragma once

#include "machine/engine.hpp"
#include "machine/tracer.hpp"
#include "sources/memory.hpp"

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
};

/// What came out. `effects` lists refund, logs, changes, warm accounts and slots, one a line, in an
/// order of its own; `reads` the keys asked for, which may be more where state comes late: an
/// instruction then asks at once for all it may need.
struct Observation {
  Status status = Status::success;
  int64_t gas_left = 0;
  Bytes output;
  std::string effects, reads;
  friend bool operator==(const Observation&, const Observation&) = default;
};

Address caller();

/// Engines attach translations to code, so what `caches` holds must come from the same engine. A
/// run that does not end gives `effects` that say so. `tracer` may be null.
Observation run_case(const MachineCase& test, const MemorySource& state, const Engine& engine,
                     Caches& caches, const Way& way, Tracer* tracer = nullptr);

/// Status, gas left, output in hex and the effects, for a person to compare.
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
