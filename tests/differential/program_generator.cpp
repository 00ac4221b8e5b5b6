#include "differential/program_generator.hpp"

#include "base/limits.hpp"
#include "differential/program_writer.hpp"
#include "spec/opcodes.hpp"

#include <algorithm>

namespace runahead::differential {
namespace {

uint8_t byte_of(uint64_t x) { return static_cast<uint8_t>(x); }

/// Of memory, from its beginning: 8 for the stack, the rest for single results.
constexpr uint64_t shown_words = 24;

uint8_t opcode(unsigned first, uint64_t n) { return byte_of(first + n); }

bool in_memory(uint8_t code) {
  return (info(code).effects & (effect::reads_memory | effect::writes_memory)) != 0;
}

} // namespace

// Pieces ------------------------------------------------------------------------------------------

void ProgramGenerator::op(uint8_t byte) {
  code_.push_back(byte);
  if (defined(byte)) height_ = std::max(height_ + info(byte).stack_change(), 0);
}

void ProgramGenerator::push_wide(const uint256& value, unsigned bytes) {
  std::array<uint8_t, 32> word;
  store_be(word.data(), value);
  op(opcode(OP_PUSH1, bytes - 1));
  code_.insert(code_.end(), word.end() - bytes, word.end());
}

/// In as few bytes as it takes, or in more.
void ProgramGenerator::push(const uint256& value) {
  unsigned bytes = 1;
  while (bytes < 32 && (value >> (8 * bytes)) != uint256{}) ++bytes;
  if (value.is_zero() && defined(OP_PUSH0) && random_.chance(0.5)) return op(OP_PUSH0);
  if (random_.chance(0.1)) bytes = static_cast<unsigned>(random_.between(bytes, 32));
  push_wide(value, bytes);
}

void ProgramGenerator::push_address() {
  if (random_.chance(0.15)) return op(OP_ADDRESS);
  if (random_.chance(0.25)) return push(random_.between(0, 0x13)); // mostly precompiles
  Address a = contract(random_.below(contracts + 1));
  if (random_.chance(0.1)) a.bytes[1] = byte_of(random_.next());
  push_wide(from(a), 20);
}

void ProgramGenerator::push_label() {
  op(OP_PUSH2);
  labels_.push_back(code_.size());
  code_.resize(code_.size() + 2);
}

/// What most programs survive as an offset or a size.
uint256 ProgramGenerator::small() {
  if (random_.chance(0.01)) return random_.edge_word();
  switch (random_.below(8)) {
  case 0: return uint256{random_.below(3000)};
  case 1: return uint256{};
  default: return uint256{random_.below(100)};
  }
}

/// What an opcode takes, so that it mostly does something: the last one pushed is on top.
void ProgramGenerator::push_operands(uint8_t code) {
  const OpInfo& facts = info(code);
  const bool of_account = code == OP_BALANCE || code == OP_EXTCODESIZE || code == OP_EXTCODECOPY ||
                          code == OP_EXTCODEHASH || code == OP_SELFDESTRUCT;
  const bool of_slot =
      code == OP_SLOAD || code == OP_SSTORE || code == OP_TLOAD || code == OP_TSTORE;
  for (int i = facts.stack_in; i-- > 0;) {
    if (of_account && i == 0)
      push_address();
    else if (of_slot)
      push(random_.below(6));
    else if (code == OP_BLOCKHASH)
      push(random_.between(700, 1100));
    else if (in_memory(code))
      push(small());
    else if (code == OP_EXP && i == 1)
      push(random_.edge_word() >> static_cast<unsigned>(random_.below(256)));
    else
      push(random_.chance(0.5) ? random_.edge_word() : uint256{random_.below(300)});
  }
}

// Instructions ------------------------------------------------------------------------------------

void ProgramGenerator::any_instruction() {
  const uint8_t code = byte_of(random_.below(256));
  if (!defined(code)) {
    if (random_.chance(0.005)) op(code);
    return;
  }
  const bool ends = (info(code).effects & effect::ends_block) != 0;
  if (code == OP_JUMPDEST) return destination();
  if (code == OP_INVALID && random_.chance(0.5)) return op(code);
  if (ends || info(code).category == OpCategory::call) return; // they have their own places
  if (is_push(code)) return push(random_.edge_word());
  // What happens to lie on the stack is mostly too much as a place in memory.
  const double wants_operands = in_memory(code) ? 0.97 : 0.5;
  if (height_ < info(code).stack_in ? !random_.chance(0.01) : random_.chance(wants_operands)) {
    if (info(code).category == OpCategory::stack)
      while (height_ < info(code).stack_in) push(random_.below(100));
    else
      push_operands(code);
    // Else the last operand always joins the instruction where an engine makes one of both.
    if (info(code).stack_in >= 2 && random_.chance(0.3)) op(OP_SWAP1);
  }
  op(code);
  keep_result();
}

/// Now and then puts the top of the stack where `show_results` finds it.
void ProgramGenerator::keep_result() {
  if (height_ == 0 || !random_.chance(0.3)) return;
  push(32 * random_.between(8, shown_words - 1));
  op(OP_MSTORE);
}

/// Returns, or fails with, what lies on the stack and what was kept, so that it is compared.
void ProgramGenerator::show_results() {
  const int items = std::min(height_, 8);
  for (int i = 0; i < items; ++i) {
    push(static_cast<uint64_t>(32 * i));
    op(OP_MSTORE);
  }
  push(32 * shown_words);
  push(0);
  op(defined(OP_REVERT) && random_.chance(0.2) ? OP_REVERT : OP_RETURN);
}

/// One that the fork has, or now and then another.
uint8_t ProgramGenerator::any_of(std::span<const uint8_t> opcodes) {
  for (;;)
    if (const uint8_t code = opcodes[random_.below(opcodes.size())];
        defined(code) || random_.chance(0.01))
      return code;
}

/// From ADD to CLZ: what the fork has of those that only compute.
uint8_t ProgramGenerator::computing_opcode() {
  for (;;)
    if (const uint8_t code = opcode(OP_ADD, random_.below(OP_CLZ)); defined(code)) return code;
}

/// One that only computes, of operands that it can get wrong, and its result kept.
void ProgramGenerator::compute() {
  const uint8_t code = computing_opcode();
  for (int i = info(code).stack_in; i > 0; --i) {
    const uint256 number{random_.below(300)};
    const uint64_t kind = random_.below(4);
    push(kind == 0 ? number : kind == 1 ? uint256{} - number : random_.edge_word());
  }
  if (info(code).stack_in >= 2 && random_.chance(0.5)) op(OP_SWAP1);
  op(code);
  push(32 * random_.between(8, shown_words - 1));
  op(OP_MSTORE);
}

/// The sequences that the threaded engine makes one instruction of, and their near misses.
void ProgramGenerator::fused() {
  static constexpr std::array<uint8_t, 6> compare = {OP_LT,  OP_GT, OP_SLT,
                                                     OP_SGT, OP_EQ, OP_ISZERO};
  switch (random_.below(7)) {
  case 0: // PUSH, op
    push(random_.edge_word());
    push(random_.chance(0.3) ? random_.edge_word() : uint256{random_.below(300)});
    op(computing_opcode());
    return keep_result();
  case 1: { // comparison, [ISZERO], PUSH, JUMPI
    const uint8_t code = compare[random_.below(compare.size())];
    push(random_.below(3));
    if (code != OP_ISZERO)
      push(random_.chance(0.7) ? uint256{random_.below(3)} : random_.edge_word());
    if (random_.chance(0.6)) op(code == OP_ISZERO ? OP_DUP1 : OP_SWAP1); // else it joins the PUSH
    op(code);
    for (uint64_t i = random_.below(3); i > 0; --i) op(OP_ISZERO);
    push_label();
    op(OP_JUMPI);
    if (random_.chance(0.5)) destination();
    return;
  }
  case 2: // DUP1, PUSH4, EQ, PUSH, JUMPI
    if (height_ == 0) push(random_.below(3));
    op(OP_DUP1);
    push_wide(uint256{random_.below(3)}, static_cast<unsigned>(random_.between(1, 6)));
    op(OP_EQ);
    push_label();
    return op(OP_JUMPI);
  case 3: { // SWAPn, POP
    const uint64_t n = random_.between(1, 16);
    if (!random_.chance(0.02))
      while (height_ <= static_cast<int>(n)) push(random_.below(1000));
    op(opcode(OP_SWAP1, n - 1));
    return op(OP_POP);
  }
  case 4: // MLOAD at a literal
    push(small());
    return op(OP_MLOAD);
  case 5: // MSTORE at a literal
    push(random_.edge_word());
    push(small());
    return op(OP_MSTORE);
  default: // PUSH, PUSH, JUMPI
    push(random_.below(2));
    push_label();
    return op(OP_JUMPI);
  }
}

void ProgramGenerator::jump() {
  const bool conditional = random_.chance(0.5);
  if (conditional) push(random_.below(2));
  if (random_.chance(0.05))
    push(random_.chance(0.5) ? random_.edge_word() : uint256{random_.below(code_.size() + 10)});
  else
    push_label();
  if (random_.chance(0.15)) { // not a literal for the one who looks ahead
    push(0);
    op(OP_ADD);
  }
  op(conditional ? OP_JUMPI : OP_JUMP);
  if (!conditional && random_.chance(0.1)) code_.push_back(byte_of(random_.next())); // dead code
  if (!conditional || random_.chance(0.3)) destination();
}

void ProgramGenerator::destination() {
  for (uint64_t i = random_.chance(0.1) ? random_.between(2, 12) : 1; i > 0; --i) {
    destinations_.push_back(code_.size());
    op(OP_JUMPDEST);
  }
}

void ProgramGenerator::call() {
  static constexpr std::array<uint8_t, 4> kinds = {OP_CALL, OP_CALLCODE, OP_DELEGATECALL,
                                                   OP_STATICCALL};
  const uint8_t kind = any_of(kinds);
  for (int i = 0; i < 4; ++i)
    push(random_.chance(0.985) ? uint256{random_.below(200)} : random_.edge_word());
  if (kind == OP_CALL || kind == OP_CALLCODE) push(random_.chance(0.7) ? 0 : random_.below(30));
  push_address();
  // Before EIP-150 a call for more gas than there is fails, and since then a callee that fails may
  // take nearly all of it.
  if (fork_ >= Fork::tangerine_whistle && random_.chance(0.2))
    random_.chance(0.5) ? op(OP_GAS) : push(random_.edge_word());
  else
    push(random_.below(random_.chance(0.8) ? 4000 : 60'000));
  op(kind);
  if (random_.chance(0.5)) op(OP_POP);
}

/// From initcode that is a part of this code, or a word of it in memory.
void ProgramGenerator::create() {
  if (random_.chance(0.5)) {
    push(random_.below(100));
    push(random_.below(code_.size() + 50));
    push(0);
    op(OP_CODECOPY);
  } else {
    // PUSH1 10 PUSH1 0 RETURN, at the word's beginning
    push(random_.chance(0.3) ? random_.word() : uint256{0x60'0a'60'00'f3} << 216u);
    push(0);
    op(OP_MSTORE);
  }
  const bool salted = defined(OP_CREATE2) && random_.chance(0.5);
  if (salted) push(random_.below(2));
  push(random_.below(100));
  push(random_.below(32));
  push(random_.chance(0.8) ? 0 : random_.below(20));
  op(salted ? OP_CREATE2 : OP_CREATE);
}

/// A few rounds around something. The counter is mostly in memory, where little destroys it.
void ProgramGenerator::loop() {
  const bool on_stack = random_.chance(0.2);
  const uint64_t place = 32 * random_.between(shown_words, shown_words + 3);
  push(random_.between(1, 12));
  if (!on_stack) push(place), op(OP_MSTORE);
  const size_t start = code_.size();
  destination();
  const int height = height_;
  any_instruction();
  if (random_.chance(0.3)) call();
  while (height_ > height) op(OP_POP);
  while (height_ < height) push(1);
  if (!on_stack) push(place), op(OP_MLOAD);
  push(1);
  op(OP_SWAP1);
  op(OP_SUB);
  op(OP_DUP1);
  if (!on_stack) push(place), op(OP_MSTORE);
  push(start);
  op(OP_JUMPI);
}

/// To about the most that fits.
void ProgramGenerator::deep_stack() {
  const int aim = static_cast<int>(limits::stack_height - 4 + random_.below(8));
  const bool duplicate = height_ > 0 && random_.chance(0.5);
  while (height_ < aim) {
    if (duplicate)
      op(OP_DUP1);
    else
      push_wide(uint256{random_.below(256)}, 1);
  }
  if (random_.chance(0.7))
    while (height_ > aim - 30) op(OP_POP);
}

void ProgramGenerator::grow_memory() {
  static constexpr std::array<uint8_t, 8> kinds = {OP_MLOAD,        OP_MSTORE,   OP_MSTORE8,
                                                   OP_KECCAK256,    OP_CODECOPY, OP_MCOPY,
                                                   OP_CALLDATACOPY, OP_LOG1};
  const uint8_t kind = any_of(kinds);
  for (int i = 0; i < info(kind).stack_in; ++i)
    push(random_.chance(0.98) ? uint256{random_.below(uint64_t{1} << random_.below(18))}
                              : random_.edge_word());
  op(kind);
}

void ProgramGenerator::instruction() {
  switch (random_.below(40)) {
  case 0:
  case 1: return jump();
  case 2:
  case 3: return call();
  case 4: return random_.chance(0.2) ? create() : call();
  case 5: return loop();
  case 6: return grow_memory();
  case 7:
  case 8: return destination();
  case 9: return random_.chance(0.05) ? deep_stack() : fused();
  case 10: return random_.chance(0.02) ? op(byte_of(random_.next())) : fused();
  case 11:
    if (random_.chance(0.3)) return push(random_.below(6)), op(OP_GAS), op(OP_SSTORE);
    return op(OP_GAS), keep_result();
  case 12:
  case 13:
  case 14:
  case 15: return compute();
  default: return random_.chance(0.4) ? fused() : any_instruction();
  }
}

void ProgramGenerator::end() {
  switch (random_.below(12)) {
  case 0: return; // runs off the end
  case 1: return op(OP_STOP);
  case 2: { // ends inside an immediate
    const uint64_t bytes = random_.between(1, 32);
    op(opcode(OP_PUSH1, bytes - 1));
    const Bytes part = random_.bytes(random_.below(bytes));
    code_.insert(code_.end(), part.begin(), part.end());
    return;
  }
  case 3: // ends with a jump
    push(random_.below(2));
    push_label();
    return op(random_.chance(0.7) ? OP_JUMPI : OP_JUMP);
  case 4: push_address(); return op(OP_SELFDESTRUCT);
  case 5:
  case 6:
    push(random_.below(200));
    push(random_.below(40));
    return op(defined(OP_REVERT) && random_.chance(0.3) ? OP_REVERT : OP_RETURN);
  default: return show_results();
  }
}

/// Mostly forward, so that most programs end before their gas does.
void ProgramGenerator::fill_labels() {
  for (const size_t label : labels_) {
    uint64_t target = random_.below(code_.size() + 3);
    const auto later = std::ranges::lower_bound(destinations_, label);
    const auto count = static_cast<uint64_t>(destinations_.end() - later);
    if (count > 0 && random_.chance(0.97))
      target = *(later + static_cast<ptrdiff_t>(random_.below(std::min<uint64_t>(count, 3))));
    else if (!destinations_.empty() && random_.chance(0.8))
      target = destinations_[random_.below(destinations_.size())];
    code_[label] = byte_of(target >> 8);
    code_[label + 1] = byte_of(target);
  }
}

Bytes ProgramGenerator::generate() {
  code_.clear();
  destinations_.clear();
  labels_.clear();
  const uint64_t count = random_.chance(0.2) ? random_.below(4) : random_.between(5, 60);
  // Below what is counted, for places that are come to with fewer items than it seems.
  if (count > 3 && random_.chance(0.8))
    for (int i = 0; i < 12; ++i) push_wide(uint256{random_.below(256)}, 1);
  height_ = 0;
  for (uint64_t i = 0; i < count; ++i) instruction();
  end();
  fill_labels();
  return code_;
}

} // namespace runahead::differential
