// One level of the call stack: a plain object on the heap that any engine can go on with.
#pragma once

#include "machine/memory.hpp"
#include "machine/message.hpp"
#include "state/journal.hpp"

#include <vector>

namespace runahead {

/// Where a fast engine left a frame, in its own terms; saves it the search. Only valid where the
/// frame still stands at `pc`, and while nobody else moved it: an engine that does forgets it.
struct ResumePoint {
  const void* at = nullptr; ///< into what the engine made of the frame's code; null: nowhere
  uint32_t pc = 0;
  uint32_t rest_gas = 0; ///< base gas from there to the end of the block
  uint32_t step = 0;     ///< how far within what `at` points to, where that is more than one step
};

/// Made by a FrameStore, which also gives it its stack.
struct Frame {
  Message message;
  CodeRef code;              ///< what runs
  uint64_t pc = 0;           ///< the next instruction
  int64_t gas = 0;           ///< exact while no engine is running the frame
  uint256* bottom = nullptr; ///< of the stack; room for limits::stack_height while the frame runs
  uint256* sp = nullptr;     ///< one behind the top
  uint32_t segment = 0;      ///< of the store, where the stack is
  Memory memory;
  Bytes return_data; ///< of the last call made (EIP-211)
  Journal::Checkpoint checkpoint;
  ResumePoint resume;
  std::vector<uint256> kept; ///< what an engine needs besides to go on at `resume`

  // How it ended.
  Status status = Status::success;
  Bytes output;

  // What it asks for when an engine stops with Outcome::call.
  Message request;

  /// Makes it a new frame that is to run `message`, whose code is there.
  void begin(const Message& to_run);
  /// Takes the result of what it asked for and goes on behind it. Leaves in `result` a buffer that
  /// nobody needs.
  void deliver(CallResult& result);

  size_t height() const { return static_cast<size_t>(sp - bottom); }
  /// Bytes held, without the stack.
  size_t footprint() const {
    return sizeof(*this) + memory.capacity() + return_data.capacity() + output.capacity() +
           kept.capacity() * sizeof(kept[0]);
  }
  void push(const uint256& value) { *sp++ = value; }
};

} // namespace runahead
