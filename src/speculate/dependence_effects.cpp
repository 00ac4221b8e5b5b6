// Following dependences: memory, environment, state, calls.
#include "machine/world.hpp"
#include "spec/opcodes.hpp"
#include "speculate/dependence_tracer.hpp"

#include <algorithm>

namespace runahead {

// Bytes ------------------------------------------------------------------------------------------

DependenceNode DependenceTracer::range(const Nodes& bytes, uint64_t offset, uint64_t size) {
  Node all = 0;
  const uint64_t end = offset < bytes.size() ? std::min(bytes.size() - offset, size) + offset : 0;
  for (uint64_t i = offset; i < end; ++i) all = join(all, bytes[i]);
  return all;
}

/// A part, zeros behind the end; every byte rests on `also` too.
DependenceTracer::Nodes DependenceTracer::cut(const Nodes& bytes, uint64_t offset, uint64_t size,
                                              Node also) {
  Nodes part(size, also);
  const uint64_t there = offset < bytes.size() ? std::min(bytes.size() - offset, size) : 0;
  for (uint64_t i = 0; i < there; ++i) part[i] = join(bytes[offset + i], also);
  return part;
}

DependenceTracer::Word DependenceTracer::load(const Nodes& bytes, uint64_t offset, Node also) {
  Word word{also, also != 0 ? ~uint32_t{0} : 0};
  for (uint64_t i = 0; i < 32 && offset < bytes.size() && i < bytes.size() - offset; ++i) {
    const Node node = bytes[offset + i];
    if (node == 0) continue;
    word.node = join(word.node, node);
    word.bytes |= uint32_t{1} << (31 - i);
  }
  return word;
}

void DependenceTracer::store(uint64_t offset, const Word& word) {
  Nodes& memory = top().memory;
  if (memory.size() < offset + 32) {
    if (word.node == 0 && memory.size() <= offset) return;
    memory.resize(offset + 32);
  }
  for (unsigned i = 0; i < 32; ++i)
    memory[offset + i] = (word.bytes >> (31 - i) & 1) != 0 ? word.node : 0;
}

/// REQUIRES: the execution has made room there.
void DependenceTracer::put(uint64_t offset, const Nodes& bytes, uint64_t size) {
  Nodes& memory = top().memory;
  if (size == 0) return;
  if (memory.size() < offset + size) memory.resize(offset + size);
  std::copy_n(bytes.begin(), size, memory.begin() + static_cast<std::ptrdiff_t>(offset));
}

namespace {

/// Offsets into data that is zero behind its end.
uint64_t clamped(const uint256& offset) { return offset.fits_u64() ? offset.w[0] : ~uint64_t{0}; }

} // namespace

bool DependenceTracer::memory_effect() {
  ShadowFrame& f = top();
  const uint64_t first = now_.args[0].w[0], second = now_.args[1].w[0];
  const Node place = now_.words[0].node;
  switch (now_.op) {
  case OP_MLOAD: f.stack.push_back(load(f.memory, first, place)); return true;
  case OP_MSTORE: {
    Word word = now_.words[1];
    if (place != 0) word = {join(word.node, place), ~uint32_t{0}};
    store(first, word);
    return true;
  }
  case OP_MSTORE8: {
    const Word& word = now_.words[1];
    put(first, {join(place, (word.bytes & 1) != 0 ? word.node : 0)}, 1);
    return true;
  }
  case OP_MCOPY: {
    const uint64_t size = now_.args[2].w[0];
    const Node also = join(place, join(now_.words[1].node, now_.words[2].node));
    put(first, cut(f.memory, second, size, also), size);
    return true;
  }
  case OP_KECCAK256:
    push(join(range(f.memory, first, second), join(place, now_.words[1].node)));
    return true;
  case OP_RETURN:
  case OP_REVERT:
    f.output = cut(f.memory, first, second, join(place, now_.words[1].node));
    return true;
  default: return false;
  }
}

bool DependenceTracer::copy_effect() {
  ShadowFrame& f = top();
  const Nodes* from = nullptr;
  switch (now_.op) {
  case OP_CALLDATALOAD: {
    f.stack.push_back(load(f.input, clamped(now_.args[0]), now_.words[0].node));
    return true;
  }
  case OP_CALLDATACOPY: from = &f.input; break;
  case OP_CODECOPY: from = &f.code; break;
  case OP_RETURNDATACOPY: from = &f.return_data; break;
  default: return false;
  }
  const uint64_t size = now_.args[2].w[0];
  const Node also = join(now_.words[0].node, join(now_.words[1].node, now_.words[2].node));
  put(now_.args[0].w[0], cut(*from, clamped(now_.args[1]), size, also), size);
  return true;
}

bool DependenceTracer::environment() {
  switch (now_.op) {
  case OP_CALLVALUE: push(top().value); return true;
  default: return false;
  }
}

// State ------------------------------------------------------------------------------------------

void DependenceTracer::set_place(const Place& place, Node node) {
  const auto [it, is_new] = stores_.try_emplace(place, node);
  undo_.push_back({place, !is_new, it->second});
  it->second = node;
}

DependenceNode DependenceTracer::get_place(const Place& place) const {
  const auto found = stores_.find(place);
  if (found != stores_.end()) return found->second;
  return place.is_transient ? 0 : trace_.value_of(StateKey::storage(place.address, place.key));
}

bool DependenceTracer::state_effect() {
  const Word& key = now_.words[0];
  const bool is_transient = now_.op == OP_TLOAD || now_.op == OP_TSTORE;
  const Place place{now_.self, now_.args[0], is_transient};
  switch (now_.op) {
  case OP_SLOAD:
  case OP_TLOAD:
    note_reads(key.node);
    push(join(get_place(place), key.node));
    return true;
  case OP_SSTORE:
  case OP_TSTORE:
    note_reads(key.node);
    set_place(place, join(now_.words[1].node, join(key.node, control())));
    return true;
  case OP_BLOCKHASH:
    note_reads(key.node);
    push(join(trace_.value_of(StateKey::block_hash(now_.args[0].w[0])), key.node));
    return true;
  default: return false;
  }
}

DependenceNode DependenceTracer::value_of(StateKind kind, const Address& address) const {
  return trace_.value_of(StateKey::of(kind, address));
}

/// What running the code of an account rests on: its own, and the code that it delegates to
/// (EIP-7702).
DependenceNode DependenceTracer::code_of(const Address& address) const {
  const Node own = value_of(StateKind::code, address);
  if (own == 0) return 0;
  const auto delegate =
      delegation_of(view_.find(StateKey::of(StateKind::code, address))->code->bytes);
  return delegate ? std::max(own, value_of(StateKind::code, *delegate)) : own;
}

bool DependenceTracer::account_effect() {
  const Word& account = now_.words[0];
  const Address address = to_address(now_.args[0]);
  switch (now_.op) {
  case OP_BALANCE:
    note_reads(account.node);
    push(join(value_of(StateKind::balance, address), account.node));
    return true;
  case OP_SELFBALANCE:
    note_reads(0);
    push(value_of(StateKind::balance, now_.self));
    return true;
  case OP_EXTCODESIZE:
    note_reads(account.node);
    push(join(code_of(address), account.node));
    return true;
  case OP_EXTCODEHASH: {
    note_reads(account.node);
    Node node = join(value_of(StateKind::existence, address), account.node);
    for (const StateKind kind : {StateKind::code, StateKind::code_hash, StateKind::balance})
      node = join(node, value_of(kind, address));
    push(node);
    return true;
  }
  case OP_EXTCODECOPY: {
    note_reads(account.node);
    const uint64_t size = now_.args[3].w[0];
    Node node = join(code_of(address), account.node);
    for (const size_t i : {1, 2, 3}) node = join(node, now_.words[i].node);
    put(now_.args[1].w[0], Nodes(size, node), size);
    return true;
  }
  case OP_SELFDESTRUCT: note_reads(account.node); return true;
  default: return false;
  }
}

bool DependenceTracer::has_value(size_t operand) const {
  return now_.words[operand].node != 0 || now_.args[operand];
}

/// What the instruction itself reads; the word that it leaves is another one if a frame began.
bool DependenceTracer::call_effect() {
  const Node balance = value_of(StateKind::balance, now_.self);
  Node refused = 0; // what it rests on if there is no frame
  switch (now_.op) {
  case OP_CALL:
  case OP_CALLCODE:
    note_reads(now_.words[1].node, join(now_.words[1].node, now_.words[2].node));
    refused = has_value(2) ? join(now_.words[2].node, balance) : 0;
    break;
  case OP_DELEGATECALL:
  case OP_STATICCALL: note_reads(now_.words[1].node); break;
  case OP_CREATE:
  case OP_CREATE2: {
    refused = has_value(0) ? join(now_.words[0].node, balance) : 0;
    const bool is_named = now_.op == OP_CREATE2;
    const Node code = range(top().memory, now_.args[1].w[0], now_.args[2].w[0]);
    note_reads(is_named ? join(code, now_.words[3].node) : 0);
    break;
  }
  default: return false;
  }
  top().return_data.clear();
  push_bits(refused);
  return true;
}

} // namespace runahead
