#include "machine/precompile_input.hpp"

#include "base/uint256.hpp"

#include <bit>

namespace runahead {

Bytes padded(BytesView input, u128 offset, size_t size) {
  Bytes bytes(size, 0);
  if (offset < input.size()) {
    const BytesView present = input.subspan(static_cast<size_t>(offset));
    std::copy_n(present.begin(), std::min(size, present.size()), bytes.begin());
  }
  return bytes;
}

ModexpLengths modexp_lengths(BytesView input) {
  std::array<uint8_t, 96> head{};
  std::copy_n(input.begin(), std::min(head.size(), input.size()), head.begin());
  const auto length = [&head](size_t at) -> u128 {
    const uint256 value = load_be(&head[at]);
    if (value >> 100) return unpayable_length;
    return u128(value.w[1]) << 64 | value.w[0];
  };
  return {length(0), length(32), length(64)};
}

ModexpOperands modexp_operands(BytesView input, const ModexpLengths& lengths) {
  const auto operand = [input](u128 offset, u128 size) {
    return padded(input, offset, static_cast<size_t>(size));
  };
  return {operand(96, lengths.base), operand(96 + lengths.base, lengths.exponent),
          operand(96 + lengths.base + lengths.exponent, lengths.modulus)};
}

uint32_t blake2f_rounds(BytesView input) {
  return uint32_t(input[0]) << 24 | uint32_t(input[1]) << 16 | uint32_t(input[2]) << 8 | input[3];
}

Blake2fInput blake2f_input(BytesView input) {
  static_assert(std::endian::native == std::endian::little);
  Blake2fInput block;
  std::memcpy(block.h.data(), &input[4], sizeof block.h);
  std::memcpy(block.m.data(), &input[68], sizeof block.m);
  std::memcpy(block.t.data(), &input[196], sizeof block.t);
  block.final_block = input[212] == 1;
  return block;
}

void write_blake2f(const std::array<uint64_t, 8>& h, Bytes& output) {
  output.resize(sizeof h);
  std::memcpy(output.data(), h.data(), sizeof h);
}

} // namespace runahead
