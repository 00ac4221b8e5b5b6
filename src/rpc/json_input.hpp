// Reading values out of JSON requests. For sources of this folder only: the header brings the JSON
// library with it.
#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/uint256.hpp"

#include <simdjson.h>

#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace runahead {

using JsonElement = simdjson::dom::element;

/// One JSON text and the memory it was parsed into; elements live as long as it does.
class JsonText {
public:
  /// Strict JSON of one value, nested at most limits::json_depth.
  Result<JsonElement> parse(std::string_view text);

private:
  simdjson::dom::parser parser_;
};

/// `an object`, `the text 'abc'`: a value's kind for messages.
std::string describe(const JsonElement& value);

// Each refuses what is not of its kind and says what is there instead. Numbers are hex text, as
// Ethereum's JSON-RPC has them.

Result<std::string_view> read_text(const JsonElement& value);
Result<bool> read_bool(const JsonElement& value);
Result<uint256> read_quantity(const JsonElement& value);
Result<uint64_t> read_u64(const JsonElement& value);
Result<Bytes> read_bytes(const JsonElement& value);
Result<Address> read_address(const JsonElement& value);
Result<Hash256> read_hash(const JsonElement& value);

/// Puts a value that was read where it belongs, or hands its error on.
template <class T, class Into>
Result<void> store(Result<T> value, Into& into) {
  if (!value) return std::unexpected(std::move(value.error()));
  into = std::move(*value);
  return {};
}

/// A field of an object that becomes a Target.
template <class Target>
struct JsonField {
  std::string_view name;
  Result<void> (*read)(const JsonElement& value, Target& target);
};

std::unexpected<Error> unknown_field(std::string_view name);
std::unexpected<Error> repeated_field(std::string_view name);

/// Reads an object field by field. Unknown and repeated fields are refused; null counts as absent.
/// Errors name the field.
template <class Target, size_t count>
Result<void> read_fields(const JsonElement& value,
                         const std::array<JsonField<Target>, count>& fields, Target& target) {
  static_assert(count <= 64);
  simdjson::dom::object object;
  if (value.get(object) != simdjson::SUCCESS)
    return fail("expected an object, got " + describe(value));
  uint64_t seen = 0;
  for (const auto [name, field] : object) {
    size_t i = 0;
    while (i < count && fields[i].name != name) ++i;
    if (i == count) return unknown_field(name);
    if ((seen >> i & 1) != 0) return repeated_field(name);
    seen |= uint64_t{1} << i;
    if (field.is_null()) continue;
    if (const auto ok = fields[i].read(field, target); !ok) return fail_at(name, ok.error());
  }
  return {};
}

/// Reads an array; `read_item` gives a Result<Item>. Errors name the index. The size of a request
/// bounds the number of items.
template <class Item, class ReadItem>
Result<void> read_list(const JsonElement& value, std::vector<Item>& into, ReadItem read_item) {
  simdjson::dom::array array;
  if (value.get(array) != simdjson::SUCCESS)
    return fail("expected an array, got " + describe(value));
  for (const JsonElement item : array) {
    Result<Item> read = read_item(item);
    if (!read) return fail_at("[" + std::to_string(into.size()) + "]", read.error());
    into.push_back(std::move(*read));
  }
  return {};
}

} // namespace runahead
