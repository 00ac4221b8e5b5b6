// CREATE and CREATE2 (Yellow Paper 7; EIP-1014, EIP-3860, EIP-684, EIP-7610).
#include "ops/create_address.hpp"
#include "ops/effects.hpp"
#include "spec/limits.hpp"

namespace runahead::ops {
namespace {

/// What had to be read of the state before the creation can begin.
struct CreateState {
  Address address;
  bool possible = true; ///< balance, nonce and depth allow it
  bool collides = false;
};

std::optional<CreateState> read_state(Frame& f, World& w, CallKind kind, const uint256& value,
                                      const uint256& salt, const Hash256& initcode_hash) {
  const Address& self = f.message.recipient;
  const std::optional<uint64_t> nonce = w.journal.nonce(self);
  const uint256* balance = value ? w.journal.balance(self) : nullptr;
  if (!nonce || (value && balance == nullptr)) return std::nullopt;
  CreateState state;
  state.possible = (!value || *balance >= value) && *nonce != ~uint64_t{0} &&
                   f.message.depth + 1u <= limits::call_depth;
  if (!state.possible) return state;
  state.address = kind == CallKind::create ? create_address(self, *nonce)
                                           : create2_address(self, salt, initcode_hash);
  const std::optional<bool> occupied = w.journal.is_occupied(state.address);
  if (!occupied) return std::nullopt;
  state.collides = *occupied;
  return state;
}

/// The hash of the initcode as it lies in memory or, where the memory has not grown there yet, as
/// it will read.
Hash256 hash_of_initcode(const Frame& f, uint64_t offset, uint64_t size) {
  if (size == 0 || offset + size <= f.memory.size()) return keccak256(f.memory.view(offset, size));
  Bytes code(size);
  if (offset < f.memory.size())
    std::memcpy(code.data(), f.memory.data() + offset, f.memory.size() - offset);
  return keccak256(code);
}

} // namespace

Next create(Frame& f, World& w, CallKind kind) {
  if (f.message.is_static) return halt(f, Status::static_violation);
  const uint256 value = operand(f, 0), offset = operand(f, 1), size = operand(f, 2);
  const uint256 salt = kind == CallKind::create2 ? operand(f, 3) : uint256{};
  if (w.since(Fork::shanghai) && size > spec::max_initcode_bytes)
    return halt(f, Status::initcode_too_large);
  const int64_t per_word = w.gas.initcode_word + (kind == CallKind::create2 ? gas::keccak_word : 0);
  const int64_t growth = f.memory.growth_gas(offset, size), hashing = word_gas(size, per_word);
  if (growth > f.gas || hashing > f.gas - growth) return halt(f, Status::out_of_gas);

  const Hash256 initcode_hash =
      kind == CallKind::create2 ? hash_of_initcode(f, offset.w[0], size.w[0]) : Hash256{};
  const auto state = read_state(f, w, kind, value, salt, initcode_hash);
  if (!state) return Next::want;

  f.gas -= growth + hashing;
  f.memory.grow(offset.w[0], size.w[0]);
  pop(f, kind == CallKind::create2 ? 4 : 3);
  f.return_data.clear();
  if (!state->possible) {
    f.push(0);
    return Next::next;
  }
  w.journal.warm(state->address);
  w.journal.increment_nonce(f.message.recipient);
  Message& m = f.request;
  m = Message{};
  m.kind = kind;
  m.collides = state->collides;
  m.depth = static_cast<uint16_t>(f.message.depth + 1);
  m.gas = w.since(Fork::tangerine_whistle) ? f.gas - f.gas / 64 : f.gas; // EIP-150
  m.recipient = m.code_address = state->address;
  m.sender = f.message.recipient;
  m.value = value;
  m.input = f.memory.view(offset.w[0], size.w[0]);
  m.code = std::make_shared<const Code>(m.input);
  f.gas -= m.gas;
  return Next::call;
}

} // namespace runahead::ops
