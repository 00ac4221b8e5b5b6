// The table of effects by opcode, visible to engines that call its functions directly.
#pragma once

#include "ops/effects.hpp"
#include "spec/opcodes.hpp"

namespace runahead::ops {

template <int topics>
Next log_n(Frame& frame, World& world) {
  return log(frame, world, topics);
}

template <CallKind kind>
Next call_kind(Frame& frame, World& world) {
  if constexpr (is_create(kind))
    return create(frame, world, kind);
  else
    return call(frame, world, kind);
}

constexpr std::array<Effect, 256> make_effects() {
  std::array<Effect, 256> t{};
  t[OP_STOP] = stop;
  t[OP_EXP] = exp_checked;
  t[OP_KECCAK256] = keccak;
  t[OP_ADDRESS] = address;
  t[OP_BALANCE] = balance;
  t[OP_ORIGIN] = origin;
  t[OP_CALLER] = caller;
  t[OP_CALLVALUE] = callvalue;
  t[OP_CALLDATALOAD] = calldataload;
  t[OP_CALLDATASIZE] = calldatasize;
  t[OP_CALLDATACOPY] = calldatacopy;
  t[OP_CODESIZE] = codesize;
  t[OP_CODECOPY] = codecopy;
  t[OP_GASPRICE] = gasprice;
  t[OP_EXTCODESIZE] = extcodesize;
  t[OP_EXTCODECOPY] = extcodecopy;
  t[OP_RETURNDATASIZE] = returndatasize;
  t[OP_RETURNDATACOPY] = returndatacopy;
  t[OP_EXTCODEHASH] = extcodehash;
  t[OP_BLOCKHASH] = blockhash;
  t[OP_COINBASE] = coinbase;
  t[OP_TIMESTAMP] = timestamp;
  t[OP_NUMBER] = number;
  t[OP_PREVRANDAO] = prevrandao;
  t[OP_GASLIMIT] = gaslimit;
  t[OP_CHAINID] = chainid;
  t[OP_SELFBALANCE] = selfbalance;
  t[OP_BASEFEE] = basefee;
  t[OP_BLOBHASH] = blobhash;
  t[OP_BLOBBASEFEE] = blobbasefee;
  t[OP_MLOAD] = mload;
  t[OP_MSTORE] = mstore;
  t[OP_MSTORE8] = mstore8;
  t[OP_SLOAD] = sload;
  t[OP_SSTORE] = sstore;
  t[OP_MSIZE] = msize;
  t[OP_GAS] = gas_left;
  t[OP_TLOAD] = tload;
  t[OP_TSTORE] = tstore;
  t[OP_MCOPY] = mcopy;
  t[OP_LOG0] = log_n<0>;
  t[OP_LOG1] = log_n<1>;
  t[OP_LOG2] = log_n<2>;
  t[OP_LOG3] = log_n<3>;
  t[OP_LOG4] = log_n<4>;
  t[OP_CREATE] = call_kind<CallKind::create>;
  t[OP_CALL] = call_kind<CallKind::call>;
  t[OP_CALLCODE] = call_kind<CallKind::callcode>;
  t[OP_RETURN] = return_output;
  t[OP_DELEGATECALL] = call_kind<CallKind::delegatecall>;
  t[OP_CREATE2] = call_kind<CallKind::create2>;
  t[OP_STATICCALL] = call_kind<CallKind::staticcall>;
  t[OP_REVERT] = revert;
  t[OP_INVALID] = invalid;
  t[OP_SELFDESTRUCT] = selfdestruct;
  return t;
}

/// Null for pure opcodes, pushes, stack moves and jumps, which are the engine's own, and for
/// undefined bytes.
inline constexpr std::array<Effect, 256> effects = make_effects();

} // namespace runahead::ops
