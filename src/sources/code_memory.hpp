// Code that was read before, by whose it was: known code need not be sent again once its hash is
// seen to be the same.
#pragma once

#include "base/limits.hpp"
#include "state/value.hpp"

#include <cstddef>
#include <unordered_map>

namespace runahead {

/// Belongs to one thread.
class CodeMemory {
public:
  /// Code that is remembered, in bytes. Met: all is forgotten, and read again.
  static constexpr size_t capacity_bytes = 64 * limits::mib;

  /// The code that the account had when it was read last, or null.
  BytecodeRef find(const Address& address) const;

  /// Empty code is not worth remembering.
  void remember(const Address& address, const BytecodeRef& code);
  void forget(const Address& address);

private:
  std::unordered_map<Address, BytecodeRef> codes_;
  size_t bytes_ = 0; ///< of code, one that several accounts have counted for each
};

} // namespace runahead
