#include "state/value.hpp"

#include "crypto/keccak.hpp"

namespace runahead {

BytecodeRef make_bytecode(Bytes bytes) {
  static const BytecodeRef empty = std::make_shared<Bytecode>(Bytecode{{}, keccak256({})});
  if (bytes.empty()) return empty;
  const Hash256 hash = keccak256(bytes);
  return std::make_shared<Bytecode>(Bytecode{std::move(bytes), hash});
}

} // namespace runahead
