#include "interp/json_trace.hpp"

#include "base/hex.hpp"
#include "spec/opcodes.hpp"

namespace runahead {
namespace {

std::string quoted(std::string_view text) { return '"' + std::string(text) + '"'; }

std::string stack_of(const Frame& frame) {
  std::string text = "[";
  for (const uint256* item = frame.bottom; item != frame.sp; ++item) {
    if (item != frame.bottom) text += ',';
    text += quoted(to_hex(*item));
  }
  return text + ']';
}

} // namespace

void JsonTrace::step(const Frame& frame, const World& world, uint8_t opcode) {
  line_ = "{\"pc\":" + to_decimal(frame.pc) + ",\"op\":" + to_decimal(opcode) +
          ",\"gas\":" + quoted(to_hex(uint256{static_cast<uint64_t>(frame.gas)})) +
          ",\"memSize\":" + to_decimal(frame.memory.size()) + ",\"stack\":" + stack_of(frame) +
          ",\"depth\":" + to_decimal(frame.message.depth + 1u) +
          ",\"refund\":" + to_decimal(static_cast<uint64_t>(world.refund())) +
          ",\"opName\":" + quoted(name_of_opcode(opcode));
}

void JsonTrace::stepped(int64_t gas_cost, Status error) {
  line_ += ",\"gasCost\":" + quoted(to_hex(uint256{static_cast<uint64_t>(gas_cost)}));
  if (error != Status::success && error != Status::revert)
    line_ += ",\"error\":" + quoted(name(error));
  line_ += '}';
  sink_(line_);
  line_.clear();
}

void JsonTrace::summary(BytesView output, uint64_t gas_used, Status status) {
  std::string line = "{\"output\":" + quoted(to_hex(output)) +
                     ",\"gasUsed\":" + quoted(to_hex(uint256{gas_used})) +
                     ",\"pass\":" + (status == Status::success ? "true" : "false");
  if (status != Status::success) line += ",\"error\":" + quoted(name(status));
  sink_(line + '}');
}

} // namespace runahead
