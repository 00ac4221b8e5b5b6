// The EVM's word: 256-bit unsigned integers modulo 2^256, with the operations the Yellow Paper's
// appendix H defines on them. Plain values; every function here may be called from any thread.
#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"

#include <bit>
#include <compare>
#include <cstdint>
#include <cstring>
#include <functional>
#include <string>
#include <string_view>

namespace runahead {

/// 256 bits in four little-endian 64-bit limbs: the value is the sum of `w[i] * 2^(64 i)`.
/// Arithmetic wraps modulo 2^256.
struct uint256 {
  uint64_t w[4]{};

  constexpr uint256() = default;
  constexpr uint256(uint64_t low) : w{low, 0, 0, 0} {}
  constexpr uint256(uint64_t w0, uint64_t w1, uint64_t w2, uint64_t w3) : w{w0, w1, w2, w3} {}

  /// True if not zero.
  constexpr explicit operator bool() const { return !is_zero(); }
  /// The low limb; higher ones are dropped.
  constexpr explicit operator uint64_t() const { return w[0]; }

  constexpr bool is_zero() const { return (w[0] | w[1] | w[2] | w[3]) == 0; }
  constexpr bool fits_u64() const { return (w[1] | w[2] | w[3]) == 0; }

  /// Position of the highest one bit, from 1; 0 for zero.
  constexpr unsigned bit_width() const {
    for (unsigned i = 4; i-- > 1;) {
      if (w[i] != 0) return 64 * i + 64 - static_cast<unsigned>(std::countl_zero(w[i]));
    }
    return 64 - static_cast<unsigned>(std::countl_zero(w[0]));
  }
  /// Bytes needed to write the value; 0 for zero. EXP's gas counts them (EIP-160).
  constexpr unsigned byte_width() const { return (bit_width() + 7) / 8; }

  static constexpr uint256 max() { return {~0ull, ~0ull, ~0ull, ~0ull}; }

  friend constexpr bool operator==(const uint256& a, const uint256& b) {
    return ((a.w[0] ^ b.w[0]) | (a.w[1] ^ b.w[1]) | (a.w[2] ^ b.w[2]) | (a.w[3] ^ b.w[3])) == 0;
  }
  friend constexpr bool operator<(const uint256& a, const uint256& b) {
    unsigned long long borrow = 0;
    if consteval {
      for (int i = 0; i < 4; ++i) (void)__builtin_subcll(a.w[i], b.w[i], borrow, &borrow);
      return borrow != 0;
    } else {
      // The wide type becomes cmp and three sbb; the loop above does not when only the borrow is
      // used.
      return a.wide() < b.wide();
    }
  }
  friend constexpr bool operator>(const uint256& a, const uint256& b) { return b < a; }
  friend constexpr bool operator<=(const uint256& a, const uint256& b) { return !(b < a); }
  friend constexpr bool operator>=(const uint256& a, const uint256& b) { return !(a < b); }
  friend constexpr std::strong_ordering operator<=>(const uint256& a, const uint256& b) {
    return a < b    ? std::strong_ordering::less
           : a == b ? std::strong_ordering::equal
                    : std::strong_ordering::greater;
  }

  friend constexpr uint256 operator+(const uint256& a, const uint256& b) {
    uint256 r;
    unsigned long long carry = 0;
    for (int i = 0; i < 4; ++i) r.w[i] = __builtin_addcll(a.w[i], b.w[i], carry, &carry);
    return r;
  }
  friend constexpr uint256 operator-(const uint256& a, const uint256& b) {
    uint256 r;
    unsigned long long borrow = 0;
    for (int i = 0; i < 4; ++i) r.w[i] = __builtin_subcll(a.w[i], b.w[i], borrow, &borrow);
    return r;
  }
  friend constexpr uint256 operator*(const uint256& a, const uint256& b) {
    if consteval {
      return a.schoolbook_product(b);
    } else {
      return from_wide(a.wide() * b.wide());
    }
  }
  constexpr uint256 operator-() const { return uint256{} - *this; }
  constexpr uint256 operator~() const { return {~w[0], ~w[1], ~w[2], ~w[3]}; }

  friend constexpr uint256 operator&(const uint256& a, const uint256& b) {
    return {a.w[0] & b.w[0], a.w[1] & b.w[1], a.w[2] & b.w[2], a.w[3] & b.w[3]};
  }
  friend constexpr uint256 operator|(const uint256& a, const uint256& b) {
    return {a.w[0] | b.w[0], a.w[1] | b.w[1], a.w[2] | b.w[2], a.w[3] | b.w[3]};
  }
  friend constexpr uint256 operator^(const uint256& a, const uint256& b) {
    return {a.w[0] ^ b.w[0], a.w[1] ^ b.w[1], a.w[2] ^ b.w[2], a.w[3] ^ b.w[3]};
  }

