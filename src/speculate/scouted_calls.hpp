// What both forms of scouts need to know of calls.
#pragma once

#include "machine/message.hpp"
#include "spec/opcodes.hpp"

#include <cstdint>

namespace runahead {

/// What kind of call or creation an opcode makes. REQUIRES: one of the category `call`.
inline CallKind call_kind_of(uint8_t op) {
  switch (op) {
  case OP_CALLCODE: return CallKind::callcode;
  case OP_DELEGATECALL: return CallKind::delegatecall;
  case OP_STATICCALL: return CallKind::staticcall;
  case OP_CREATE: return CallKind::create;
  case OP_CREATE2: return CallKind::create2;
  default: return CallKind::call;
  }
}

/// Precompiles dearer than this are not run for a scout; their answer is taken to be zeros.
inline constexpr int64_t most_precompile_gas = 100'000;

} // namespace runahead
