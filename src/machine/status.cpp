#include "machine/status.hpp"

namespace runahead {

std::string_view name(Status status) {
  switch (status) {
  case Status::success: return "success";
  case Status::revert: return "execution reverted";
  case Status::out_of_gas: return "out of gas";
  case Status::undefined_opcode: return "undefined opcode";
  case Status::invalid_opcode: return "invalid opcode";
  case Status::stack_underflow: return "stack underflow";
  case Status::stack_overflow: return "stack overflow";
  case Status::bad_jump: return "invalid jump destination";
  case Status::static_violation: return "write protection";
  case Status::return_data_out_of_bounds: return "return data out of bounds";
  case Status::address_collision: return "contract address collision";
  case Status::code_too_large: return "max code size exceeded";
  case Status::code_starts_with_ef: return "invalid code: must not begin with 0xef";
  case Status::code_deposit_out_of_gas: return "contract creation code storage out of gas";
  case Status::initcode_too_large: return "max initcode size exceeded";
  case Status::precompile_failure: return "precompile failed";
  case Status::precompile_beyond_limits:
    return "a precompile's operands are longer than this engine takes";
  }
  return "?";
}

} // namespace runahead
