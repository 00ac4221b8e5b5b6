// A path's message calls and creations. What cannot be entered is taken to succeed.
#include "base/limits.hpp"
#include "crypto/keccak.hpp"
#include "machine/create_address.hpp"
#include "spec/limits.hpp"
#include "spec/opcodes.hpp"
#include "speculate/path.hpp"
#include "speculate/scouted_calls.hpp"

#include <algorithm>

namespace runahead {

struct Path::CallOperands {
  PendingWord gas, target, value, in_offset, in_size, out_offset, out_size;
  size_t count;
};

Path::CallOperands Path::call_operands(CallKind kind) {
  const bool has_value = kind == CallKind::call || kind == CallKind::callcode;
  size_t i = 2;
  CallOperands o{arg(0), arg(1), has_value ? arg(i++) : PendingWord{}, {}, {}, {}, {}, 0};
  o.in_offset = arg(i);
  o.in_size = arg(i + 1);
  o.out_offset = arg(i + 2);
  o.out_size = arg(i + 3);
  o.count = i + 4;
  return o;
}

/// The callee's answer is not known: success, and zeros for what the caller expects. What follows
/// is done again once `waits_for` is known.
void Path::assume_success(const CallOperands& o, NodeId waits_for) {
  const uint64_t expected = o.out_size.value.w[0];
  const uint64_t size = expected != 0 ? expected : 32;
  const PromiseGraph::Mark before = graph_.mark();
  const PendingWord status = graph_.unknown(1);
  const PendingWord size_promise = graph_.unknown(size);
  CallPromise promise{status.node, size_promise.node, {}};
  std::vector<Origin> origins(size);
  for (size_t i = 0; i < size; ++i) {
    if (i % 32 == 0) promise.words.push_back(graph_.unknown({}).node);
    origins[i] = origin_of(promise.words.back(), i % 32);
  }
  assume(Assumption::Kind::await, waits_for, {}, false,
         std::make_shared<const CallPromise>(std::move(promise)));
  if (!make_up_ && !aside_) assumptions_.back().before.graph = before; // the promises are its own
  const PendingBytes output(Bytes(size), std::move(origins), size_promise.node);
  drop(o.count);
  top().memory.copy_in(o.out_offset.value.w[0], output, 0, expected);
  top().return_data = output;
  push(status);
}

void Path::call(uint8_t op) {
  const CallKind kind = call_kind_of(op);
  const CallOperands o = call_operands(kind);
  if (kind == CallKind::call && o.value.value && o.value.known() && top().message.is_static)
    return abort({});
  if (!open(o.in_offset, o.in_size) || !open(o.out_offset, o.out_size)) return;

  Address target = to_address(o.target.value);
  if (!o.target.known()) {
    if (graph_.trust(o.target) != Trust::remembered) return assume_success(o, o.target.node);
    assume(Assumption::Kind::equal, o.target.node, o.target.value);
  }
  if (!charge_account(target)) return;
  bool affordable = true;
  if (!can_pay(o, target, affordable)) return;
  if (!affordable) {
    top().return_data = {};
    drop(o.count);
    return push(uint256{});
  }
  call_account(kind, message_to(kind, target, o), o);
}

/// The value's price, and what the spine will need to know for it; false if the frame ended.
bool Path::can_pay(const CallOperands& o, const Address& target, bool& affordable) {
  if (o.value.known() && o.value.value.is_zero()) return true;
  // Code alone proves life (EIP-161); one that is missing is waited for.
  PendingWord missing;
  const BytecodeRef code = this->code(target, missing);
  if (code != nullptr && code->bytes.empty()) foresee(StateKey::of(StateKind::existence, target));
  const PendingWord balance = this->balance({from(top().message.recipient), 0});
  if (balance.known() && o.value.known()) affordable = !(balance.value < o.value.value);
  return charge(gas::call_value);
}

Message Path::message_to(CallKind kind, const Address& target, const CallOperands& o) {
  const PathFrame& f = top();
  const Address self = f.message.recipient;
  Message m = f.message;
  m.kind = kind;
  m.is_static = f.message.is_static || kind == CallKind::staticcall;
  m.depth = static_cast<uint16_t>(f.message.depth + 1);
  const bool keeps_context = kind == CallKind::callcode || kind == CallKind::delegatecall;
  m.recipient = keeps_context ? self : target;
  m.sender = kind == CallKind::delegatecall ? f.message.sender : self;
  m.code_address = target;
  m.output_offset = o.out_offset.value.w[0];
  m.output_size = o.out_size.value.w[0];
  const int64_t most = f.gas - f.gas / 64;
  const bool asked = o.gas.value < uint256{static_cast<uint64_t>(most)};
  m.gas = asked ? static_cast<int64_t>(o.gas.value.w[0]) : most;
  return m;
}

void Path::call_account(CallKind kind, Message m, const CallOperands& o) {
  if (const auto original = world_.precompile_at(m.code_address))
    return call_precompile(*original, m, o);
  PendingWord missing;
  BytecodeRef code = this->code(m.code_address, missing);
  if (code == nullptr)
    if (const StateValue* old = reads_.remembered(StateKey::of(StateKind::code, m.code_address)))
      code = old->code;
  if (code != nullptr && world_.since(Fork::prague))
    if (const auto delegate = delegation_of(code->bytes)) {
      if (!charge(world_.gas.base[OP_BALANCE]) || !charge_account(*delegate)) return;
      code = this->code(*delegate, missing);
    }
  if (code == nullptr) return assume_success(o, missing.node);
  if (m.depth > limits::call_depth || frames_.size() > limits::scout_depth)
    return assume_success(o, graph_.unknown({}).node);
  if (!missing.known())
    assume(Assumption::Kind::equal, missing.node, from(code->hash)); // the code of before
  PendingBytes input = top().memory.copy_out(o.in_offset.value.w[0], o.in_size.value.w[0]);
  const PendingWord value = kind == CallKind::delegatecall ? top().value : o.value;
  drop(o.count);
  enter(std::move(m), std::move(input), value, world_.prepare(*code));
}

void Path::enter(Message message, PendingBytes input, const PendingWord& value, CodeRef code) {
  PathFrame& caller = top();
  caller.return_data = {};
  caller.gas -= message.gas;
  auto f = std::make_shared<PathFrame>();
  f->id = next_frame_id_++;
  f->log_begin = log_.size();
  f->input = std::move(input);
  f->value = value;
  f->code = std::move(code);
  f->gas = message.gas;
  const bool moves = message.kind == CallKind::call || is_create(message.kind);
  if (moves && (!value.known() || value.value)) {
    if (message.kind == CallKind::call) f->gas += gas::call_stipend;
    add_balance(message.sender, pure(OP_SUB, {}, value));
    add_balance(message.recipient, value);
  }
  f->message = std::move(message);
  frames_.push_back(std::move(f));
}

void Path::call_precompile(const Address& original, const Message& message, const CallOperands& o) {
  Bytes input(o.in_size.value.w[0]);
  std::vector<Origin> origins(input.size());
  if (top().memory.read(o.in_offset.value.w[0], input.size(), input.data(), origins.data())) {
    graph_.settle(input.data(), origins.data(), input.size());
    const auto pending = std::ranges::find_if(origins, [](Origin origin) { return origin != 0; });
    if (pending != origins.end()) return assume_success(o, node_of(*pending));
  }
  const Fork fork = world_.rules.fork;
  if (find_precompile(original, fork)->gas(input, fork) >
      static_cast<uint64_t>(most_precompile_gas))
    return assume_success(o, graph_.unknown({}).node);
  const PrecompileOutcome outcome =
      run_precompile(original, input, message.gas, fork, world_.caches.precompiles);
  const PendingBytes output{to_bytes(outcome.output)};
  drop(o.count);
  if (!charge(message.gas - outcome.gas_left)) return;
  top().memory.copy_in(message.output_offset, output, 0,
                       std::min<uint64_t>(message.output_size, output.size()));
  top().return_data = output;
  push(uint64_t{outcome.status == PrecompileStatus::success});
}

void Path::create(uint8_t op) {
  const CallKind kind = call_kind_of(op);
  const PendingWord value = arg(0), offset = arg(1), size = arg(2);
  const size_t count = kind == CallKind::create2 ? 4 : 3;
  const PendingWord salt = kind == CallKind::create2 ? arg(3) : PendingWord{};
  if (top().message.is_static) return abort({});
  const int64_t per_word =
      world_.gas.initcode_word + (kind == CallKind::create2 ? gas::keccak_word : 0);
  if (!open(offset, size) || !charge_words(size, per_word)) return;
  const PendingBytes initcode = top().memory.copy_out(offset.value.w[0], size.value.w[0]);
  const PendingWord hash = graph_.hash(initcode);
  const Address self = top().message.recipient;
  const PendingWord nonce = this->nonce(self);
  if (value.value || !value.known()) balance({from(self), 0});
  NodeId pending = hash.node;
  if (pending == 0) pending = kind == CallKind::create ? nonce.node : salt.node;
  if (pending != 0 || frames_.size() > limits::scout_depth) { // nobody knows where it will be
    if (pending != 0) assume(Assumption::Kind::await, pending, {});
    drop(count);
    return push(graph_.unknown(1));
  }
  Message m = top().message;
  m.kind = kind;
  m.depth = static_cast<uint16_t>(m.depth + 1);
  m.recipient = m.code_address = kind == CallKind::create
                                     ? create_address(self, nonce.value.w[0])
                                     : create2_address(self, salt.value, to_hash(hash.value));
  m.sender = self;
  m.gas = top().gas - top().gas / 64;
  m.output_offset = m.output_size = 0;
  foresee(StateKey::of(StateKind::nonce, m.recipient));
  foresee(StateKey::of(StateKind::code_hash, m.recipient));
  const Place nonces{Place::Space::nonce, self, {}};
  const Written* used = find(nonces);
  write(nonces, {.word = {(used != nullptr ? used->word.value : uint256{}) + uint256{1}, 0}});
  write({Place::Space::warm_account, m.recipient, {}}, {});
  const Address created = m.recipient;
  drop(count);
  enter(std::move(m), {}, value, std::make_shared<const Code>(initcode.bytes()));
  write({Place::Space::created, created, {}}, {});
}

} // namespace runahead
