// A case of the machine as text, to be kept in tests/cases and run on every engine. One item a
// line; `#` begins a comment:
//
//   account 0xc000000000000000000000000000000000000000   # the next lines are about it
//   code 0x6001 0x50*3        # bytes; *n repeats them; further lines of code go on
//   code PUSH1 0x05 SLOAD     # or opcodes by name, with their immediates behind them
//   code @end JUMPI STOP :end # @name pushes where :name puts a JUMPDEST
//   balance 5                 # wei, decimal or hex; also: nonce 1
//   storage 1 0x2a            # slot, value
//   data 0x1234
//   value 3                   # wei sent along
//   expect Frontier..Osaka 100 success 91 0x   # forks, gas limit; status, gas left, output
//
//   rounds off 3 full 2       # of reads it takes, each a delay away, by the level of speculation;
//                             # one more at the end where accounts were changed, to list changes
//
// The call goes to contract(0), 0xc000…0000, whose code is there from the beginning. A file has at
// least one `expect`.
#pragma once

#include "base/result.hpp"
#include "differential/machine_case.hpp"

#include <string_view>

namespace runahead::differential {

struct Expectation {
  Fork first, last; ///< both included
  int64_t gas = 0;  ///< limit
  std::string status;
  int64_t gas_left = 0;
  Bytes output;
};

struct ExpectedRounds {
  Speculation speculation;
  uint64_t rounds = 0;
};

struct TextCase {
  MachineCase test; ///< fork and gas are those of the expectation that is run
  std::vector<Expectation> expectations;
  std::vector<ExpectedRounds> rounds; ///< in the fork and with the gas of the last expectation
};

/// An error names the line.
Result<TextCase> parse_case(std::string_view text);

/// `test` as text that expects what was observed.
std::string print_case(const MachineCase& test, const Observation& expected);

} // namespace runahead::differential
