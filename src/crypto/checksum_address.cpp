#include "crypto/checksum_address.hpp"

#include "base/hex.hpp"
#include "crypto/keccak.hpp"

namespace runahead {

std::string to_checksum_hex(const Address& address) {
  constexpr size_t prefix = 2;
  std::string text = to_hex(address);
  const Hash256 hash =
      keccak256({reinterpret_cast<const uint8_t*>(text.data()) + prefix, text.size() - prefix});
  for (size_t i = prefix; i < text.size(); ++i) {
    const size_t digit = i - prefix;
    const unsigned nibble = hash.bytes[digit / 2] >> (digit % 2 == 0 ? 4 : 0) & 0xfU;
    if (text[i] >= 'a' && nibble >= 8) text[i] = static_cast<char>(text[i] - 'a' + 'A');
  }
  return text;
}

} // namespace runahead
