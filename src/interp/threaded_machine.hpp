// What the handlers of threaded code share while a frame runs, and the list of them.
#pragma once

#include "interp/threaded_code.hpp"
#include "machine/engine.hpp"

namespace runahead::threaded {

/// How the handlers left off.
enum class Exit : uint8_t {
  outcome, ///< `outcome` says what the engine answers
  step,    ///< the frame stands before an instruction that the stepping engine must judge
};

struct Machine {
  Frame& frame;
  World& world;
  const ThreadedCode& code;
  uint256* bottom; ///< of the frame's stack
  int64_t reserve; ///< gas that was not handed out with the slice
  Exit exit = Exit::outcome;
  Outcome outcome = Outcome::done;
  const JumpTarget* arriving = nullptr; ///< where control arrives for the first time

  // Where the machine stands between handlers where there is no tail dispatch. No instruction: it
  // left off.
  const ThreadedInstr* ip = nullptr;
  uint256* sp = nullptr;
  int64_t gas = 0;
};

/// The handlers by what they do; for the translator. Null: there is none, see there. A depth is the
/// number of bytes from the top of the stack to the end of the word, as the instruction finds it.
struct Handlers {
  Handler check;               ///< arg: facts of the block behind it
  Handler push_word;           ///< arg: the value
  Handler push_literal;        ///< the literal stands behind it
  Handler jump, jumpi;         ///< to what is on the stack
  Handler jump_to, jumpi_to;   ///< arg: target
  Handler go_on_at;            ///< arg: body of a block that is paid for
  Handler bad_jump, bad_jumpi; ///< literal, but no destination; the latter if the condition holds
  Handler mload_at, mstore_at; ///< PUSH before; arg: offset, rest of the block's gas
  Handler undefined;
  Handler selector_jump;     ///< DUP1, PUSH, EQ, PUSH, JUMPI; arg: selector, number of the target
  Handler pops;              ///< several POPs; arg: how many
  Handler dup_dup, push_dup; ///< arg: what to push (a depth or a word), depth of the second
  Handler dup_mload, dup_mstore;             ///< arg: depth, rest of the block's gas
  std::array<Handler, 17> swap_pop;          ///< SWAPn, POP
  std::array<Handler, 256> plain;            ///< by opcode; arg of effects: 0, rest of the gas
  std::array<Handler, 256> with_word;        ///< PUSH of at most 64 bits, opcode; arg: the value
  std::array<Handler, 256> with_literal;     ///< PUSH of more, opcode; the literal behind it
  std::array<Handler, 256> with_dup;         ///< DUPn, opcode; arg: depth
  std::array<Handler, 256> with_swap;        ///< SWAP1, opcode
  std::array<Handler, 256> compare_jump;     ///< opcode, PUSH, JUMPI; arg: target
  std::array<Handler, 256> compare_not_jump; ///< opcode, ISZERO, PUSH, JUMPI; arg: target
};
extern const Handlers handlers;

} // namespace runahead::threaded
