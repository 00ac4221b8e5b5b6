// The least rounds that a call's reads can be had in, by what they depend on, given how far
// branches are foreseen. A round is the time that reads take that are made together.
//
// A read is issued in the round in which its key is known, the code that asks for it is there, and
// the branches before it in its frame allow it. Behind a call they are those of the caller again:
// that it succeeded is foreseen, what it gave back is data. A failure is not foreseen. Memory, call
// data, return data and storage written are followed byte by byte and slot by slot. What is stored
// to a key that is not known is taken not to alias; gas, and the size of return data, are taken to
// be known.
#pragma once

#include "speculate/dependence_trace.hpp"

#include <array>
#include <optional>
#include <string_view>

namespace runahead {

/// How branches are foreseen whose conditions have not arrived.
struct Foresight {
  std::string_view name;
  bool foresees_aborts = true; ///< a side that can only abort is never waited for
  /// Real branches, those whose sides may both succeed, that are run ahead of unresolved, all
  /// foreseen right. Empty: any number.
  std::optional<unsigned> branches = {};
};

/// From executing in order up to each branch, to perfect prediction.
inline constexpr std::array<Foresight, 6> foresights = {{
    {"stop_at_branches", false, 0},
    {"no_revert", true, 0},
    {"K4", true, 4},
    {"K16", true, 16},
    {"K64", true, 64},
    {"perfect", true, {}},
}};

/// With `known_code`, reads of code take no time. Linear in the trace, times the logarithm of the
/// number of branches foreseen.
uint32_t least_rounds(const DependenceTrace& trace, const Foresight& foresight, bool known_code);

/// Reads one after another.
uint32_t serial_rounds(const DependenceTrace& trace, bool known_code);

} // namespace runahead
