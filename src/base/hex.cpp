#include "base/hex.hpp"

namespace runahead {

namespace {

constexpr char lower_digits[] = "0123456789abcdef";

/// 0..15, or -1.
constexpr int digit_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// The digits behind `0x`.
Result<std::string_view> digits_of(std::string_view text) {
  if (!text.starts_with("0x") && !text.starts_with("0X")) {
    return fail("expected 0x and hex digits, got " + quoted_start(text));
  }
  return text.substr(2);
}

/// Reads 2 * out.size() digits.
bool decode(std::string_view digits, std::span<uint8_t> out) {
  for (size_t i = 0; i < out.size(); ++i) {
    const int high = digit_value(digits[2 * i]), low = digit_value(digits[2 * i + 1]);
    if ((high | low) < 0) return false;
    out[i] = static_cast<uint8_t>(high << 4 | low);
  }
  return true;
}

Result<void> parse_exactly(std::string_view text, std::span<uint8_t> out) {
  const auto digits = digits_of(text);
  if (!digits) return std::unexpected(digits.error());
  if (digits->size() != 2 * out.size()) {
    return fail("expected " + std::to_string(out.size()) + " bytes in hex (" +
                std::to_string(2 * out.size()) + " digits), got " + std::to_string(digits->size()) +
                " digits: " + quoted_start(text));
  }
  if (!decode(*digits, out)) return fail("not a hex digit in " + quoted_start(text));
  return {};
}

} // namespace

std::string quoted_start(std::string_view text) {
  constexpr size_t shown = 40;
  std::string out = "'";
  for (const char c : text.substr(0, shown)) out += c >= ' ' && c <= '~' ? c : '?';
  out += text.size() > shown ? "...'" : "'";
  return out;
}

std::string to_hex(BytesView bytes) {
  std::string out(2 + 2 * bytes.size(), '0');
  out[1] = 'x';
  char* next = out.data() + 2;
  for (const uint8_t b : bytes) {
    *next++ = lower_digits[b >> 4];
    *next++ = lower_digits[b & 15];
  }
  return out;
}

std::string to_hex(const uint256& x) {
  const unsigned digits = x.is_zero() ? 1 : (x.bit_width() + 3) / 4;
  std::string out = "0x";
  for (unsigned i = digits; i-- > 0;) out += lower_digits[x.w[i / 16] >> 4 * (i % 16) & 15];
  return out;
}

std::string to_hex32(const uint256& x) { return to_hex(to_hash(x)); }

Result<Bytes> parse_hex_bytes(std::string_view text) {
  const auto digits = digits_of(text);
  if (!digits) return std::unexpected(digits.error());
  if (digits->size() % 2 != 0) {
    return fail("odd number of hex digits (" + std::to_string(digits->size()) +
                "): " + quoted_start(text));
  }
  Bytes bytes(digits->size() / 2);
  if (!decode(*digits, bytes)) return fail("not a hex digit in " + quoted_start(text));
  return bytes;
}

Result<uint256> parse_hex_quantity(std::string_view text) {
  const auto digits = digits_of(text);
  if (!digits) return std::unexpected(digits.error());
  if (digits->empty()) return fail("a hex number without digits: " + quoted_start(text));
  if (digits->size() > 64) {
    return fail("more than 64 hex digits (" + std::to_string(digits->size()) +
                "): " + quoted_start(text));
  }
  uint256 x;
  for (size_t i = 0; i < digits->size(); ++i) {
    const int value = digit_value((*digits)[digits->size() - 1 - i]);
    if (value < 0) return fail("not a hex digit in " + quoted_start(text));
    x.w[i / 16] |= static_cast<uint64_t>(value) << 4 * (i % 16);
  }
  return x;
}

Result<uint64_t> parse_hex_u64(std::string_view text) {
  const auto x = parse_hex_quantity(text);
  if (!x) return std::unexpected(x.error());
  if (!x->fits_u64()) return fail("does not fit 64 bits: " + quoted_start(text));
  return x->w[0];
}

Result<Address> parse_address(std::string_view text) {
  Address address;
  if (const auto done = parse_exactly(text, address.bytes); !done) {
    return std::unexpected(done.error());
  }
  return address;
}

Result<Hash256> parse_hash(std::string_view text) {
  Hash256 hash;
  if (const auto done = parse_exactly(text, hash.bytes); !done) {
    return std::unexpected(done.error());
  }
  return hash;
}

Result<uint256> parse_number(std::string_view text) {
  if (text.starts_with("0x") || text.starts_with("0X")) return parse_hex_quantity(text);
  return parse_decimal(text);
}

} // namespace runahead