  /// Shifts by `n` bits; 0 where `n` is 256 or more. Without branches on the bits of `n`: by two
  /// limbs, by one, then by the rest, where `>> 1 >> (s ^ 63)` is `>> (64 - s)` that gives 0 for s
  /// = 0.
  friend constexpr uint256 operator<<(const uint256& a, unsigned n) {
    if (n >= 256) return {};
    const bool two = n & 128, one = n & 64;
    const unsigned s = n & 63;
    const uint64_t b0 = two ? 0 : a.w[0], b1 = two ? 0 : a.w[1];
    const uint64_t b2 = two ? a.w[0] : a.w[2], b3 = two ? a.w[1] : a.w[3];
    const uint64_t c0 = one ? 0 : b0, c1 = one ? b0 : b1, c2 = one ? b1 : b2, c3 = one ? b2 : b3;
    return {c0 << s, c1 << s | c0 >> 1 >> (s ^ 63), c2 << s | c1 >> 1 >> (s ^ 63),
            c3 << s | c2 >> 1 >> (s ^ 63)};
  }
  friend constexpr uint256 operator>>(const uint256& a, unsigned n) {
    if (n >= 256) return {};
    const bool two = n & 128, one = n & 64;
    const unsigned s = n & 63;
    const uint64_t b0 = two ? a.w[2] : a.w[0], b1 = two ? a.w[3] : a.w[1];
    const uint64_t b2 = two ? 0 : a.w[2], b3 = two ? 0 : a.w[3];
    const uint64_t c0 = one ? b1 : b0, c1 = one ? b2 : b1, c2 = one ? b3 : b2, c3 = one ? 0 : b3;
    return {c0 >> s | c1 << 1 << (s ^ 63), c1 >> s | c2 << 1 << (s ^ 63),
            c2 >> s | c3 << 1 << (s ^ 63), c3 >> s};
  }

  constexpr uint256& operator+=(const uint256& b) { return *this = *this + b; }
  constexpr uint256& operator-=(const uint256& b) { return *this = *this - b; }
  constexpr uint256& operator*=(const uint256& b) { return *this = *this * b; }
  constexpr uint256& operator&=(const uint256& b) { return *this = *this & b; }
  constexpr uint256& operator|=(const uint256& b) { return *this = *this | b; }
  constexpr uint256& operator^=(const uint256& b) { return *this = *this ^ b; }
  constexpr uint256& operator<<=(unsigned n) { return *this = *this << n; }
  constexpr uint256& operator>>=(unsigned n) { return *this = *this >> n; }

private:
  using Wide = unsigned _BitInt(256);
  Wide wide() const { return std::bit_cast<Wide>(*this); }
  static uint256 from_wide(const Wide& x) { return std::bit_cast<uint256>(x); }

