// Writes JSON text front to back into one growing string: requests to nodes, answers to clients.
#pragma once

#include "base/bytes.hpp"
#include "base/uint256.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace runahead {

/// Puts commas and colons; that keys stand in objects only and every begin has its end is up to the
/// caller. Whatever bytes are given as text, the output is valid UTF-8 and valid JSON.
class JsonWriter {
public:
  JsonWriter& begin_object() { return begin('{'); }
  JsonWriter& end_object() { return end('}'); }
  JsonWriter& begin_array() { return begin('['); }
  JsonWriter& end_array() { return end(']'); }

  JsonWriter& key(std::string_view name);

  JsonWriter& text(std::string_view value);
  JsonWriter& number(uint64_t value);
  JsonWriter& boolean(bool value);
  JsonWriter& null();
  /// `value` as it stands: JSON made elsewhere.
  JsonWriter& raw(std::string_view value);

  /// `"0x…"`, two digits a byte.
  JsonWriter& hex(BytesView bytes);
  /// `"0x…"` without leading zeros.
  JsonWriter& quantity(const uint256& value);
  /// `"0x…"` of all 64 digits.
  JsonWriter& word(const uint256& value);

  /// Makes room for so many bytes more, which saves copying.
  void reserve(size_t bytes) { out_.reserve(out_.size() + bytes); }
  const std::string& str() const { return out_; }
  /// The text; the writer is empty afterwards.
  std::string take();

private:
  JsonWriter& begin(char bracket);
  JsonWriter& end(char bracket);
  void separate();
  void append_quoted(std::string_view value);

  std::string out_;
  bool comma_due_ = false;
};

} // namespace runahead
