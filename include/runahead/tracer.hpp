// A hook that is told of what the exact engine does, step by step, in program order. What runs
// ahead of it is never told of.
#pragma once

#include "runahead/call.hpp"

namespace runahead::api {

enum class CallKind : uint8_t { call, callcode, delegatecall, staticcall, create, create2 };

/// Views into the engine; valid during the callback only.
struct FrameStart {
  CallKind kind = CallKind::call;
  uint16_t depth = 0; ///< 0 for the outermost
  uint64_t gas = 0;
  Address recipient{}; ///< whose storage and balance; the new contract's for a creation
  Address sender{};
  Address code_address{}; ///< whose code; may be a precompile, which has no steps
  Word value{};           ///< wei
  BytesView input{};      ///< call data, or initcode
};

struct FrameEnd {
  Status status = Status::success;
  uint16_t depth = 0;
  uint64_t gas_left = 0;
  BytesView output{};
};

/// A frame's stack as the engine holds it.
class StackView {
public:
  explicit StackView(std::span<const uint64_t> limbs) : limbs_(limbs) {}

  size_t size() const { return limbs_.size() / 4; }
  /// Item `i` from the bottom. REQUIRES: i < size().
  Word operator[](size_t i) const {
    Word word{};
    for (size_t byte = 0; byte < 32; ++byte)
      word.bytes[31 - byte] = static_cast<uint8_t>(limbs_[4 * i + byte / 8] >> 8 * (byte % 8));
    return word;
  }

private:
  std::span<const uint64_t> limbs_; ///< four an item, the lowest first
};

/// Before an instruction.
struct Step {
  uint16_t depth = 0;
  uint64_t pc = 0;
  uint8_t opcode = 0;
  uint64_t gas = 0; ///< left
  StackView stack;
  BytesView memory{};
  BytesView return_data{}; ///< of the last call made
};

/// Called on the thread that is in `Session::call`. Must not call the session, nor throw.
class Tracer {
public:
  virtual ~Tracer() = default;
  virtual void enter(const FrameStart&) {}
  virtual void step(const Step&) {}
  /// After the instruction of the last `step`: gas it took, with what it handed to a callee.
  /// `error` is success unless the instruction ended the frame abnormally.
  virtual void stepped(uint64_t /*gas_cost*/, Status /*error*/) {}
  virtual void leave(const FrameEnd&) {}
};

} // namespace runahead::api