  constexpr uint256 schoolbook_product(const uint256& b) const {
    uint256 r;
    for (int i = 0; i < 4; ++i) {
      uint64_t carry = 0;
      for (int j = 0; i + j < 4; ++j) {
        const auto t = static_cast<unsigned __int128>(w[i]) * b.w[j] + r.w[i + j] + carry;
        r.w[i + j] = static_cast<uint64_t>(t);
        carry = static_cast<uint64_t>(t >> 64);
      }
    }
    return r;
  }
};

static_assert(sizeof(uint256) == 32 && std::endian::native == std::endian::little);

struct DivMod {
  uint256 quot, rem;
};

/// Quotient and remainder. REQUIRES: b != 0.
DivMod udivrem(const uint256& a, const uint256& b);

// DIV, MOD, SDIV, SMOD, ADDMOD, MULMOD (Yellow Paper, appendix H): a zero divisor gives 0; signed
// ones take two's complement, quotients round to zero, remainders have the dividend's sign;
// addmod and mulmod do not wrap in between.
uint256 udiv(const uint256& a, const uint256& b);
uint256 umod(const uint256& a, const uint256& b);
uint256 sdiv(const uint256& a, const uint256& b);
uint256 smod(const uint256& a, const uint256& b);
uint256 addmod(const uint256& a, const uint256& b, const uint256& m);
uint256 mulmod(const uint256& a, const uint256& b, const uint256& m);

/// `base` to the power `exponent` modulo 2^256; 0^0 is 1.
uint256 exp(const uint256& base, const uint256& exponent);

/// a < b as two's complement (SLT).
constexpr bool slt(const uint256& a, const uint256& b) {
  const bool negative_a = a.w[3] >> 63 != 0, negative_b = b.w[3] >> 63 != 0;
  return negative_a != negative_b ? negative_a : a < b;
}

/// Copies bit `8 * byte_index + 7` of x into all higher bits; x itself where byte_index > 30.
constexpr uint256 signextend(const uint256& byte_index, const uint256& x) {
  if (!byte_index.fits_u64() || byte_index.w[0] > 30) return x;
  const auto limb = static_cast<unsigned>(byte_index.w[0] / 8);
  const auto above = 56 - 8 * static_cast<unsigned>(byte_index.w[0] % 8); // bits to fill of it
  const int64_t extended = static_cast<int64_t>(x.w[limb] << above) >> above;
  const auto own = static_cast<uint64_t>(extended), sign = static_cast<uint64_t>(extended >> 63);
  return {limb == 0 ? own : x.w[0],
          limb == 1  ? own
          : limb > 1 ? x.w[1]
                     : sign,
          limb == 2  ? own
          : limb > 2 ? x.w[2]
                     : sign,
          limb == 3 ? own : sign};
}

/// Byte `index` of x, counted from the most significant; 0 where index > 31 (BYTE).
constexpr uint256 byte(const uint256& index, const uint256& x) {
  if (!index.fits_u64() || index.w[0] > 31) return {};
  const auto from_low = 31 - static_cast<unsigned>(index.w[0]);
  return x.w[from_low / 8] >> 8 * (from_low % 8) & 0xff;
}

// SHL, SHR, SAR (EIP-145): shifts of 256 and more leave nothing but, for SAR, the sign.
constexpr uint256 shl(const uint256& shift, const uint256& x) {
  return shift.fits_u64() && shift.w[0] < 256 ? x << static_cast<unsigned>(shift.w[0]) : uint256{};
}
constexpr uint256 shr(const uint256& shift, const uint256& x) {
  return shift.fits_u64() && shift.w[0] < 256 ? x >> static_cast<unsigned>(shift.w[0]) : uint256{};
}
constexpr uint256 sar(const uint256& shift, const uint256& x) {
  return x.w[3] >> 63 == 0 ? shr(shift, x) : ~shr(shift, ~x);
}

/// Number of zero bits above the highest one bit; 256 for zero (EIP-7939).
constexpr uint256 clz(const uint256& x) { return 256 - x.bit_width(); }

/// Reads 32 big-endian bytes.
inline uint256 load_be(const uint8_t* bytes) {
  uint64_t v[4];
  std::memcpy(v, bytes, 32);
  return {std::byteswap(v[3]), std::byteswap(v[2]), std::byteswap(v[1]), std::byteswap(v[0])};
}

/// Writes 32 big-endian bytes.
inline void store_be(uint8_t* bytes, const uint256& x) {
  const uint64_t v[4] = {std::byteswap(x.w[3]), std::byteswap(x.w[2]), std::byteswap(x.w[1]),
                         std::byteswap(x.w[0])};
  std::memcpy(bytes, v, 32);
}

/// The big-endian number in up to 32 bytes; no bytes are zero. REQUIRES: bytes.size() <= 32.
inline uint256 from_be(BytesView bytes) {
  uint8_t padded[32] = {};
  if (!bytes.empty()) std::memcpy(padded + 32 - bytes.size(), bytes.data(), bytes.size());
  return load_be(padded);
}

inline uint256 from(const Hash256& hash) { return load_be(hash.bytes.data()); }

inline uint256 from(const Address& address) {
  uint64_t high = 0, mid, low;
  std::memcpy(reinterpret_cast<uint8_t*>(&high) + 4, address.bytes.data(), 4);
  std::memcpy(&mid, address.bytes.data() + 4, 8);
  std::memcpy(&low, address.bytes.data() + 12, 8);
  return {std::byteswap(low), std::byteswap(mid), std::byteswap(high), 0};
}

/// The low 20 bytes.
inline Address to_address(const uint256& x) {
  uint8_t bytes[32];
  store_be(bytes, x);
  Address address;
  std::memcpy(address.bytes.data(), bytes + 12, 20);
  return address;
}

inline Hash256 to_hash(const uint256& x) {
  Hash256 hash;
  store_be(hash.bytes.data(), x);
  return hash;
}

std::string to_decimal(const uint256& x);

/// One or more decimal digits and nothing else; refuses what does not fit 256 bits.
Result<uint256> parse_decimal(std::string_view text);

} // namespace runahead

template <>
struct std::hash<runahead::uint256> {
  size_t operator()(const runahead::uint256& x) const noexcept {
    using runahead::mix64;
    // Two chains of two, so that they run at the same time; a linear mixture of limbs would collide
    // for values that differ in single bits.
    const uint64_t low = mix64(mix64(x.w[0] + 0x9e3779b97f4a7c15) + x.w[1]);
    const uint64_t high = mix64(mix64(x.w[2] + 0xd1b54a32d192ed03) + x.w[3]);
    return low ^ std::rotl(high, 32);
  }
};
