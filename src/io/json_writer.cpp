#include "io/json_writer.hpp"

#include "base/hex.hpp"

#include <array>
#include <charconv>
#include <utility>

namespace runahead {
namespace {

constexpr std::string_view digits = "0123456789abcdef";

/// Length of the valid UTF-8 sequence (RFC 3629) that `text` starts with, or 0.
size_t utf8_length(std::string_view text) {
  const auto at = [&](size_t i) { return static_cast<uint8_t>(text[i]); };
  const uint8_t first = at(0);
  const size_t length = first < 0x80   ? 1
                        : first < 0xc2 ? 0
                        : first < 0xe0 ? 2
                        : first < 0xf0 ? 3
                        : first < 0xf5 ? 4
                                       : 0;
  if (length > text.size()) return 0;
  for (size_t i = 1; i < length; ++i)
    if ((at(i) & 0xc0) != 0x80) return 0;
  // Overlong forms, surrogates, and numbers above U+10FFFF.
  if (first == 0xe0 && at(1) < 0xa0) return 0;
  if (first == 0xed && at(1) > 0x9f) return 0;
  if (first == 0xf0 && at(1) < 0x90) return 0;
  if (first == 0xf4 && at(1) > 0x8f) return 0;
  return length;
}

} // namespace

void JsonWriter::separate() {
  if (comma_due_) out_ += ',';
  comma_due_ = true;
}

JsonWriter& JsonWriter::begin(char bracket) {
  separate();
  out_ += bracket;
  comma_due_ = false;
  return *this;
}

JsonWriter& JsonWriter::end(char bracket) {
  out_ += bracket;
  comma_due_ = true;
  return *this;
}

void JsonWriter::append_quoted(std::string_view value) {
  out_ += '"';
  while (!value.empty()) {
    const size_t length = utf8_length(value);
    const char c = value[0];
    if (length == 0) {
      out_ += "\\ufffd";
    } else if (c == '"' || c == '\\') {
      out_ += '\\';
      out_ += c;
    } else if (static_cast<uint8_t>(c) < 0x20) {
      out_ += "\\u00";
      out_ += digits[static_cast<uint8_t>(c) >> 4];
      out_ += digits[static_cast<uint8_t>(c) & 15];
    } else {
      out_ += value.substr(0, length);
    }
    value.remove_prefix(length == 0 ? 1 : length);
  }
  out_ += '"';
}

JsonWriter& JsonWriter::key(std::string_view name) {
  separate();
  append_quoted(name);
  out_ += ':';
  comma_due_ = false;
  return *this;
}

JsonWriter& JsonWriter::text(std::string_view value) {
  separate();
  append_quoted(value);
  return *this;
}

JsonWriter& JsonWriter::number(uint64_t value) {
  separate();
  std::array<char, 24> buffer{};
  out_.append(buffer.data(), std::to_chars(buffer.data(), buffer.end(), value).ptr);
  return *this;
}

JsonWriter& JsonWriter::boolean(bool value) { return raw(value ? "true" : "false"); }

JsonWriter& JsonWriter::null() { return raw("null"); }

JsonWriter& JsonWriter::raw(std::string_view value) {
  separate();
  out_ += value;
  return *this;
}

JsonWriter& JsonWriter::hex(BytesView bytes) {
  separate();
  out_.reserve(out_.size() + 2 * bytes.size() + 4);
  out_ += "\"0x";
  const size_t from = out_.size();
  out_.resize(from + 2 * bytes.size());
  write_hex(bytes, out_.data() + from);
  out_ += '"';
  return *this;
}

JsonWriter& JsonWriter::quantity(const uint256& value) {
  separate();
  out_ += '"';
  out_ += to_hex(value);
  out_ += '"';
  return *this;
}

JsonWriter& JsonWriter::word(const uint256& value) {
  std::array<uint8_t, 32> bytes;
  store_be(bytes.data(), value);
  return hex(bytes);
}

std::string JsonWriter::take() {
  comma_due_ = false;
  return std::exchange(out_, {});
}

} // namespace runahead
