// Tagged execution: message calls and creations. What cannot be entered is taken to succeed.
#include "base/limits.hpp"
#include "crypto/keccak.hpp"
#include "machine/create_address.hpp"
#include "spec/limits.hpp"
#include "spec/opcodes.hpp"
#include "speculate/scouted_calls.hpp"
#include "speculate/tag_run.hpp"

#include <algorithm>

namespace runahead {

/// The callee's answer is not known: success, and zeros for what the caller expects.
void TagRun::assume_success(uint64_t out_offset, uint64_t out_size, Tag tag) {
  const TaggedBytes output(Bytes(out_size != 0 ? out_size : 32), tag);
  top().at.memory.copy_in(out_offset, output, 0, out_size);
  top().at.return_data = output;
  push({1, tag});
}

void TagRun::call(uint8_t op) {
  const CallKind kind = call_kind_of(op);
  const TaggedWord gas = pop(), target = pop();
  const bool has_value = kind == CallKind::call || kind == CallKind::callcode;
  const TaggedWord value = has_value ? pop() : TaggedWord{};
  const TaggedWord in_offset = pop(), in_size = pop(), out_offset = pop(), out_size = pop();
  TagFrame& f = top();
  if (kind == CallKind::call && value.value && value.tag == 0 && f.message.is_static)
    return abort({});
  if (!open(in_offset, in_size) || !open(out_offset, out_size)) return;

  const Address address = to_address(target.value);
  const Address self = f.message.recipient;
  if (value.value && target.tag == 0) {
    overlay_.foresee(StateKey::of(StateKind::existence, address));
    const TaggedWord balance = overlay_.balance(self, 0);
    if ((balance.tag | value.tag) == 0 && balance.value < value.value) {
      f.at.return_data = {};
      return push({});
    }
  }
  const uint64_t to = out_offset.value.w[0], size = out_size.value.w[0];
  if (target.tag != 0) {
    sources_.block(target.tag);
    return assume_success(to, size, target.tag);
  }
  TaggedBytes input = f.at.memory.copy_out(in_offset.value.w[0], in_size.value.w[0]);
  Message m = f.message;
  m.kind = kind;
  m.is_static = f.message.is_static || kind == CallKind::staticcall;
  m.depth = static_cast<uint16_t>(f.message.depth + 1);
  const bool keeps_context = kind == CallKind::callcode || kind == CallKind::delegatecall;
  m.recipient = keeps_context ? self : address;
  m.sender = kind == CallKind::delegatecall ? f.message.sender : self;
  m.code_address = address;
  m.output_offset = to;
  m.output_size = size;
  const int64_t most = f.at.gas - f.at.gas / 64;
  m.gas = gas.tag == 0 && gas.value < uint256{static_cast<uint64_t>(most)}
              ? static_cast<int64_t>(gas.value.w[0])
              : most;
  if (const auto original = world_.precompile_at(address))
    return call_precompile(*original, m, input);

  Tag missing = 0;
  BytecodeRef code = overlay_.code(address, 0, missing);
  if (code != nullptr && world_.since(Fork::prague))
    if (const auto delegate = delegation_of(code->bytes))
      code = overlay_.code(*delegate, 0, missing);
  if (code == nullptr || f.message.depth + 1u > limits::call_depth ||
      frames_.size() > limits::scout_depth) {
    sources_.block(missing);
    return assume_success(to, size, missing);
  }
  enter(std::move(m), std::move(input), kind == CallKind::delegatecall ? f.value : value,
        world_.prepare(*code));
}

void TagRun::enter(Message message, TaggedBytes input, const TaggedWord& value, CodeRef code) {
  TagFrame& caller = top();
  caller.at.return_data = {};
  caller.at.gas -= message.gas;
  TagFrame f;
  f.overlay_checkpoint = overlay_.checkpoint();
  f.input = std::move(input);
  f.value = value;
  f.code = std::move(code);
  f.at.gas = message.gas;
  if (value.value && (message.kind == CallKind::call || is_create(message.kind))) {
    f.at.gas += message.kind == CallKind::call ? gas::call_stipend : 0;
    overlay_.add_balance(message.sender, -value.value);
    overlay_.add_balance(message.recipient, value.value);
  }
  f.message = std::move(message);
  frames_.push_back(std::move(f));
}

void TagRun::call_precompile(const Address& original, const Message& message,
                             const TaggedBytes& input) {
  const Tag tag = input.tag();
  const Fork fork = world_.rules.fork;
  const Precompile* precompile = find_precompile(original, fork);
  const bool cheap =
      precompile->gas(input.bytes(), fork) <= static_cast<uint64_t>(most_precompile_gas);
  if (!cheap) return assume_success(message.output_offset, message.output_size, tag);
  const PrecompileOutcome outcome =
      run_precompile(original, input.bytes(), message.gas, fork, world_.caches.precompiles);
  const bool success = outcome.status == PrecompileStatus::success;
  if (!success && tag != 0) return assume_success(message.output_offset, message.output_size, tag);
  const TaggedBytes output(Bytes(outcome.output), tag);
  top().at.gas -= message.gas - outcome.gas_left;
  top().at.memory.copy_in(message.output_offset, output, 0,
                          std::min<uint64_t>(message.output_size, output.size()));
  top().at.return_data = output;
  push({success ? 1 : 0, 0});
}

void TagRun::create(uint8_t op) {
  const CallKind kind = call_kind_of(op);
  const TaggedWord value = pop(), offset = pop(), size = pop();
  const TaggedWord salt = kind == CallKind::create2 ? pop() : TaggedWord{};
  TagFrame& f = top();
  if (f.message.is_static) return abort({});
  if (!open(offset, size)) return;
  const TaggedBytes initcode = f.at.memory.copy_out(offset.value.w[0], size.value.w[0]);
  const Address self = f.message.recipient;
  const TaggedWord nonce = overlay_.nonce(self);
  if (value.value) overlay_.balance(self, 0);
  const Tag tag = initcode.tag() | salt.tag | (kind == CallKind::create ? nonce.tag : 0);
  if (tag != 0 || frames_.size() > limits::scout_depth) { // nobody knows where it will be
    sources_.block(tag);
    return push({1, tag});
  }
  Message m = f.message;
  m.kind = kind;
  m.depth = static_cast<uint16_t>(f.message.depth + 1);
  m.recipient = m.code_address =
      kind == CallKind::create ? create_address(self, nonce.value.w[0])
                               : create2_address(self, salt.value, keccak256(initcode.bytes()));
  m.sender = self;
  m.gas = f.at.gas - f.at.gas / 64;
  m.output_offset = m.output_size = 0;
  overlay_.foresee(StateKey::of(StateKind::nonce, m.recipient));
  overlay_.foresee(StateKey::of(StateKind::code_hash, m.recipient));
  overlay_.increment_nonce(self);
  const Address created = m.recipient;
  enter(std::move(m), {}, value, std::make_shared<const Code>(initcode.bytes()));
  overlay_.mark_created(created);
}

} // namespace runahead
