// One level of the call stack: a plain object on the heap that any engine can go on with.
#pragma once

#include "base/limits.hpp"
#include "machine/memory.hpp"
#include "machine/message.hpp"
#include "state/journal.hpp"

#include <memory>

namespace runahead {

/// Where a fast engine left a frame, in its own terms; saves it the search. Only valid where the
/// frame still stands at `pc`, and while nobody else moved it: an engine that does forgets it.
struct ResumePoint {
  const void* at = nullptr; ///< into what the engine made of the frame's code; null: nowhere
  uint32_t pc = 0;
  uint32_t rest_gas = 0; ///< base gas from there to the end of the block
};

struct Frame {
  Frame() : stack(std::make_unique<uint256[]>(limits::stack_height)), sp(stack.get()) {}

  Message message;
  CodeRef code;    ///< what runs
  uint64_t pc = 0; ///< the next instruction
  int64_t gas = 0; ///< exact while no engine is running the frame
  std::unique_ptr<uint256[]> stack;
  uint256* sp; ///< one behind the top
  Memory memory;
  Bytes return_data; ///< of the last call made (EIP-211)
  Journal::Checkpoint checkpoint;
  ResumePoint resume;

  // How it ended.
  Status status = Status::success;
  Bytes output;

  // What it asks for when an engine stops with Outcome::call.
  Message request;

  /// Makes it a new frame that is to run `message`, whose code is there.
  void begin(const Message& to_run);
  /// Takes the result of what it asked for and goes on behind it.
  void deliver(CallResult result);

  size_t height() const { return static_cast<size_t>(sp - stack.get()); }
  void push(const uint256& value) { *sp++ = value; }
};

} // namespace runahead
