#include "spec/opcodes.hpp"

namespace runahead {
namespace {

constexpr std::array<std::array<char, 4>, 256> make_hex_names() {
  std::array<std::array<char, 4>, 256> names{};
  constexpr std::string_view digits = "0123456789abcdef";
  for (size_t i = 0; i < 256; ++i) names[i] = {'0', 'x', digits[i >> 4], digits[i & 15]};
  return names;
}
constexpr auto hex_names = make_hex_names();

} // namespace

std::string_view name_of_opcode(uint8_t op) {
  if (!info(op).name.empty()) return info(op).name;
  return {hex_names[op].data(), hex_names[op].size()};
}

} // namespace runahead
