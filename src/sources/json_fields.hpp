// Reading values out of parsed JSON files. For sources (.cpp) only: the header brings the JSON
// library with it.
#pragma once

#include "base/bytes.hpp"
#include "base/hex.hpp"
#include "base/result.hpp"
#include "base/uint256.hpp"
#include "spec/fork.hpp"

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
/// The same as a number, big-endian.
Result<uint256> json_hash_word(const Json& value);
/// A storage slot or value: a quantity in hex text, the 0x optional where all 64 digits are there.
Result<uint256> json_word(const Json& value);

/// `osaka`, as parse_fork takes it.
Result<Fork> json_fork(const Json& value);
/// `{target, max, baseFeeUpdateFraction}`, as EIP-7840 writes it.
Result<BlobSchedule> json_blob_schedule(const Json& value);

/// `an object`, `the text 'abc'`: a value's kind for messages.
std::string describe(const Json& value);

/// An object read field by field. The first refusal is kept, with the field's place in front.
class JsonFields {
public:
  JsonFields(const Json& object, std::string place) : object_(object), place_(std::move(place)) {}

  /// True if the field was there, not null, and could be read.
  template <class T, class Parse>
  bool read(const char* field, T& into, Parse parse) {
    const auto found = object_.find(field);
    if (found == object_.end() || found->is_null() || !result_) return false;
    auto value = parse(*found);
    if (!value) {
      result_ = fail_at(place_ + field, value.error());
      return false;
    }
    into = std::move(*value);
    return true;
  }

  /// The same for a field that must be there.
  template <class T, class Parse>
  void require(const char* field, T& into, Parse parse) {
    if (!read(field, into, parse) && result_) result_ = fail(place_ + field + ": missing");
  }

  /// Places of the fields that are none of `known`.
  template <size_t n>
  std::vector<std::string> unknown(const std::array<std::string_view, n>& known) const {
    std::vector<std::string> fields;
    for (const auto& [field, value] : object_.items())
      if (std::ranges::find(known, std::string_view(field)) == known.end())
        fields.push_back(place_ + field);
    return fields;
  }

  template <size_t n>
  void refuse_unknown(const std::array<std::string_view, n>& known) {
    const auto fields = unknown(known);
    if (fields.empty() || !result_) return;
    std::string names;
    for (const std::string_view name : known)
      names += (names.empty() ? "" : ", ") + std::string(name);
    result_ = fail(place_ + quoted_start(fields[0].substr(place_.size())) +
                   ": unknown field; known are " + names);
  }

  const Result<void>& result() const { return result_; }

private:
  const Json& object_;
  std::string place_;
  Result<void> result_;
};

} // namespace runahead
