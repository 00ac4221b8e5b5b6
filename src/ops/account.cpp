// Opcodes that look at accounts (EIP-2929 prices), and SELFDESTRUCT.
#include "ops/effects.hpp"

#include <algorithm>

namespace runahead::ops {
namespace {

int64_t cold_surcharge(World& w, const Address& a) {
  return w.is_warm(a) ? 0 : w.gas.cold_account_surcharge;
}

} // namespace

Next balance(Frame& f, World& w) {
  const Address a = to_address(operand(f, 0));
  const int64_t cost = cold_surcharge(w, a);
  if (cost > f.gas) return halt(f, Status::out_of_gas);
  const std::optional<uint256> value = w.balance(a);
  if (!value) return Next::want;
  f.gas -= cost;
  f.sp[-1] = *value;
  w.warm(a);
  return Next::next;
}

Next selfbalance(Frame& f, World& w) {
  const std::optional<uint256> value = w.balance(f.message.recipient);
  if (!value) return Next::want;
  f.push(*value);
  return Next::next;
}

Next extcodesize(Frame& f, World& w) {
  const Address a = to_address(operand(f, 0));
  const int64_t cost = cold_surcharge(w, a);
  if (cost > f.gas) return halt(f, Status::out_of_gas);
  const std::optional<uint64_t> size = w.code_size(a);
  if (!size) return Next::want;
  f.gas -= cost;
  f.sp[-1] = *size;
  w.warm(a);
  return Next::next;
}

Next extcodecopy(Frame& f, World& w) {
  const Address a = to_address(operand(f, 0));
  const uint256 to = operand(f, 1), offset = operand(f, 2), size = operand(f, 3);
  const int64_t growth = f.memory.growth_gas(to, size);
  const int64_t rest = word_gas(size, gas::copy_word) + cold_surcharge(w, a);
  if (growth > f.gas || rest > f.gas - growth) return halt(f, Status::out_of_gas);
  const std::optional<uint64_t> available = w.code_size(a);
  if (!available) return Next::want;
  f.gas -= growth + rest;
  w.warm(a);
  f.memory.grow(to.w[0], size.w[0]);
  pop(f, 4);
  if (size.is_zero()) return Next::next;
  uint8_t* const out = f.memory.data() + to.w[0];
  size_t copied = 0;
  if (offset.fits_u64() && offset.w[0] < *available) {
    copied = std::min<size_t>(size.w[0], *available - offset.w[0]);
    w.copy_code(a, offset.w[0], {out, copied});
  }
  std::memset(out + copied, 0, size.w[0] - copied);
  return Next::next;
}

Next extcodehash(Frame& f, World& w) {
  const Address a = to_address(operand(f, 0));
  const int64_t cost = cold_surcharge(w, a);
  if (cost > f.gas) return halt(f, Status::out_of_gas);
  const std::optional<uint256> hash = w.code_hash(a);
  if (!hash) return Next::want;
  f.gas -= cost;
  f.sp[-1] = *hash;
  w.warm(a);
  return Next::next;
}

Next selfdestruct(Frame& f, World& w) {
  if (f.message.is_static) return halt(f, Status::static_violation);
  const Address self = f.message.recipient, heir = to_address(operand(f, 0));
  int64_t cost = w.is_warm(heir) ? 0 : w.gas.selfdestruct_cold;
  if (cost > f.gas) return halt(f, Status::out_of_gas);
  const std::optional<uint256> balance = w.balance(self);
  const std::optional<bool> heir_dead = w.is_dead(heir);
  if (!balance || !heir_dead) return Next::want;
  if (*heir_dead && (*balance || !w.since(Fork::spurious_dragon))) // EIP-150, EIP-161
    cost += w.gas.selfdestruct_new_account;
  if (!charge(f, cost)) return halt(f, Status::out_of_gas);
  pop(f, 1);
  if (w.selfdestruct(self, heir)) w.add_refund(w.gas.selfdestruct_refund);
  return halt(f, Status::success);
}

} // namespace runahead::ops
