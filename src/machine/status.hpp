// How a frame ended.
#pragma once

#include <cstdint>
#include <string_view>

namespace runahead {

/// Everything but `success` undoes the frame's changes; everything but `success` and `revert` also
/// takes all its gas (Yellow Paper 9.4.2).
enum class Status : uint8_t {
  success,
  revert,
  out_of_gas,
  undefined_opcode,
  invalid_opcode, ///< the designated INVALID (EIP-141)
  stack_underflow,
  stack_overflow,
  bad_jump,
  static_violation,          ///< EIP-214
  return_data_out_of_bounds, ///< EIP-211
  address_collision,         ///< EIP-684, EIP-7610
  code_too_large,            ///< EIP-170
  code_starts_with_ef,       ///< EIP-3541
  code_deposit_out_of_gas,
  initcode_too_large, ///< EIP-3860
  precompile_failure,
  /// Not an outcome of the EVM: operands above limits::modexp_operand_bytes, whose answer nobody
  /// computed. Nothing may be concluded.
  precompile_beyond_limits,
};

std::string_view name(Status status);

constexpr bool keeps_gas(Status status) {
  return status == Status::success || status == Status::revert;
}

} // namespace runahead
