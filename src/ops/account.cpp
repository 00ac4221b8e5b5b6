// Opcodes that look at accounts (EIP-2929 prices), and SELFDESTRUCT.
#include "ops/effects.hpp"

#include <algorithm>

namespace runahead::ops {
namespace {

int64_t cold_surcharge(const World& w, const Address& a) {
  return w.journal.is_warm(a) ? 0 : w.gas.cold_account_surcharge;
}

} // namespace

Next balance(Frame& f, World& w) {
  const Address a = to_address(operand(f, 0));
  const int64_t cost = cold_surcharge(w, a);
  if (cost > f.gas) return halt(f, Status::out_of_gas);
  const uint256* value = w.journal.balance(a);
  if (value == nullptr) return Next::want;
  f.gas -= cost;
  f.sp[-1] = *value;
  w.journal.warm(a);
  return Next::next;
}

Next selfbalance(Frame& f, World& w) {
  const uint256* value = w.journal.balance(f.message.recipient);
  if (value == nullptr) return Next::want;
  f.push(*value);
  return Next::next;
}

Next extcodesize(Frame& f, World& w) {
  const Address a = to_address(operand(f, 0));
  const int64_t cost = cold_surcharge(w, a);
  if (cost > f.gas) return halt(f, Status::out_of_gas);
  const BytecodeRef* code = w.journal.code(a);
  if (code == nullptr) return Next::want;
  f.gas -= cost;
  f.sp[-1] = (*code)->bytes.size();
  w.journal.warm(a);
  return Next::next;
}

Next extcodecopy(Frame& f, World& w) {
  const Address a = to_address(operand(f, 0));
  const uint256 to = operand(f, 1), offset = operand(f, 2), size = operand(f, 3);
  const int64_t growth = f.memory.growth_gas(to, size);
  const int64_t rest = word_gas(size, gas::copy_word) + cold_surcharge(w, a);
  if (growth > f.gas || rest > f.gas - growth) return halt(f, Status::out_of_gas);
  const BytecodeRef* code = w.journal.code(a);
  if (code == nullptr) return Next::want;
  f.gas -= growth + rest;
  w.journal.warm(a);
  f.memory.grow(to.w[0], size.w[0]);
  pop(f, 4);
  if (size.is_zero()) return Next::next;
  const Bytes& bytes = (*code)->bytes;
  size_t copied = 0;
  if (offset.fits_u64() && offset.w[0] < bytes.size()) {
    copied = std::min<size_t>(size.w[0], bytes.size() - offset.w[0]);
    std::memcpy(f.memory.data() + to.w[0], bytes.data() + offset.w[0], copied);
  }
  std::memset(f.memory.data() + to.w[0] + copied, 0, size.w[0] - copied);
  return Next::next;
}

Next extcodehash(Frame& f, World& w) {
  const Address a = to_address(operand(f, 0));
  const int64_t cost = cold_surcharge(w, a);
  if (cost > f.gas) return halt(f, Status::out_of_gas);
  const std::optional<Hash256> hash = w.journal.code_hash(a);
  const bool has_code = hash && *hash != make_bytecode({})->hash;
  // An account with code is not empty; for any other its emptiness decides (EIP-1052).
  const std::optional<bool> dead = has_code ? false : w.journal.is_dead(a);
  if (!hash || !dead) return Next::want;
  f.gas -= cost;
  f.sp[-1] = *dead ? uint256{} : from(*hash);
  w.journal.warm(a);
  return Next::next;
}

Next selfdestruct(Frame& f, World& w) {
  if (f.message.is_static) return halt(f, Status::static_violation);
  const Address self = f.message.recipient, heir = to_address(operand(f, 0));
  int64_t cost = w.journal.is_warm(heir) ? 0 : w.gas.selfdestruct_cold;
  if (cost > f.gas) return halt(f, Status::out_of_gas);
  const uint256* balance = w.journal.balance(self);
  const std::optional<bool> heir_dead = w.journal.is_dead(heir);
  if (balance == nullptr || !heir_dead) return Next::want;
  const uint256 amount = *balance;
  if (*heir_dead && (amount || !w.since(Fork::spurious_dragon))) // EIP-150, EIP-161
    cost += w.gas.selfdestruct_new_account;
  if (!charge(f, cost)) return halt(f, Status::out_of_gas);
  pop(f, 1);
  w.journal.warm(heir);
  w.journal.touch(heir);
  w.journal.touch(self);
  w.journal.subtract_balance(self, amount);
  w.journal.add_balance(heir, amount);
  if (!w.since(Fork::cancun) || w.journal.was_created(self)) { // EIP-6780
    if (!w.journal.was_destructed(self)) w.journal.add_refund(w.gas.selfdestruct_refund);
    w.journal.mark_destructed(self);
    const uint256* left = w.journal.balance(self); // not zero if it was its own heir
    w.journal.subtract_balance(self, *left);
  }
  return halt(f, Status::success);
}

} // namespace runahead::ops
