// A case of the machine, and the way it is run, as the bytes that a fuzzer changes. Any bytes are a
// case; most changes of a few bytes change one thing.
//
//   fork, speculation, value   a byte each, modulo how many there are
//   gas, slice                 three bytes each, big-endian
//   delays                     a byte
//   call data, code of contract 0, code of contract 1 …   each up to a mark of four bytes
#pragma once

#include "differential/machine_case.hpp"

namespace runahead::differential {

struct FuzzCase {
  MachineCase test;
  Way way; ///< late, without speculation
  Speculation speculation = Speculation::off;
};

FuzzCase decode_case(BytesView bytes);

/// Bytes that give the same fork, gas, value, data and codes. Balances, nonces and storage are
/// those of every fuzz case; accounts that are no contract(i) are left out, and a part that holds
/// the mark, or runs into it, is cut there.
Bytes encode_case(const MachineCase& test);

} // namespace runahead::differential
