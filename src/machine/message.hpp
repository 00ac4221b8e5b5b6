// What one frame asks of the next: a message call or a creation (Yellow Paper 7 and 8).
#pragma once

#include "base/bytes.hpp"
#include "base/uint256.hpp"
#include "code/code.hpp"
#include "machine/status.hpp"

#include <optional>

namespace runahead {

enum class CallKind : uint8_t { call, callcode, delegatecall, staticcall, create, create2 };

constexpr bool is_create(CallKind kind) { return kind >= CallKind::create; }

/// Complete: nothing of the state needs to be read to begin it.
struct Message {
  CallKind kind = CallKind::call;
  bool is_static = false; ///< no changes allowed (EIP-214)
  bool collides = false;  ///< creation at an address that is taken (EIP-684, EIP-7610)
  uint16_t depth = 0;     ///< 0 for the outermost
  int64_t gas = 0;
  Address recipient; ///< whose storage and balance; the new contract's for a creation
  Address sender;
  Address code_address; ///< whose code; may be a precompile
  uint256 value;        ///< wei; only shown, not moved, for callcode and delegatecall
  BytesView input;      ///< call data, or initcode; lives in the caller's memory
  CodeRef code;         ///< null for a precompile
  uint64_t output_offset = 0, output_size = 0; ///< where the caller wants the output
};

struct CallResult {
  Status status = Status::success;
  int64_t gas_left = 0;
  Bytes output;                   ///< return or revert data
  std::optional<Address> created; ///< by a creation that succeeded
};

} // namespace runahead
