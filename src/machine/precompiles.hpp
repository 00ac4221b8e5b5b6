// Precompiled contracts: which addresses are ones at a fork, what they charge and what they answer.
// Pure functions of their input; may be called from any thread.
#pragma once

#include "base/bytes.hpp"
#include "machine/precompile_cache.hpp"
#include "spec/fork.hpp"

#include <cstdint>
#include <span>
#include <string_view>

namespace runahead {

enum class PrecompileStatus : uint8_t {
  success,
  failure,    ///< refused its input: the call fails and all gas given to it is used
  out_of_gas, ///< the same for the caller; apart for traces
  /// Operands longer than `limits` lets us hold: must become an explicit error, never an EVM
  /// result.
  beyond_limits,
};

struct PrecompileOutcome {
  PrecompileStatus status = PrecompileStatus::beyond_limits;
  int64_t gas_left = 0; ///< zero unless the status is success
  Bytes output;         ///< empty unless the status is success
};

/// One row of the table.
struct Precompile {
  /// Gas to run on this input; `refused` for input whose form the fork does not take.
  using GasFunction = uint64_t (*)(BytesView input, Fork fork);
  static constexpr uint64_t refused = UINT64_MAX, unpayable = UINT64_MAX - 1;
  /// Appends to an empty output; the same for every fork. Never answers out_of_gas.
  using RunFunction = PrecompileStatus (*)(BytesView input, Bytes& output);

  uint16_t id; ///< the address, as a number
  Fork since;
  std::string_view name; ///< as EIP-7910 lists it
  GasFunction gas;
  RunFunction run;

  Address address() const;
};

/// The precompiles of a fork, by ascending address. A transaction finds them warm (EIP-2929).
std::span<const Precompile> precompiles(Fork fork);

/// The row of an address, or null if it is no precompile at the fork. A few comparisons.
const Precompile* find_precompile(const Address& address, Fork fork);

inline bool is_precompile(const Address& address, Fork fork) {
  return find_precompile(address, fork) != nullptr;
}

/// Charges and runs the precompile at `address`, which must be one at this fork. `gas` is what the
/// call hands over, >= 0.
PrecompileOutcome run_precompile(const Address& address, BytesView input, int64_t gas, Fork fork,
                                 PrecompileCache& cache);

} // namespace runahead
