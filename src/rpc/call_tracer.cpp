#include "rpc/call_tracer.hpp"

#include "base/hex.hpp"
#include "base/limits.hpp"
#include "rpc/call_error.hpp"
#include "spec/opcodes.hpp"

#include <algorithm>
#include <map>

namespace runahead {
namespace {

constexpr size_t selector_bytes = 4;
constexpr size_t node_bytes = 200; ///< of JSON, about, without what it carries
constexpr std::string_view destruct_type = "SELFDESTRUCT";

std::string_view type_of(CallKind kind) {
  switch (kind) {
  case CallKind::call: return "CALL";
  case CallKind::callcode: return "CALLCODE";
  case CallKind::delegatecall: return "DELEGATECALL";
  case CallKind::staticcall: return "STATICCALL";
  case CallKind::create: return "CREATE";
  case CallKind::create2: return "CREATE2";
  }
  return "CALL";
}

bool is_creation(const CallNode& node) { return node.type.starts_with("CREATE"); }

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return result;
}

std::string error_text(Status status) {
  return status == Status::revert ? "execution reverted" : failure_text(status);
}

void write_logs(JsonWriter& json, const CallNode& node) {
  json.key("logs").begin_array();
  for (const auto& [log, position] : node.logs) {
    json.begin_object().key("address").hex(log.address).key("topics").begin_array();
    for (const Hash256& topic : log.topics) json.hex(topic);
    json.end_array().key("data").hex(log.data);
    json.key("position").quantity(position).end_object();
  }
  json.end_array();
}

void write_node(JsonWriter& json, const CallNode& node) {
  const bool failed = node.status != Status::success;
  json.begin_object().key("type").text(node.type).key("from").hex(node.from);
  if (!failed || !is_creation(node)) json.key("to").hex(node.to);
  if (node.value) json.key("value").quantity(*node.value);
  json.key("gas").quantity(node.gas).key("gasUsed").quantity(node.gas_used);
  json.key("input").hex(node.input);
  if (!node.output.empty()) json.key("output").hex(node.output);
  if (failed) json.key("error").text(error_text(node.status));
  if (node.status == Status::revert)
    if (const auto reason = revert_reason(node.output)) json.key("revertReason").text(*reason);
  if (!failed && !node.logs.empty()) write_logs(json, node);
  if (!node.calls.empty()) {
    json.key("calls").begin_array();
    for (const auto& call : node.calls) write_node(json, *call);
    json.end_array();
  }
  json.end_object();
}

/// Logs of calls that were undone, by themselves or with a caller, count for nothing.
void drop_undone_logs(CallNode& node, bool undone) {
  undone = undone || node.status != Status::success;
  if (undone) node.logs.clear();
  for (const auto& call : node.calls) drop_undone_logs(*call, undone);
}

void write_action(JsonWriter& json, const CallNode& node) {
  json.key("action").begin_object();
  if (node.type == destruct_type) {
    json.key("address").hex(node.from).key("refundAddress").hex(node.to);
    json.key("balance").quantity(node.value.value_or(uint256{}));
  } else {
    json.key("from").hex(node.from).key("gas").quantity(node.gas);
    json.key("value").quantity(node.value.value_or(uint256{}));
    if (is_creation(node)) {
      json.key("creationMethod").text(lower(node.type)).key("init").hex(node.input);
    } else {
      json.key("callType").text(lower(node.type)).key("to").hex(node.to);
      json.key("input").hex(node.input);
    }
  }
  json.end_object();
}

void write_flat_result(JsonWriter& json, const CallNode& node) {
  if (node.status != Status::success) {
    json.key("error").text(node.status == Status::revert ? "Reverted" : failure_text(node.status));
    if (node.status != Status::revert) return;
  }
  json.key("result");
  if (node.type == destruct_type) {
    json.null();
    return;
  }
  json.begin_object().key("gasUsed").quantity(node.gas_used);
  if (is_creation(node))
    json.key("address").hex(node.to).key("code").hex(node.output);
  else
    json.key("output").hex(node.output);
  json.end_object();
}

using Path = std::vector<size_t>;

void write_flat_node(JsonWriter& json, const CallNode& node, const TracedPlace& place, Path& path) {
  const auto skipped = [](const CallNode& call) {
    return call.is_precompile && call.value.value_or(uint256{}).is_zero();
  };
  json.begin_object();
  write_action(json, node);
  write_flat_result(json, node);
  size_t shown = 0;
  for (const auto& call : node.calls) shown += skipped(*call) ? 0 : 1;
  json.key("subtraces").number(shown).key("traceAddress").begin_array();
  for (const size_t step : path) json.number(step);
  json.end_array().key("type");
  json.text(node.type == destruct_type ? "suicide" : is_creation(node) ? "create" : "call");
  if (place.block_hash) {
    json.key("blockHash").hex(*place.block_hash).key("blockNumber").number(place.block_number);
    json.key("transactionHash").hex(place.transaction_hash);
    json.key("transactionPosition").number(place.index);
  }
  json.end_object();
  path.push_back(0);
  for (const auto& call : node.calls) {
    if (skipped(*call)) continue;
    write_flat_node(json, *call, place, path);
    ++path.back();
  }
  path.pop_back();
}

using SelectorCounts = std::map<std::string, uint64_t>;

void count_selectors(const CallNode& node, SelectorCounts& counts) {
  const bool counts_here = !is_creation(node) && node.type != destruct_type && !node.is_precompile;
  if (counts_here && node.input.size() >= selector_bytes)
    ++counts[to_hex(BytesView(node.input).first(selector_bytes)) + "-" +
             std::to_string(node.input.size() - selector_bytes)];
  for (const auto& call : node.calls) count_selectors(*call, counts);
}

/// The log that a LOG instruction is about to write, if its operands are there.
std::optional<Log> log_of(const Frame& frame, uint8_t opcode) {
  const size_t topics = opcode - OP_LOG0;
  if (frame.height() < 2 + topics) return std::nullopt;
  const uint256 offset = frame.sp[-1], size = frame.sp[-2];
  Log log{frame.message.recipient, {}, {}};
  for (size_t i = 0; i < topics; ++i) log.topics.push_back(to_hash(*(frame.sp - 3 - i)));
  if (size.is_zero()) return log;
  const uint256 present = frame.memory.size();
  if (!size.fits_u64() || size > uint256{limits::rpc_answer_bytes}) return std::nullopt;
  log.data.resize(size.w[0]); // what lies behind the memory's end is zero
  if (offset < present) {
    const uint64_t there = std::min(size.w[0], present.w[0] - offset.w[0]);
    std::ranges::copy(frame.memory.view(offset.w[0], there), log.data.begin());
  }
  return log;
}

} // namespace

