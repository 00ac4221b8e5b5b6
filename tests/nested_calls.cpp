#include "nested_calls.hpp"

#include "assembler.hpp"

namespace runahead {
namespace {

Assembler fill(const NestedCalls& shape) {
  Assembler code;
  code.op({OP_PUSH0, OP_CALLDATALOAD, OP_PUSH0, OP_MSTORE});
  code.push(1).push(shape.memory_bytes - 1).op({OP_MSTORE8});
  for (unsigned i = 0; i < shape.live_slots; ++i) code.push(i);
  return code;
}

BytecodeRef caller(const NestedCalls& shape, const Address& callee) {
  Assembler code = fill(shape);
  code.push(32).push(0).push(32).push(0).push(0).push(from(callee).w[0]);
  code.op({OP_GAS, OP_CALL, OP_POP}).push(32).push(0).op({OP_RETURN});
  return code.done();
}

/// After its read: the word in memory; a branch on it, each side of which reads another slot.
BytecodeRef reader(const NestedCalls& shape) {
  Assembler code = fill(shape);
  code.op({OP_PUSH0, OP_CALLDATALOAD, OP_SLOAD, OP_DUP1, OP_PUSH0, OP_MSTORE});
  const size_t target = code.size() + 9 + 1 + 9 + 2 + 1;
  code.push(target).op({OP_JUMPI});
  code.push(7).op({OP_SLOAD, OP_POP}).op({OP_STOP});
  code.op({OP_JUMPDEST}).push(8).op({OP_SLOAD, OP_POP});
  code.push(32).push(0).op({OP_RETURN});
  return code.done();
}

} // namespace

Address nested_contract(unsigned i) { return to_address(0xc0de00u + i); }

NestedState::NestedState(const NestedCalls& shape) {
  for (unsigned i = 0; i + 1 < shape.depth; ++i)
    codes_.push_back(caller(shape, nested_contract(i + 1)));
  codes_.push_back(reader(shape));
}

StateValue NestedState::value(const StateKey& key) const {
  if (key.kind == StateKind::storage) return {key.slot, nullptr};
  if (key.kind != StateKind::code) return {};
  for (unsigned i = 0; i < codes_.size(); ++i)
    if (key.address == nested_contract(i)) return {{}, codes_[i]};
  return {{}, make_bytecode({})};
}

ExecutionInput nested_input(const uint256& slot) {
  ExecutionInput input;
  input.mode = ExecutionMode::call;
  input.block.gas_limit = 30'000'000;
  input.rules = {Fork::osaka, default_blob_schedule(Fork::osaka), 1};
  input.transaction.to = nested_contract(0);
  input.transaction.gas_limit = 10'000'000;
  input.transaction.data.resize(32);
  store_be(input.transaction.data.data(), slot);
  return input;
}

} // namespace runahead
