#include "rpc/struct_log_tracer.hpp"

#include "base/hex.hpp"
#include "base/limits.hpp"
#include "rpc/call_error.hpp"
#include "spec/opcodes.hpp"

#include <algorithm>

namespace runahead {
namespace {

constexpr size_t word_bytes = 32;

/// Whole words; memory grows by words.
void write_memory(JsonWriter& json, BytesView memory) {
  json.key("memory").begin_array();
  for (; memory.size() >= word_bytes; memory = memory.subspan(word_bytes))
    json.hex(memory.first(word_bytes));
  json.end_array();
}

} // namespace

bool StructLogTracer::overflowed() const { return json_.str().size() > limits::rpc_answer_bytes; }

void StructLogTracer::step(const Frame& frame, const World& world, uint8_t opcode) {
  entry_ = {frame.pc,
            opcode,
            static_cast<uint64_t>(frame.gas),
            frame.message.depth + 1U,
            static_cast<uint64_t>(std::max<int64_t>(world.refund(), 0)),
            {},
            {},
            {}};
  frame_ = &frame;
  if (options_.stack || opcode == OP_SLOAD || opcode == OP_SSTORE)
    entry_.stack.assign(frame.bottom, frame.sp);
  if (options_.memory) entry_.memory = to_bytes(frame.memory.view(0, frame.memory.size()));
  if (options_.return_data) entry_.return_data = frame.return_data;
}

void StructLogTracer::stepped(int64_t gas_cost, Status error) {
  ++steps_;
  if (overflowed() || (options_.most_steps != 0 && steps_ > options_.most_steps)) return;
  write(gas_cost, error);
}

/// A slot as the instruction leaves it, with those of the account that were seen before.
void StructLogTracer::write_storage() {
  const size_t height = entry_.stack.size();
  const bool loads = entry_.opcode == OP_SLOAD && height >= 1;
  const bool stores = entry_.opcode == OP_SSTORE && height >= 2;
  if (!loads && !stores) return;
  auto& seen = seen_[frame_->message.recipient];
  seen[entry_.stack[height - 1]] = loads ? frame_->sp[-1] : entry_.stack[height - 2];
  json_.key("storage").begin_object();
  for (const auto& [slot, word] : seen) json_.key(to_hex32(slot)).word(word);
  json_.end_object();
}

void StructLogTracer::write(int64_t gas_cost, Status error) {
  const bool failed = error != Status::success && error != Status::revert;
  json_.begin_object().key("pc").number(entry_.pc);
  json_.key("op").text(name_of_opcode(entry_.opcode));
  json_.key("gas").number(entry_.gas).key("gasCost").number(static_cast<uint64_t>(gas_cost));
  json_.key("depth").number(entry_.depth);
  if (entry_.refund != 0) json_.key("refund").number(entry_.refund);
  if (failed) json_.key("error").text(failure_text(error));
  if (options_.stack) {
    json_.key("stack").begin_array();
    for (const uint256& item : entry_.stack) json_.quantity(item);
    json_.end_array();
  }
  if (!entry_.memory.empty()) write_memory(json_, entry_.memory);
  if (!entry_.return_data.empty()) json_.key("returnData").hex(entry_.return_data);
  if (options_.storage && !failed) write_storage();
  json_.end_object();
}

std::string StructLogTracer::result(const TracedEnd& end) {
  const ExecutionResult& result = end.result;
  const bool keeps_output = keeps_gas(result.status);
  JsonWriter json;
  json.begin_object().key("gas").number(result.gas_used);
  json.key("failed").boolean(result.status != Status::success);
  json.key("returnValue").hex(keeps_output ? BytesView(result.output) : BytesView());
  return json.key("structLogs").raw(json_.end_array().str()).end_object().take();
}

} // namespace runahead
