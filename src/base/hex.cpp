#include "base/hex.hpp"

#include <immintrin.h>

#include <array>

namespace runahead {

namespace {

constexpr char lower_digits[] = "0123456789abcdef";

constexpr auto digit_values = [] {
  std::array<int8_t, 256> values{};
  values.fill(-1);
  for (int8_t i = 0; i < 16; ++i) values[static_cast<uint8_t>(lower_digits[i])] = i;
  for (int8_t i = 10; i < 16; ++i) values[static_cast<uint8_t>('A' + i - 10)] = i;
  return values;
}();

/// 0..15, or -1.
constexpr int digit_value(char c) { return digit_values[static_cast<uint8_t>(c)]; }

/// The digits behind `0x`.
Result<std::string_view> digits_of(std::string_view text) {
  if (!text.starts_with("0x") && !text.starts_with("0X")) {
    return fail("expected 0x and hex digits, got " + quoted_start(text));
  }
  return text.substr(2);
}

/// Reads 16 digits into 8 bytes for as long as there are so many and all are digits. Gives how many
/// bytes it read.
size_t decode_by_16(std::string_view digits, std::span<uint8_t> out) {
  const __m128i before_zero = _mm_set1_epi8('0' - 1), before_a = _mm_set1_epi8('a' - 1);
  const __m128i lower_case = _mm_set1_epi8(0x20), weights = _mm_set1_epi16(0x0110);
  size_t done = 0;
  for (; done + 8 <= out.size(); done += 8) {
    const __m128i text =
        _mm_loadu_si128(reinterpret_cast<const __m128i*>(digits.data() + 2 * done));
    const __m128i lower = _mm_or_si128(text, lower_case);
    const __m128i is_number = _mm_and_si128(_mm_cmpgt_epi8(text, before_zero),
                                            _mm_cmplt_epi8(text, _mm_set1_epi8('9' + 1)));
    const __m128i is_letter = _mm_and_si128(_mm_cmpgt_epi8(lower, before_a),
                                            _mm_cmplt_epi8(lower, _mm_set1_epi8('f' + 1)));
    if (_mm_movemask_epi8(_mm_or_si128(is_number, is_letter)) != 0xffff) break;
    const __m128i values = _mm_add_epi8(_mm_and_si128(text, _mm_set1_epi8(0x0f)),
                                        _mm_and_si128(is_letter, _mm_set1_epi8(9)));
    // The first of each two digits counts 16-fold.
    const __m128i bytes = _mm_maddubs_epi16(values, weights);
    _mm_storel_epi64(reinterpret_cast<__m128i*>(out.data() + done), _mm_packus_epi16(bytes, bytes));
  }
  return done;
}

/// Reads 2 * out.size() digits.
bool decode(std::string_view digits, std::span<uint8_t> out) {
  for (size_t i = decode_by_16(digits, out); i < out.size(); ++i) {
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

void write_hex(BytesView bytes, char* out) {
  const __m128i digits = _mm_loadu_si128(reinterpret_cast<const __m128i*>(std::data(lower_digits)));
  const __m128i low_bits = _mm_set1_epi8(0x0f);
  size_t i = 0;
  for (; i + 16 <= bytes.size(); i += 16) {
    const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes.data() + i));
    const __m128i high =
        _mm_shuffle_epi8(digits, _mm_and_si128(_mm_srli_epi16(block, 4), low_bits));
    const __m128i low = _mm_shuffle_epi8(digits, _mm_and_si128(block, low_bits));
    auto* to = reinterpret_cast<__m128i*>(out + 2 * i);
    _mm_storeu_si128(to, _mm_unpacklo_epi8(high, low));
    _mm_storeu_si128(to + 1, _mm_unpackhi_epi8(high, low));
  }
  for (; i < bytes.size(); ++i) {
    out[2 * i] = lower_digits[bytes[i] >> 4];
    out[2 * i + 1] = lower_digits[bytes[i] & 15];
  }
}

std::string to_hex(BytesView bytes) {
  std::string out(2 + 2 * bytes.size(), '0');
  out[1] = 'x';
  write_hex(bytes, out.data() + 2);
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
