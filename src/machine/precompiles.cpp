#include "machine/precompiles.hpp"

#include "base/uint256.hpp"
#include "crypto/blake2f.hpp"
#include "crypto/bn254.hpp"
#include "crypto/modexp.hpp"
#include "crypto/p256.hpp"
#include "crypto/ripemd160.hpp"
#include "crypto/secp256k1.hpp"
#include "crypto/sha256.hpp"
#include "machine/precompile_input.hpp"
#include "machine/precompile_run.hpp"
#include "machine/precompiles_bls12381.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>
#include <utility>

namespace runahead {
namespace {

/// The first N bytes of the input, padded.
template <size_t N>
std::array<uint8_t, N> padded_head(BytesView input) {
  std::array<uint8_t, N> bytes{};
  std::copy_n(input.begin(), std::min(N, input.size()), bytes.begin());
  return bytes;
}

Hash256 hash_at(const uint8_t* bytes) {
  Hash256 hash;
  std::copy_n(bytes, 32, hash.bytes.begin());
  return hash;
}

/// The gas of the precompiles that charge by the 32-byte word.
template <uint64_t base, uint64_t per_word>
uint64_t gas_by_words(BytesView input, Fork) {
  return base + per_word * ((input.size() + 31) / 32);
}

template <uint64_t price>
uint64_t fixed_gas(BytesView, Fork) {
  return price;
}

// 0x01 ECREC (Yellow Paper E.1): hash, v, r, s -> address in 32 bytes, or nothing.

PrecompileStatus run_ecrecover(BytesView input, Bytes& output) {
  const auto bytes = padded_head<128>(input);
  const uint256 v = load_be(&bytes[32]);
  if (v != uint256(27) && v != uint256(28)) return PrecompileStatus::success;
  const auto y_parity = static_cast<uint8_t>(bytes[63] - 27);
  const auto signer =
      recover(hash_at(bytes.data()), y_parity, load_be(&bytes[64]), load_be(&bytes[96]));
  if (signer) {
    output.assign(12, 0);
    output.insert(output.end(), signer->bytes.begin(), signer->bytes.end());
  }
  return PrecompileStatus::success;
}

// 0x02 SHA256, 0x03 RIPEMD160, 0x04 ID (Yellow Paper E.1).

PrecompileStatus run_sha256(BytesView input, Bytes& output) {
  output = to_bytes(sha256(input));
  return PrecompileStatus::success;
}

PrecompileStatus run_ripemd160(BytesView input, Bytes& output) {
  const auto digest = ripemd160(input);
  output.assign(12, 0);
  output.insert(output.end(), digest.begin(), digest.end());
  return PrecompileStatus::success;
}

PrecompileStatus run_identity(BytesView input, Bytes& output) {
  output = to_bytes(input);
  return PrecompileStatus::success;
}

// 0x05 MODEXP (EIP-198, EIP-2565, EIP-7823, EIP-7883).

constexpr u128 saturated = ~u128(0);

u128 saturating_multiply(u128 a, u128 b) {
  u128 product;
  return __builtin_mul_overflow(a, b, &product) ? saturated : product;
}

/// EIP-7823: from Osaka on, no length may exceed 1024 bytes.
bool modexp_refuses(const ModexpLengths& lengths, Fork fork) {
  return fork >= Fork::osaka && lengths.longest() > 1024;
}

/// The price of one multiplication, from the longer of base and modulus in bytes.
u128 multiplication_complexity(u128 length, Fork fork) {
  const u128 square = saturating_multiply(length, length);
  if (fork < Fork::berlin) { // EIP-198
    if (length <= 64) return square;
    if (length <= 1024) return square / 4 + 96 * length - 3072;
    return square / 16 + 480 * length - 199680;
  }
  const u128 words = (length + 7) / 8;
  const u128 words_square = saturating_multiply(words, words);
  if (fork < Fork::osaka) return words_square;                     // EIP-2565
  return length <= 32 ? 16 : saturating_multiply(2, words_square); // EIP-7883
}

/// The number of multiplications: the index of the highest bit of the exponent's first 32 bytes,
/// and so many for each byte behind them; at least 1.
u128 iteration_count(BytesView input, const ModexpLengths& lengths, Fork fork) {
  const auto head_size = static_cast<size_t>(std::min<u128>(lengths.exponent, 32));
  const uint256 head = from_be(padded(input, 96 + lengths.base, head_size));
  const u128 highest_bit = head.is_zero() ? 0 : head.bit_width() - 1;
  const u128 per_byte = fork >= Fork::osaka ? 16 : 8;
  return std::max<u128>(per_byte * (lengths.exponent - head_size) + highest_bit, 1);
}

uint64_t gas_modexp(BytesView input, Fork fork) {
  const ModexpLengths lengths = modexp_lengths(input);
  if (modexp_refuses(lengths, fork)) return Precompile::refused;
  const u128 complexity = multiplication_complexity(std::max(lengths.base, lengths.modulus), fork);
  // EIP-7883 dropped the division of EIP-2565.
  const u128 divisor = fork < Fork::berlin ? 20 : fork < Fork::osaka ? 3 : 1;
  const u128 minimum = fork < Fork::berlin ? 0 : fork < Fork::osaka ? 200 : 500;
  const u128 work = saturating_multiply(complexity, iteration_count(input, lengths, fork));
  return static_cast<uint64_t>(
      std::min<u128>(std::max(work / divisor, minimum), Precompile::unpayable));
}

PrecompileStatus run_modexp(BytesView input, Bytes& output) {
  const ModexpLengths lengths = modexp_lengths(input);
  if (lengths.modulus == 0) return PrecompileStatus::success; // whatever the other lengths are
  if (lengths.beyond_limits()) return PrecompileStatus::beyond_limits;
  const ModexpOperands of = modexp_operands(input, lengths);
  output = modexp(of.base, of.exponent, of.modulus);
  return PrecompileStatus::success;
}

// 0x06 BN254_ADD, 0x07 BN254_MUL (EIP-196), 0x08 BN254_PAIRING (EIP-197): from Istanbul on at the
// prices of EIP-1108.

template <uint64_t before, uint64_t from_istanbul>
uint64_t gas_by_fork(BytesView, Fork fork) {
  return fork < Fork::istanbul ? before : from_istanbul;
}

uint64_t gas_bn254_pairing(BytesView input, Fork fork) {
  const uint64_t pairs = input.size() / bn254_pair_size;
  return fork < Fork::istanbul ? 100'000 + 80'000 * pairs : 45'000 + 34'000 * pairs;
}

PrecompileStatus answer_with(const std::optional<Bn254Point>& point, Bytes& output) {
  if (!point) return PrecompileStatus::failure;
  output.assign(point->begin(), point->end());
  return PrecompileStatus::success;
}

PrecompileStatus run_bn254_add(BytesView input, Bytes& output) {
  return answer_with(bn254_add(input), output);
}

PrecompileStatus run_bn254_mul(BytesView input, Bytes& output) {
  return answer_with(bn254_multiply(input), output);
}

PrecompileStatus run_bn254_pairing(BytesView input, Bytes& output) {
  const std::optional<bool> product_is_one = bn254_pairing_check(input);
  if (!product_is_one) return PrecompileStatus::failure;
  output.assign(32, 0);
  output.back() = *product_is_one;
  return PrecompileStatus::success;
}

// 0x09 BLAKE2F (EIP-152).

uint64_t gas_blake2f(BytesView input, Fork) {
  return input.size() == blake2f_input_size ? blake2f_rounds(input) : 0;
}

PrecompileStatus run_blake2f(BytesView input, Bytes& output) {
  if (!is_blake2f_input(input)) return PrecompileStatus::failure;
  write_blake2f(blake2f(blake2f_rounds(input), blake2f_input(input)), output);
  return PrecompileStatus::success;
}

// 0x100 P256VERIFY (EIP-7951): hash, r, s, qx, qy -> 1 in 32 bytes, or nothing.

PrecompileStatus run_p256_verify(BytesView input, Bytes& output) {
  if (input.size() != 160) return PrecompileStatus::success;
  const auto word = [input](size_t index) { return load_be(&input[32 * index]); };
  if (p256_verify(hash_at(input.data()), word(1), word(2), word(3), word(4))) {
    output.assign(32, 0);
    output.back() = 1;
  }
  return PrecompileStatus::success;
}

/// By ascending address and, as it happens, by ascending fork: each fork's precompiles are a
/// prefix.
constexpr Precompile table[] = {
    {0x01, Fork::frontier, "ECREC", fixed_gas<3000>, run_ecrecover},
    {0x02, Fork::frontier, "SHA256", gas_by_words<60, 12>, run_sha256},
    {0x03, Fork::frontier, "RIPEMD160", gas_by_words<600, 120>, run_ripemd160},
    {0x04, Fork::frontier, "ID", gas_by_words<15, 3>, run_identity},
    {0x05, Fork::byzantium, "MODEXP", gas_modexp, run_modexp},
    {0x06, Fork::byzantium, "BN254_ADD", gas_by_fork<500, 150>, run_bn254_add},
    {0x07, Fork::byzantium, "BN254_MUL", gas_by_fork<40'000, 6000>, run_bn254_mul},
    {0x08, Fork::byzantium, "BN254_PAIRING", gas_bn254_pairing, run_bn254_pairing},
    {0x09, Fork::istanbul, "BLAKE2F", gas_blake2f, run_blake2f},
    {0x0a, Fork::cancun, "KZG_POINT_EVALUATION", fixed_gas<50000>, run_kzg_point_evaluation},
    {0x0b, Fork::prague, "BLS12_G1ADD", fixed_gas<375>, run_bls12_g1_add},
    {0x0c, Fork::prague, "BLS12_G1MSM", gas_bls12_g1_msm, run_bls12_g1_msm},
    {0x0d, Fork::prague, "BLS12_G2ADD", fixed_gas<600>, run_bls12_g2_add},
    {0x0e, Fork::prague, "BLS12_G2MSM", gas_bls12_g2_msm, run_bls12_g2_msm},
    {0x0f, Fork::prague, "BLS12_PAIRING_CHECK", gas_bls12_pairing_check, run_bls12_pairing_check},
    {0x10, Fork::prague, "BLS12_MAP_FP_TO_G1", fixed_gas<5500>, run_bls12_map_fp_to_g1},
    {0x11, Fork::prague, "BLS12_MAP_FP2_TO_G2", fixed_gas<23800>, run_bls12_map_fp2_to_g2},
    {0x100, Fork::osaka, "P256VERIFY", fixed_gas<6900>, run_p256_verify},
};

/// Ids 1 to this are rows 0 to this - 1; find_precompile() relies on it.
constexpr uint16_t last_consecutive_id = 0x11;

consteval bool table_is_sound() {
  for (size_t i = 0; i < std::size(table); ++i) {
    if (i < last_consecutive_id && table[i].id != i + 1) return false;
    if (i > 0 && (table[i - 1].id >= table[i].id || table[i - 1].since > table[i].since))
      return false;
  }
  return std::size(table) == last_consecutive_id + 1;
}
static_assert(table_is_sound());

consteval std::array<uint8_t, fork_count> rows_by_fork() {
  std::array<uint8_t, fork_count> rows{};
  for (size_t fork = 0; fork < fork_count; ++fork)
    for (const Precompile& row : table) rows[fork] += row.since <= static_cast<Fork>(fork);
  return rows;
}

} // namespace

Address Precompile::address() const {
  Address result;
  result.bytes[18] = static_cast<uint8_t>(id >> 8);
  result.bytes[19] = static_cast<uint8_t>(id);
  return result;
}

std::span<const Precompile> precompiles(Fork fork) {
  static constexpr auto rows = rows_by_fork();
  return std::span(table).first(rows[static_cast<size_t>(fork)]);
}

const Precompile* find_precompile(const Address& address, Fork fork) {
  uint64_t high, middle; // bytes 0 to 7 and 8 to 15
  uint16_t low_high;     // 16 and 17
  std::memcpy(&high, &address.bytes[0], 8);
  std::memcpy(&middle, &address.bytes[8], 8);
  std::memcpy(&low_high, &address.bytes[16], 2);
  if ((high | middle | low_high) != 0) return nullptr;
  const uint32_t id = uint32_t(address.bytes[18]) << 8 | address.bytes[19];
  const size_t row = id <= last_consecutive_id ? id - 1 : last_consecutive_id; // 0 becomes no row
  const auto active = precompiles(fork);
  return row < active.size() && active[row].id == id ? &active[row] : nullptr;
}

PrecompileOutcome run_precompile(const Address& address, BytesView input, int64_t gas, Fork fork,
                                 PrecompileCache& cache) {
  PrecompileRun run(address, input, gas, fork, cache);
  while (!run.go_on()) {
  }
  return std::move(run.outcome());
}

} // namespace runahead
