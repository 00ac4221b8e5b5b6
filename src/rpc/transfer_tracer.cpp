#include "rpc/transfer_tracer.hpp"

#include "spec/opcodes.hpp"

#include <utility>

namespace runahead {
namespace {

/// Stands for the chain's own coin, which no contract keeps.
constexpr Address coin{{0xee, 0xee, 0xee, 0xee, 0xee, 0xee, 0xee, 0xee, 0xee, 0xee,
                        0xee, 0xee, 0xee, 0xee, 0xee, 0xee, 0xee, 0xee, 0xee, 0xee}};
/// keccak256("Transfer(address,address,uint256)").
constexpr Hash256 transfer_topic{{0xdd, 0xf2, 0x52, 0xad, 0x1b, 0xe2, 0xc8, 0x9b, 0x69, 0xc2, 0xb0,
                                  0x68, 0xfc, 0x37, 0x8d, 0xaa, 0x95, 0x2b, 0xa7, 0xf1, 0x63, 0xc4,
                                  0xa1, 0x16, 0x28, 0xf5, 0x5a, 0x4d, 0xf5, 0x23, 0xb3, 0xef}};

Hash256 to_topic(const Address& address) { return to_hash(from(address)); }

} // namespace

void TransferTracer::transfer(const Address& from, const Address& to, const uint256& amount) {
  if (amount.is_zero()) return;
  entries_.push_back(
      {Log{coin, {transfer_topic, to_topic(from), to_topic(to)}, to_bytes(to_hash(amount))},
       count_++});
}

void TransferTracer::enter(const Message& message) {
  frames_.push_back(entries_.size());
  if (message.kind != CallKind::delegatecall)
    transfer(message.sender, message.recipient, message.value);
}

void TransferTracer::step(const Frame& frame, const World& world, uint8_t opcode) {
  logs_ = opcode >= OP_LOG0 && opcode <= OP_LOG4;
  heir_.reset();
  if (opcode != OP_SELFDESTRUCT || frame.height() == 0) return;
  heir_ = to_address(frame.sp[-1]);
  self_ = frame.message.recipient;
  world_ = &world;
}

void TransferTracer::stepped(int64_t, Status error) {
  if (error == Status::success && logs_) entries_.push_back({std::nullopt, count_++});
  if (error == Status::success && heir_) transfer(self_, *heir_, world_->last_inheritance());
  logs_ = false;
  heir_.reset();
}

void TransferTracer::leave(const Message&, const CallResult& result) {
  if (result.status != Status::success) entries_.resize(frames_.back());
  frames_.pop_back();
}

std::vector<NumberedLog> TransferTracer::take_logs(std::vector<Log> logs) {
  std::vector<NumberedLog> all;
  size_t next = 0;
  for (Entry& entry : std::exchange(entries_, {}))
    all.push_back({std::move(entry.transfer ? *entry.transfer : logs.at(next++)), entry.number});
  return all;
}

} // namespace runahead
