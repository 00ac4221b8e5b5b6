// Storage (EIP-1283, EIP-2200, EIP-2929, EIP-3529) and transient storage (EIP-1153).
#include "ops/effects.hpp"

namespace runahead::ops {
namespace {

struct StoreCost {
  int64_t gas;
  int64_t refund;
};

/// Yellow Paper, appendix H, as it was before net metering.
StoreCost gross_store_cost(const GasSchedule& g, const uint256& current, const uint256& value) {
  if (current.is_zero() && value) return {g.sstore_set, 0};
  return {g.sstore_reset, current && value.is_zero() ? g.sstore_clear_refund : 0};
}

/// EIP-2200's cases with the fork's numbers, without the price of a cold slot.
StoreCost store_cost(const GasSchedule& g, const uint256& original, const uint256& current,
                     const uint256& value) {
  if (g.sstore_noop == 0) return gross_store_cost(g, current, value);
  if (current == value) return {g.sstore_noop, 0};
  if (original == current) {
    if (original.is_zero()) return {g.sstore_set, 0};
    return {g.sstore_reset, value.is_zero() ? g.sstore_clear_refund : 0};
  }
  StoreCost cost{g.sstore_noop, 0};
  if (original) {
    if (current.is_zero()) cost.refund -= g.sstore_clear_refund;
    if (value.is_zero()) cost.refund += g.sstore_clear_refund;
  }
  if (original == value)
    cost.refund += (original.is_zero() ? g.sstore_set : g.sstore_reset) - g.sstore_noop;
  return cost;
}

} // namespace

Next sload(Frame& f, World& w) {
  const Address& self = f.message.recipient;
  uint256& top = f.sp[-1];
  JournalAccount::Slot& slot = w.journal.entry(self, top);
  const int64_t cost = slot.warm ? 0 : w.gas.cold_slot_surcharge;
  if (cost > f.gas) return halt(f, Status::out_of_gas);
  if (!w.journal.load(self, top, slot)) return Next::want;
  f.gas -= cost;
  w.journal.warm(self, top, slot);
  top = slot.current;
  return Next::next;
}

Next sstore(Frame& f, World& w) {
  if (f.message.is_static) return halt(f, Status::static_violation);
  if (w.since(Fork::istanbul) && f.gas <= gas::call_stipend) // EIP-2200
    return halt(f, Status::out_of_gas);
  const Address& self = f.message.recipient;
  const uint256 key = operand(f, 0), value = operand(f, 1);
  JournalAccount::Slot& slot = w.journal.entry(self, key);
  if (!w.journal.load(self, key, slot)) return Next::want;
  const StoreCost cost = store_cost(w.gas, slot.original, slot.current, value);
  if (!charge(f, cost.gas + (slot.warm ? 0 : w.gas.cold_slot))) return halt(f, Status::out_of_gas);
  pop(f, 2);
  w.journal.warm(self, key, slot);
  w.journal.add_refund(cost.refund);
  if (slot.current != value) w.journal.set_slot(self, key, value, slot);
  return Next::next;
}

Next tload(Frame& f, World& w) {
  uint256& top = f.sp[-1];
  top = w.journal.transient(f.message.recipient, top);
  return Next::next;
}

Next tstore(Frame& f, World& w) {
  if (f.message.is_static) return halt(f, Status::static_violation);
  const uint256* args = pop(f, 2);
  w.journal.set_transient(f.message.recipient, args[1], args[0]);
  return Next::next;
}

} // namespace runahead::ops
