#include "differential/program_writer.hpp"

namespace runahead::differential {

Address contract(uint64_t i) {
  Address a;
  a.bytes[0] = 0xc0;
  a.bytes[19] = static_cast<uint8_t>(i);
  return a;
}

Bytes ProgramWriter::write() {
  code_.clear();
  const uint64_t statements = random_.between(3, 25);
  for (uint64_t i = 0; i < statements; ++i) statement();
  end();
  return code_;
}

void ProgramWriter::push(uint64_t value) {
  op(OP_PUSH2);
  op(static_cast<uint8_t>(value >> 8));
  op(static_cast<uint8_t>(value));
}

void ProgramWriter::push(const Address& a) {
  op(OP_PUSH20);
  code_.insert(code_.end(), a.bytes.begin(), a.bytes.end());
}

/// Leaves one word.
void ProgramWriter::value(int depth) {
  switch (random_.below(depth > 3 ? 2 : 9)) {
  case 0: return push(random_.below(8));
  case 1: return push(random_.below(65536));
  case 2: return value(depth + 1), op(OP_SLOAD);
  case 3:
    value(depth + 1);
    value(depth + 1);
    return op(
        any({OP_ADD, OP_SUB, OP_MUL, OP_DIV, OP_MOD, OP_AND, OP_OR, OP_XOR, OP_LT, OP_EQ, OP_SHR}));
  case 4: { // a mapping's slot
    value(depth + 1);
    push(0);
    op(OP_MSTORE);
    push(32);
    push(0);
    return op(OP_KECCAK256);
  }
  case 5: return push(32 * random_.below(4)), op(OP_MLOAD);
  case 6: {
    push(contract(random_.below(contracts + 1)));
    return op(any({OP_BALANCE, OP_EXTCODESIZE, OP_EXTCODEHASH}));
  }
  case 7:
    return op(any(
        {OP_CALLVALUE, OP_CALLER, OP_SELFBALANCE, OP_RETURNDATASIZE, OP_GAS, OP_MSIZE, OP_NUMBER}));
  default: return push(4 + 32 * random_.below(2)), op(OP_CALLDATALOAD);
  }
}

void ProgramWriter::statement(int depth) {
  switch (random_.below(depth > 2 ? 3 : 7)) {
  case 0: return value(), value(), op(OP_SSTORE);
  case 1: return value(), push(32 * random_.below(4)), op(OP_MSTORE);
  case 2: return value(), value(), op(OP_TSTORE);
  case 3: return branch(depth);
  case 4: return loop(depth);
  default: return call();
  }
}

void ProgramWriter::branch(int depth) {
  value();
  op(OP_PUSH2);
  const size_t patch = code_.size();
  code_.resize(patch + 2);
  op(OP_JUMPI);
  statement(depth + 1);
  if (random_.chance(0.2)) end();
  land(patch);
}

/// Counts a slot's low bits down.
void ProgramWriter::loop(int depth) {
  value();
  push(7);
  op(OP_AND);
  const size_t start = code_.size();
  op(OP_JUMPDEST);
  op(OP_DUP1);
  op(OP_ISZERO);
  op(OP_PUSH2);
  const size_t patch = code_.size();
  code_.resize(patch + 2);
  op(OP_JUMPI);
  statement(depth + 2);
  push(1);
  op(OP_SWAP1);
  op(OP_SUB);
  push(start);
  op(OP_JUMP);
  land(patch);
  op(OP_POP);
}

void ProgramWriter::land(size_t patch) {
  code_[patch] = static_cast<uint8_t>(code_.size() >> 8);
  code_[patch + 1] = static_cast<uint8_t>(code_.size());
  op(OP_JUMPDEST);
}

void ProgramWriter::call() {
  push(32); // output
  push(32 * random_.below(4));
  push(68); // input
  push(0);
  const uint8_t kind = any({OP_CALL, OP_STATICCALL, OP_DELEGATECALL, OP_CALLCODE});
  if (kind == OP_CALL || kind == OP_CALLCODE) push(random_.chance(0.3) ? random_.below(5) : 0);
  if (random_.chance(0.8))
    push(contract(random_.below(contracts + 1)));
  else
    value(); // an address from state
  push(random_.chance(0.7) ? 60000 : random_.below(5000));
  op(kind);
  op(OP_POP);
}

void ProgramWriter::end() {
  if (random_.chance(0.1)) return op(any({OP_INVALID, OP_STOP, OP_SELFDESTRUCT + 0}));
  push(128);
  push(0);
  op(random_.chance(0.2) ? OP_REVERT : OP_RETURN);
}

} // namespace runahead::differential
