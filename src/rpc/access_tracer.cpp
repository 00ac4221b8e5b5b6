#include "rpc/access_tracer.hpp"

#include "spec/opcodes.hpp"

namespace runahead {
namespace {

/// Which item of the stack, counted from the top, names an account that the instruction touches.
std::optional<size_t> account_operand(uint8_t opcode) {
  switch (opcode) {
  case OP_BALANCE:
  case OP_EXTCODESIZE:
  case OP_EXTCODECOPY:
  case OP_EXTCODEHASH:
  case OP_SELFDESTRUCT: return 0;
  case OP_CALL:
  case OP_CALLCODE:
  case OP_DELEGATECALL:
  case OP_STATICCALL: return 1;
  default: return std::nullopt;
  }
}

} // namespace

void AccessTracer::add(std::span<const AccessListEntry> entries) {
  for (const AccessListEntry& given : entries) {
    entry(given.address);
    for (const uint256& slot : given.slots) touch(given.address, slot);
  }
}

AccessListEntry& AccessTracer::entry(const Address& address) {
  const auto [it, is_new] = places_.try_emplace(address, list_.size());
  if (is_new) list_.push_back({address, {}});
  return list_[it->second];
}

void AccessTracer::touch(const Address& address) {
  if (!warm_.contains(address)) entry(address);
}

void AccessTracer::touch(const Address& address, const uint256& slot) {
  if (slots_[address].insert(slot).second) entry(address).slots.push_back(slot);
}

void AccessTracer::step(const Frame& frame, const World&, uint8_t opcode) {
  const size_t height = frame.height();
  if ((opcode == OP_SLOAD || opcode == OP_SSTORE) && height >= 1)
    return touch(frame.message.recipient, frame.sp[-1]);
  if (const auto operand = account_operand(opcode); operand && *operand < height)
    touch(to_address(*(frame.sp - 1 - *operand)));
}

} // namespace runahead
