// CREATE and CREATE2 (Yellow Paper 7; EIP-1014, EIP-3860, EIP-684, EIP-7610).
#include "ops/effects.hpp"
#include "spec/limits.hpp"

#include <algorithm>

namespace runahead::ops {
namespace {

/// What had to be read of the state before the creation can begin.
struct CreateState {
  CreationSite site;
  bool possible = true; ///< balance, nonce and depth allow it
};

std::optional<CreateState> read_state(Frame& f, World& w, CallKind kind, const uint256& value,
                                      const uint256& salt, MemoryRange initcode) {
  const Address& self = f.message.recipient;
  const std::optional<uint64_t> nonce = w.nonce(self);
  const std::optional<uint256> balance = value ? w.balance(self) : uint256{};
  if (!nonce || !balance) return std::nullopt;
  CreateState state;
  state.possible =
      *balance >= value && *nonce != ~uint64_t{0} && f.message.depth + 1u <= limits::call_depth;
  if (!state.possible) return state;
  const auto site = w.creation_site(kind, self, *nonce, salt, initcode);
  if (!site) return std::nullopt;
  state.site = *site;
  return state;
}

/// The initcode, which may lie where the memory has not grown yet.
MemoryRange initcode_of(const Frame& f, uint64_t offset, uint64_t size) {
  const uint64_t grown = f.memory.size();
  if (offset >= grown) return {{}, size};
  return {f.memory.view(offset, std::min(size, grown - offset)), size};
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

  const auto state = read_state(f, w, kind, value, salt, initcode_of(f, offset.w[0], size.w[0]));
  if (!state) return Next::want;

  f.gas -= growth + hashing;
  f.memory.grow(offset.w[0], size.w[0]);
  pop(f, kind == CallKind::create2 ? 4 : 3);
  f.return_data.clear();
  if (!state->possible) {
    f.push(0);
    return Next::next;
  }
  const auto& [address, occupied] = state->site;
  w.begin_creation(f.message.recipient, address);
  Message& m = f.request;
  m = Message{};
  m.kind = kind;
  m.collides = occupied;
  m.depth = static_cast<uint16_t>(f.message.depth + 1);
  m.gas = w.since(Fork::tangerine_whistle) ? f.gas - f.gas / 64 : f.gas; // EIP-150
  m.recipient = m.code_address = address;
  m.sender = f.message.recipient;
  m.value = value;
  m.input = f.memory.view(offset.w[0], size.w[0]);
  m.code = std::make_shared<const Code>(m.input);
  f.gas -= m.gas;
  return Next::call;
}

} // namespace runahead::ops
