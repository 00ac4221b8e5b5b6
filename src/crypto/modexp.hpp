// Modular exponentiation of big integers, for precompile 0x05 (EIP-198). A wrapper of GMP. May be
// called from any thread.
#pragma once

#include "base/bytes.hpp"

namespace runahead {

/// base ^ exponent mod modulus, all big-endian and of any length; the answer has the modulus'
/// length. 0 ^ 0 is 1, and anything modulo 0 or 1 is 0 (EIP-198 as all clients have it). The caller
/// bounds the lengths: memory grows with their sum, time as the gas rule assumes.
Bytes modexp(BytesView base, BytesView exponent, BytesView modulus);

} // namespace runahead