bool CallTracer::overflowed() const { return bytes_ * 2 > limits::rpc_answer_bytes; }

void CallTracer::enter(const Message& message) {
  auto node = std::make_unique<CallNode>();
  node->type = type_of(message.kind);
  node->from = message.sender;
  // A call that borrows code is told as one to the account whose code it is.
  const bool borrows = message.kind == CallKind::delegatecall || message.kind == CallKind::callcode;
  if (borrows) node->from = message.recipient;
  node->to = borrows ? message.code_address : message.recipient;
  if (message.kind != CallKind::staticcall) node->value = message.value;
  node->gas = static_cast<uint64_t>(message.gas);
  node->is_precompile = message.code == nullptr && !is_create(message.kind);
  bytes_ += message.input.size() + node_bytes;
  if (!overflowed()) node->input = to_bytes(message.input);
  CallNode* made = node.get();
  if (open_.empty())
    root_ = std::move(node);
  else
    open_.back()->calls.push_back(std::move(node));
  open_.push_back(made);
}

void CallTracer::step(const Frame& frame, const World& world, uint8_t opcode) {
  log_.reset();
  destruct_.reset();
  if (options_.with_log && opcode >= OP_LOG0 && opcode <= OP_LOG4 && !overflowed())
    log_ = log_of(frame, opcode);
  if (opcode != OP_SELFDESTRUCT || frame.height() == 0) return;
  destruct_.emplace(frame.message.recipient, to_address(frame.sp[-1]));
  world_ = &world;
}

void CallTracer::stepped(int64_t, Status error) {
  CallNode& node = *open_.back();
  if (error == Status::success && log_) {
    bytes_ += log_->data.size() + node_bytes;
    node.logs.emplace_back(std::move(*log_), node.calls.size());
  }
  if (error == Status::success && destruct_) {
    CallNode& ended = *node.calls.emplace_back(std::make_unique<CallNode>());
    ended.type = destruct_type;
    ended.from = destruct_->first;
    ended.to = destruct_->second;
    ended.value = world_->last_inheritance();
  }
  log_.reset();
  destruct_.reset();
}

void CallTracer::leave(const Message& message, const CallResult& result) {
  CallNode& node = *open_.back();
  node.gas_used = static_cast<uint64_t>(message.gas - result.gas_left);
  node.status = result.status;
  bytes_ += result.output.size();
  if (!overflowed()) node.output = result.output;
  open_.pop_back();
}

/// The outermost call is told with all that the transaction cost.
void CallTracer::finish(const TracedEnd& end) {
  if (root_ == nullptr) root_ = std::make_unique<CallNode>(); // nothing ran
  root_->gas = end.transaction.gas_limit;
  root_->gas_used = end.result.gas_used;
  if (options_.with_log) drop_undone_logs(*root_, false);
  if (options_.only_top_call) root_->calls.clear();
}

std::string CallTracer::result(const TracedEnd& end) {
  finish(end);
  JsonWriter json;
  if (options_.kind == TracerKind::flat_calls)
    write_flat(json);
  else if (options_.kind == TracerKind::selectors)
    write_selectors(json);
  else
    write_node(json, *root_);
  return json.take();
}

void CallTracer::write_flat(JsonWriter& json) const {
  Path path;
  json.begin_array();
  write_flat_node(json, *root_, place_, path);
  json.end_array();
}

void CallTracer::write_selectors(JsonWriter& json) const {
  SelectorCounts counts;
  count_selectors(*root_, counts);
  json.begin_object();
  for (const auto& [selector, count] : counts) json.key(selector).number(count);
  json.end_object();
}

} // namespace runahead
