#include "embed/tracer_adapter.hpp"

#include "embed/convert.hpp"

namespace runahead {

static_assert(static_cast<int>(api::CallKind::create2) == static_cast<int>(CallKind::create2));

void TracerAdapter::enter(const Message& message) {
  api::FrameStart start;
  start.kind = static_cast<api::CallKind>(message.kind);
  start.depth = message.depth;
  start.gas = static_cast<uint64_t>(message.gas);
  start.recipient = to_api(message.recipient);
  start.sender = to_api(message.sender);
  start.code_address = to_api(message.code_address);
  start.value = to_api(message.value);
  start.input = message.input;
  tracer_.enter(start);
}

void TracerAdapter::step(const Frame& frame, const World&, uint8_t opcode) {
  if (open_) return;
  open_ = true;
  tracer_.step({.depth = frame.message.depth,
                .pc = frame.pc,
                .opcode = opcode,
                .gas = static_cast<uint64_t>(frame.gas),
                .stack = api::StackView({frame.bottom->w, 4 * frame.height()}),
                .memory = frame.memory.view(0, frame.memory.size()),
                .return_data = frame.return_data});
}

void TracerAdapter::stepped(int64_t gas_cost, Status error) {
  open_ = false;
  tracer_.stepped(static_cast<uint64_t>(gas_cost), to_api(error));
}

void TracerAdapter::leave(const Message& message, const CallResult& result) {
  tracer_.leave({to_api(result.status), message.depth, static_cast<uint64_t>(result.gas_left),
                 result.output});
}

} // namespace runahead
