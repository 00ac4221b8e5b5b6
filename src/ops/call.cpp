// CALL, CALLCODE, DELEGATECALL and STATICCALL: everything the callee needs is read and paid for
// here, so that beginning its frame reads nothing.
#include "ops/effects.hpp"

#include <algorithm>
#include <utility>

namespace runahead::ops {
namespace {

struct CallOperands {
  uint256 gas, target, value, in_offset, in_size, out_offset, out_size;
};

CallOperands operands_of(const Frame& f, CallKind kind) {
  const bool has_value = kind == CallKind::call || kind == CallKind::callcode;
  int i = 2;
  CallOperands o{
      operand(f, 0), operand(f, 1), has_value ? operand(f, i++) : uint256{}, {}, {}, {}, {}};
  o.in_offset = operand(f, i);
  o.in_size = operand(f, i + 1);
  o.out_offset = operand(f, i + 2);
  o.out_size = operand(f, i + 3);
  return o;
}

/// What had to be read of the state before the call can be priced and made.
struct CallState {
  Callee callee;
  bool new_account = false;
  bool affordable = true;
};

/// Empty if something has not arrived; all that is needed is asked for at once.
std::optional<CallState> read_state(Frame& f, World& w, CallKind kind, const Address& target,
                                    const uint256& value) {
  CallState state;
  bool complete = true;
  if (value) {
    const std::optional<uint256> balance = w.balance(f.message.recipient);
    complete = balance.has_value();
    state.affordable = balance && *balance >= value;
  }
  // Before whether it is alive: an account with code is (EIP-161).
  std::optional<Callee> callee = w.callee(target);
  // Since EIP-161 a call without value makes no account.
  if (kind == CallKind::call && (value || !w.since(Fork::spurious_dragon))) {
    const std::optional<bool> dead = w.is_dead(target);
    complete = complete && dead;
    state.new_account = dead.value_or(false);
  }
  if (!callee || !complete) return std::nullopt;
  state.callee = std::move(*callee);
  return state;
}

/// EIP-7702: reaching the delegate's code is a second access, after the target's own.
int64_t delegation_gas(World& w, const std::optional<Address>& delegate, const Address& target) {
  if (!delegate) return 0;
  const int64_t warm_price = w.gas.base[OP_BALANCE];
  const bool warm = *delegate == target || w.is_warm(*delegate);
  return warm_price + (warm ? 0 : w.gas.cold_account_surcharge);
}

Message message_for(const Frame& f, CallKind kind, const Address& target, const CallOperands& o) {
  Message m;
  m.kind = kind;
  m.is_static = f.message.is_static || kind == CallKind::staticcall;
  m.depth = static_cast<uint16_t>(f.message.depth + 1);
  const bool keeps_context = kind == CallKind::callcode || kind == CallKind::delegatecall;
  m.recipient = keeps_context ? f.message.recipient : target;
  m.sender = kind == CallKind::delegatecall ? f.message.sender : f.message.recipient;
  m.code_address = target;
  m.value = kind == CallKind::delegatecall ? f.message.value : o.value;
  m.input = f.memory.view(o.in_offset.w[0], o.in_size.w[0]);
  m.output_offset = o.out_offset.w[0];
  m.output_size = o.out_size.w[0];
  return m;
}

/// EIP-150: what is asked for, but at most all except one 64th of what is left. Before, asking for
/// more than is left is an error: empty.
std::optional<int64_t> gas_for_callee(const World& w, int64_t available, const uint256& asked) {
  const bool keeps_64th = w.since(Fork::tangerine_whistle);
  const int64_t most = keeps_64th ? available - available / 64 : available;
  if (asked.fits_u64() && asked.w[0] <= static_cast<uint64_t>(most))
    return static_cast<int64_t>(asked.w[0]);
  if (!keeps_64th) return std::nullopt;
  return most;
}

/// Price of the larger of the two memory ranges: growing to it makes both accessible.
int64_t ranges_gas(const Frame& f, const CallOperands& o) {
  return std::max(f.memory.growth_gas(o.in_offset, o.in_size),
                  f.memory.growth_gas(o.out_offset, o.out_size));
}

} // namespace

Next call(Frame& f, World& w, CallKind kind) {
  const CallOperands o = operands_of(f, kind);
  const Address target = to_address(o.target);
  if (kind == CallKind::call && o.value && f.message.is_static)
    return halt(f, Status::static_violation);

  const int64_t growth = ranges_gas(f, o);
  int64_t cost =
      (w.is_warm(target) ? 0 : w.gas.cold_account_surcharge) + (o.value ? gas::call_value : 0);
  if (growth > f.gas || cost > f.gas - growth) return halt(f, Status::out_of_gas);
  cost += growth;
  std::optional<CallState> state = read_state(f, w, kind, target, o.value);
  if (!state) return Next::want;
  const std::optional<Address>& delegate = state->callee.delegate;
  cost += delegation_gas(w, delegate, target) + (state->new_account ? gas::call_new_account : 0);
  if (!charge(f, cost)) return halt(f, Status::out_of_gas);
  const std::optional<int64_t> given = gas_for_callee(w, f.gas, o.gas);
  if (!given) return halt(f, Status::out_of_gas);

  w.warm(target);
  if (delegate) w.warm(*delegate);
  f.memory.grow(o.in_offset.w[0], o.in_size.w[0]);
  f.memory.grow(o.out_offset.w[0], o.out_size.w[0]);
  pop(f, kind == CallKind::call || kind == CallKind::callcode ? 7 : 6);
  f.return_data.clear();
  f.gas -= *given;
  const int64_t callee_gas = *given + (o.value ? gas::call_stipend : 0);
  if (!state->affordable || f.message.depth + 1u > limits::call_depth) {
    f.gas += callee_gas;
    f.push(0);
    return Next::next;
  }
  f.request = message_for(f, kind, target, o);
  f.request.gas = callee_gas;
  f.request.code = std::move(state->callee.code);
  return Next::call;
}

} // namespace runahead::ops
