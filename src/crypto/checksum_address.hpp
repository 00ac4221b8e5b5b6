// Addresses as people read them: letter case as a checksum (EIP-55).
#pragma once

#include "base/bytes.hpp"

#include <string>

namespace runahead {

/// `0x` and 40 digits, of which letters are upper case where the hash of the lower-case digits has
/// a digit of 8 or more.
std::string to_checksum_hex(const Address& address);

} // namespace runahead
