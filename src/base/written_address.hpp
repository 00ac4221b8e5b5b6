// Addresses as constants of the source.
#pragma once

#include "base/bytes.hpp"

#include <string_view>
#include <utility>

namespace runahead {

/// Of 40 lower-case hex digits; anything else does not compile.
consteval Address written_address(std::string_view digits) {
  const auto digit = [](char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    std::unreachable(); // ends the constant evaluation
  };
  if (digits.size() != 40) std::unreachable();
  Address address;
  for (size_t i = 0; i < address.bytes.size(); ++i)
    address.bytes[i] = static_cast<uint8_t>(digit(digits[2 * i]) << 4 | digit(digits[2 * i + 1]));
  return address;
}

} // namespace runahead
