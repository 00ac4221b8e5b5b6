// The value a state key has.
#pragma once

#include "base/bytes.hpp"
#include "base/uint256.hpp"

#include <memory>

namespace runahead {

/// Immutable bytecode with its Keccak-256 hash; shared by everyone who read it.
struct Bytecode {
  Bytes bytes;
  Hash256 hash;
};
using BytecodeRef = std::shared_ptr<const Bytecode>;

/// Hashes `bytes`. Empty code gives the one shared empty object.
BytecodeRef make_bytecode(Bytes bytes);

/// `word` for every kind but code (hashes as big-endian numbers, truths as 0 or 1); `code` for
/// code, never null there.
struct StateValue {
  uint256 word;
  BytecodeRef code;
};

} // namespace runahead
