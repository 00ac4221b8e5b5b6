// What the other opcodes mean: effects on a frame and its world. The engine has checked the stack
// bounds and charged the base gas; an effect charges the rest, in frame.gas.
//
// An effect that needs state which has not arrived changes nothing and answers `want`; the engine
// gives the base gas back and runs it again later. So each looks first and acts after.
#pragma once

#include "machine/frame.hpp"
#include "machine/world.hpp"

#include <array>

namespace runahead::ops {

enum class Next : uint8_t {
  next, ///< go on behind the instruction
  halt, ///< the frame ended; its status and output are set
  want, ///< the journal names what is missing
  call, ///< frame.request is to be run; its result is delivered onto the stack
};

using Effect = Next (*)(Frame&, World&);

inline Next halt(Frame& frame, Status status) {
  frame.status = status;
  return Next::halt;
}

/// Charges `cost`; false if the gas does not suffice.
inline bool charge(Frame& frame, int64_t cost) {
  if (cost > frame.gas) return false;
  frame.gas -= cost;
  return true;
}

/// The price of [offset, offset + size) in `frame`'s memory plus `extra`, charged; then the memory
/// is there. False if out of gas.
inline bool open_memory(Frame& frame, const uint256& offset, const uint256& size,
                        int64_t extra = 0) {
  const int64_t growth = frame.memory.growth_gas(offset, size);
  if (growth > frame.gas || extra > frame.gas - growth) return false;
  frame.gas -= growth + extra;
  frame.memory.grow(offset.w[0], size.w[0]);
  return true;
}

/// More than any gas, with room to add to it.
inline constexpr int64_t unpayable = std::numeric_limits<int64_t>::max() / 2;

/// Price of `per_byte` for each byte of `size`.
inline int64_t byte_gas(const uint256& size, int64_t per_byte) {
  if (!size.fits_u64() || size.w[0] > limits::memory_bytes) return unpayable;
  return static_cast<int64_t>(size.w[0]) * per_byte;
}

/// Price of `per_word` for each word of `size` bytes.
inline int64_t word_gas(const uint256& size, int64_t per_word) {
  if (!size.fits_u64() || size.w[0] > limits::memory_bytes) return unpayable;
  return static_cast<int64_t>(words_of(size.w[0])) * per_word;
}

/// Pops `n` items; the operands stay readable above the new top until something is pushed.
inline const uint256* pop(Frame& frame, int n) { return frame.sp -= n; }

/// Operand `i` from the top, 0 the top.
inline const uint256& operand(const Frame& frame, int i) { return frame.sp[-1 - i]; }

// The families, one file each.
// environment.cpp
Next address(Frame&, World&);
Next origin(Frame&, World&);
Next caller(Frame&, World&);
Next callvalue(Frame&, World&);
Next calldataload(Frame&, World&);
Next calldatasize(Frame&, World&);
Next codesize(Frame&, World&);
Next gasprice(Frame&, World&);
Next returndatasize(Frame&, World&);
Next blockhash(Frame&, World&);
Next coinbase(Frame&, World&);
Next timestamp(Frame&, World&);
Next number(Frame&, World&);
Next prevrandao(Frame&, World&);
Next gaslimit(Frame&, World&);
Next chainid(Frame&, World&);
Next basefee(Frame&, World&);
Next blobhash(Frame&, World&);
Next blobbasefee(Frame&, World&);
Next msize(Frame&, World&);
Next gas_left(Frame&, World&);
// data.cpp
Next keccak(Frame&, World&);
Next calldatacopy(Frame&, World&);
Next codecopy(Frame&, World&);
Next returndatacopy(Frame&, World&);
Next mload(Frame&, World&);
Next mstore(Frame&, World&);
Next mstore8(Frame&, World&);
Next mcopy(Frame&, World&);
Next log(Frame&, World&, int topics);
Next stop(Frame&, World&);
Next return_output(Frame&, World&);
Next revert(Frame&, World&);
Next invalid(Frame&, World&);
Next exp_checked(Frame&, World&);
// account.cpp
Next balance(Frame&, World&);
Next selfbalance(Frame&, World&);
Next extcodesize(Frame&, World&);
Next extcodecopy(Frame&, World&);
Next extcodehash(Frame&, World&);
Next selfdestruct(Frame&, World&);
// storage.cpp
Next sload(Frame&, World&);
Next sstore(Frame&, World&);
Next tload(Frame&, World&);
Next tstore(Frame&, World&);
// call.cpp
Next call(Frame&, World&, CallKind kind);
// create.cpp
Next create(Frame&, World&, CallKind kind);

} // namespace runahead::ops
