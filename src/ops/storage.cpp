// Storage (EIP-1283, EIP-2200, EIP-2929, EIP-3529) and transient storage (EIP-1153).
#include "ops/effects.hpp"
#include "ops/store_cost.hpp"

namespace runahead::ops {
namespace {

/// Yellow Paper, appendix H, as it was before net metering: only whether the slot holds something
/// before and after matters.
StoreCost gross_store_cost(const GasSchedule& g, StorageStatus status) {
  switch (status) {
  case StorageStatus::added:
  case StorageStatus::deleted_added:
  case StorageStatus::deleted_restored: return {g.sstore_set, 0};
  case StorageStatus::deleted:
  case StorageStatus::modified_deleted:
  case StorageStatus::added_deleted: return {g.sstore_reset, g.sstore_clear_refund};
  case StorageStatus::assigned:
  case StorageStatus::modified:
  case StorageStatus::modified_restored: break;
  }
  return {g.sstore_reset, 0};
}

} // namespace

/// EIP-2200's cases with the fork's numbers, without the price of a cold slot.
StoreCost store_cost(const GasSchedule& g, StorageStatus status) {
  if (g.sstore_noop == 0) return gross_store_cost(g, status);
  const int64_t clear = g.sstore_clear_refund;
  const int64_t set_back = g.sstore_set - g.sstore_noop,
                reset_back = g.sstore_reset - g.sstore_noop;
  switch (status) {
  case StorageStatus::assigned: break;
  case StorageStatus::added: return {g.sstore_set, 0};
  case StorageStatus::deleted: return {g.sstore_reset, clear};
  case StorageStatus::modified: return {g.sstore_reset, 0};
  case StorageStatus::deleted_added: return {g.sstore_noop, -clear};
  case StorageStatus::modified_deleted: return {g.sstore_noop, clear};
  case StorageStatus::deleted_restored: return {g.sstore_noop, reset_back - clear};
  case StorageStatus::added_deleted: return {g.sstore_noop, set_back};
  case StorageStatus::modified_restored: return {g.sstore_noop, reset_back};
  }
  return {g.sstore_noop, 0};
}

Next sload(Frame& f, World& w) {
  const Address& self = f.message.recipient;
  uint256& top = f.sp[-1];
  StorageSlot& slot = w.slot(self, top);
  const int64_t cost = slot.warm ? 0 : w.gas.cold_slot_surcharge;
  if (cost > f.gas) return halt(f, Status::out_of_gas);
  if (!slot.known && !w.load(self, top, slot)) return Next::want;
  f.gas -= cost;
  if (!slot.warm) w.warm(self, top, slot);
  top = slot.current;
  return Next::next;
}

Next sstore(Frame& f, World& w) {
  if (f.message.is_static) return halt(f, Status::static_violation);
  if (w.since(Fork::istanbul) && f.gas <= gas::call_stipend) // EIP-2200
    return halt(f, Status::out_of_gas);
  const auto stored = w.store(f.message.recipient, operand(f, 0), operand(f, 1));
  if (!stored) return Next::want;
  const StoreCost cost = store_cost(w.gas, stored->status);
  // A store that cannot be paid is undone with its frame.
  if (!charge(f, cost.gas + (stored->warm ? 0 : w.gas.cold_slot)))
    return halt(f, Status::out_of_gas);
  pop(f, 2);
  if (cost.refund != 0) w.add_refund(cost.refund);
  return Next::next;
}

Next tload(Frame& f, World& w) {
  uint256& top = f.sp[-1];
  top = w.transient(f.message.recipient, top);
  return Next::next;
}

Next tstore(Frame& f, World& w) {
  if (f.message.is_static) return halt(f, Status::static_violation);
  const uint256* args = pop(f, 2);
  w.set_transient(f.message.recipient, args[1], args[0]);
  return Next::next;
}

} // namespace runahead::ops
