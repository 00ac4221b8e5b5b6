#include "rpc/json_input.hpp"

#include "base/hex.hpp"
#include "base/limits.hpp"

#include <algorithm>

namespace runahead {
namespace {

template <class T>
Result<T> read_hex(const JsonElement& value, Result<T> (*parse)(std::string_view)) {
  const auto text = read_text(value);
  if (!text) return std::unexpected(text.error());
  return parse(*text);
}

} // namespace

Result<JsonElement> JsonText::parse(std::string_view text) {
  // Buffers grow here only, as the parser would forget the limit of depth.
  if (text.size() > parser_.capacity())
    if (const auto error =
            parser_.allocate(std::max<size_t>(text.size(), 1024), limits::json_depth))
      return fail(std::string("not JSON: ") + simdjson::error_message(error));
  JsonElement root;
  const auto error = parser_.parse(text.data(), text.size()).get(root);
  if (error == simdjson::DEPTH_ERROR)
    return fail("nested deeper than " + std::to_string(limits::json_depth));
  if (error != simdjson::SUCCESS)
    return fail(std::string("not JSON: ") + simdjson::error_message(error));
  return root;
}

std::string describe(const JsonElement& value) {
  using Type = simdjson::dom::element_type;
  switch (value.type()) {
  case Type::NULL_VALUE: return "null";
  case Type::OBJECT: return "an object";
  case Type::ARRAY: return "an array";
  case Type::BOOL: return bool(value) ? "true" : "false";
  case Type::STRING: return "the text " + quoted_start(std::string_view(value));
  case Type::INT64:
  case Type::UINT64:
  case Type::DOUBLE: break;
  }
  return "the number " + std::string(simdjson::minify(value));
}

Result<std::string_view> read_text(const JsonElement& value) {
  std::string_view text;
  if (value.get(text) != simdjson::SUCCESS)
    return fail("expected hex text, got " + describe(value));
  return text;
}

Result<bool> read_bool(const JsonElement& value) {
  bool truth = false;
  if (value.get(truth) != simdjson::SUCCESS)
    return fail("expected true or false, got " + describe(value));
  return truth;
}

Result<uint256> read_quantity(const JsonElement& value) {
  return read_hex(value, parse_hex_quantity);
}

Result<uint64_t> read_u64(const JsonElement& value) { return read_hex(value, parse_hex_u64); }

Result<Bytes> read_bytes(const JsonElement& value) { return read_hex(value, parse_hex_bytes); }

Result<Address> read_address(const JsonElement& value) { return read_hex(value, parse_address); }

Result<Hash256> read_hash(const JsonElement& value) { return read_hex(value, parse_hash); }

std::unexpected<Error> unknown_field(std::string_view name) {
  return fail("unknown field " + quoted_start(name));
}

std::unexpected<Error> repeated_field(std::string_view name) {
  return fail("the field " + quoted_start(name) + " is given twice");
}

} // namespace runahead
