// Modular exponentiation of big integers, for precompile 0x05 (EIP-198). A wrapper of GMP. May be
// called from any thread.
#pragma once

#include "base/bytes.hpp"

#include <memory>

namespace runahead {

/// base ^ exponent mod modulus, all big-endian and of any length; the answer has the modulus'
/// length. 0 ^ 0 is 1, and anything modulo 0 or 1 is 0 (EIP-198 as all clients have it). The caller
/// bounds the lengths: memory grows with their sum, time as the gas rule assumes.
Bytes modexp(BytesView base, BytesView exponent, BytesView modulus);

/// The same in parts of about a millisecond, for whoever must look around in between. Takes twice
/// as long, as each part of the exponent is a power of its own.
class ModexpRun {
public:
  /// True if there is more than one part, by the lengths of exponent and modulus.
  static bool has_parts(size_t exponent_bytes, size_t modulus_bytes);

  /// `modulus` is not empty.
  ModexpRun(BytesView base, BytesView exponent, BytesView modulus);
  ~ModexpRun();
  ModexpRun(const ModexpRun&) = delete;
  ModexpRun& operator=(const ModexpRun&) = delete;

  /// Does the next part; true once all are done.
  bool go_on();
  Bytes result() const;

private:
  struct State;
  std::unique_ptr<State> state_;
};

} // namespace runahead
