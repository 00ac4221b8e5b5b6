// Reading values out of parsed JSON files. For sources of this folder only: the header brings the
// JSON library with it.
#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/uint256.hpp"

#include <nlohmann/json.hpp>

#include <string_view>

namespace runahead {

using Json = nlohmann::json;

/// Strict JSON: one value, no comments, nested at most limits::json_depth, no key twice in one
/// object. Errors give line and column where there is one.
Result<Json> parse_json_text(std::string_view text);

// Each refuses what is not of its kind and says what is there instead; callers put the field in
// front.

/// Hex or decimal text, or a JSON number below 2^64.
Result<uint256> json_quantity(const Json& value);
Result<uint64_t> json_u64(const Json& value);
/// Hex text of any even length; the empty text counts as no bytes.
Result<Bytes> json_bytes(const Json& value);
/// Hex text, the 0x optional, of exactly 20 or 32 bytes.
Result<Address> json_address(const Json& value);
Result<Hash256> json_hash(const Json& value);
/// A storage slot or value: a quantity in hex text, the 0x optional where all 64 digits are there.
Result<uint256> json_word(const Json& value);

/// `an object`, `the text 'abc'`: a value's kind for messages.
std::string describe(const Json& value);

} // namespace runahead
