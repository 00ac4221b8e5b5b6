// Hex text as Ethereum's JSON writes it, and numbers from command lines. Errors say what was wrong
// and show the start of the text; callers put the field's name in front (`fail_at`).
#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/uint256.hpp"

#include <string>
#include <string_view>

namespace runahead {

/// `0x` and two lower-case digits a byte; `0x` alone for no bytes.
std::string to_hex(BytesView bytes);
/// Two lower-case digits a byte, without `0x`. REQUIRES: room for them at `out`.
void write_hex(BytesView bytes, char* out);
/// The quantity form: no leading zeros, `0x0` for zero.
std::string to_hex(const uint256& x);
/// All 32 bytes: `0x` and 64 digits.
std::string to_hex32(const uint256& x);

/// `0x` and an even number of digits, of either case.
Result<Bytes> parse_hex_bytes(std::string_view text);

/// `0x` and at least one digit; leading zeros are accepted, up to 64 digits in all.
Result<uint256> parse_hex_quantity(std::string_view text);
Result<uint64_t> parse_hex_u64(std::string_view text);

/// `0x` and exactly 40 digits. The letter case is not checked against EIP-55.
Result<Address> parse_address(std::string_view text);
/// `0x` and exactly 64 digits.
Result<Hash256> parse_hash(std::string_view text);

/// A hex quantity or a decimal number, for command lines.
Result<uint256> parse_number(std::string_view text);

/// `text` in quotes for an error message, cut to 40 characters; bytes that are not printable ASCII
/// become `?`.
std::string quoted_start(std::string_view text);

} // namespace runahead
