#include "sources/json_fields.hpp"

#include "base/limits.hpp"

#include <unordered_set>

namespace runahead {
namespace {

using namespace std::string_literals;

/// Watches the parser for what it would accept silently: deep nesting and repeated keys.
class Watch {
public:
  bool operator()(int depth, Json::parse_event_t event, const Json& parsed) {
    using Event = Json::parse_event_t;
    if (static_cast<unsigned>(depth) > limits::json_depth && problem_.empty())
      problem_ = "nested deeper than " + std::to_string(limits::json_depth);
    if (event == Event::object_start) keys_.emplace_back();
    if (event == Event::object_end) keys_.pop_back();
    if (event == Event::key && !keys_.back().insert(parsed.get<std::string>()).second &&
        problem_.empty())
      problem_ = "the key " + quoted_start(parsed.get<std::string>()) + " appears twice";
    return true;
  }
  const std::string& problem() const { return problem_; }

private:
  std::vector<std::unordered_set<std::string>> keys_;
  std::string problem_;
};

std::string with_prefix(std::string_view text, size_t digits) {
  return text.size() == digits && !text.starts_with("0x") ? "0x" + std::string(text)
                                                          : std::string(text);
}

} // namespace

Result<Json> parse_json_text(std::string_view text) {
  Watch watch;
  try {
    Json json = Json::parse(text.begin(), text.end(),
                            [&watch](int depth, Json::parse_event_t event, Json& parsed) {
                              return watch(depth, event, parsed);
                            });
    if (!watch.problem().empty()) return fail("not valid: " + watch.problem());
    return json;
  } catch (const Json::exception& error) {
    // "[json.exception.parse_error.101] parse error at line 1, column 2: ..."
    std::string_view message = error.what();
    if (const size_t end = message.find("] "); end != message.npos) message.remove_prefix(end + 2);
    return fail("not JSON: " + std::string(message.substr(0, 200)));
  }
}

std::string describe(const Json& value) {
  switch (value.type()) {
  case Json::value_t::null: return "null";
  case Json::value_t::object: return "an object";
  case Json::value_t::array: return "an array";
  case Json::value_t::string:
    return "the text " + quoted_start(value.get_ref<const std::string&>());
  case Json::value_t::boolean: return value.get<bool>() ? "true" : "false";
  default: return "the number " + value.dump();
  }
}

Result<uint256> json_quantity(const Json& value) {
  if (value.is_number_unsigned()) return uint256(value.get<uint64_t>());
  if (value.is_string()) return parse_number(value.get_ref<const std::string&>());
  return fail("expected a number or its hex text, got " + describe(value));
}

Result<uint64_t> json_u64(const Json& value) {
  const auto number = json_quantity(value);
  if (!number) return std::unexpected(number.error());
  if (!number->fits_u64()) return fail("takes more than 64 bits");
  return number->w[0];
}

Result<Bytes> json_bytes(const Json& value) {
  if (!value.is_string()) return fail("expected hex text, got " + describe(value));
  const auto& text = value.get_ref<const std::string&>();
  return text.empty() ? Bytes{} : parse_hex_bytes(text);
}

Result<Address> json_address(const Json& value) {
  if (!value.is_string()) return fail("expected an address, got " + describe(value));
  return parse_address(with_prefix(value.get_ref<const std::string&>(), 40));
}

Result<Hash256> json_hash(const Json& value) {
  if (!value.is_string()) return fail("expected a hash, got " + describe(value));
  return parse_hash(with_prefix(value.get_ref<const std::string&>(), 64));
}

Result<uint256> json_hash_word(const Json& value) {
  const auto hash = json_hash(value);
  if (!hash) return std::unexpected(hash.error());
  return from(*hash);
}

Result<Fork> json_fork(const Json& value) {
  if (!value.is_string()) return fail("expected a fork's name, got " + describe(value));
  return parse_fork(value.get_ref<const std::string&>());
}

Result<BlobSchedule> json_blob_schedule(const Json& json) {
  if (!json.is_object()) return fail("expected an object, got " + describe(json));
  uint64_t numbers[3] = {};
  const char* const fields[3] = {"target", "max", "baseFeeUpdateFraction"};
  for (int i = 0; i < 3; ++i) {
    const auto found = json.find(fields[i]);
    if (found == json.end()) return fail(std::string(fields[i]) + ": missing");
    const auto number = json_u64(*found);
    if (!number) return fail_at(fields[i], number.error());
    numbers[i] = *number;
  }
  if (numbers[0] > numbers[1] || numbers[1] > UINT32_MAX) return fail("target or max is too large");
  if (numbers[2] == 0) return fail("baseFeeUpdateFraction: is 0");
  return BlobSchedule{static_cast<uint32_t>(numbers[0]), static_cast<uint32_t>(numbers[1]),
                      numbers[2]};
}

Result<uint256> json_word(const Json& value) {
  if (!value.is_string()) return fail("expected hex text, got " + describe(value));
  return parse_hex_quantity(with_prefix(value.get_ref<const std::string&>(), 64));
}

} // namespace runahead
