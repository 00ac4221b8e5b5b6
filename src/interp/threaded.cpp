#include "interp/threaded.hpp"

#include "interp/threaded_machine.hpp"
#include "ops/effect_table.hpp"
#include "ops/pure.hpp"

#include <utility>

namespace runahead::threaded {
namespace {

#define HANDLER_PARAMETERS                                                                         \
  [[maybe_unused]] const ThreadedInstr *ip, [[maybe_unused]] uint256 *sp,                          \
      [[maybe_unused]] int64_t gas, [[maybe_unused]] Machine &m
#define NEXT(sp_now) RUNAHEAD_DISPATCH(ip + 1, sp_now, gas, m)
#define NEXT_BEHIND_LITERAL(sp_now) RUNAHEAD_DISPATCH(ip + 1 + literal_places, sp_now, gas, m)

inline uint256 literal_behind(const ThreadedInstr* ip) {
  uint256 literal;
  std::memcpy(&literal, ip + 1, sizeof literal);
  return literal;
}

// Leaving off: every way out of the handlers. What is called ends its handler.
// ---------------------

void leave(Machine& m, Exit exit, Outcome outcome) {
  m.exit = exit;
  m.outcome = outcome;
  m.ip = nullptr;
}

[[gnu::noinline, gnu::cold]] void halt(Machine& m, uint256* sp, Status status) {
  m.frame.status = status;
  m.frame.sp = sp;
  m.frame.gas = 0;
  leave(m, Exit::outcome, Outcome::done);
}

/// A check failed: where only the slice is too small, more of it will do; else stepping must tell.
[[gnu::noinline, gnu::cold]] void refuse(Machine& m, uint32_t pc, uint256* sp, int64_t gas,
                                         const BlockFacts& facts) {
  const auto height = static_cast<size_t>(sp - m.bottom);
  const bool stack_suffices =
      height >= facts.stack_required && height + facts.stack_growth <= limits::stack_height;
  m.frame.pc = pc;
  m.frame.sp = sp;
  m.frame.gas = gas + m.reserve;
  if (stack_suffices && m.frame.gas >= facts.gas)
    leave(m, Exit::outcome, Outcome::slice_over);
  else
    leave(m, Exit::step, {});
}

[[gnu::noinline, gnu::cold]] void refuse_at_check(Machine& m, const ThreadedInstr* ip, uint256* sp,
                                                  int64_t gas) {
  const uint32_t pc = m.code.pc_of(ip);
  m.frame.resume = {ip, pc, 0};
  refuse(m, pc, sp, gas, ip->arg.facts);
}

/// An effect ended the frame, calls, or waits. The frame is up to date but for its position.
[[gnu::noinline, gnu::cold]] void leave_effect(Machine& m, const ThreadedInstr* ip,
                                               ops::Next next) {
  Frame& f = m.frame;
  const uint32_t pc = m.code.pc_of(ip), rest = ip->arg.pair.b;
  f.pc = pc;
  if (next == ops::Next::halt) return leave(m, Exit::outcome, Outcome::done);
  if (next == ops::Next::call) {
    ++f.pc;
    f.resume = {ip + 1, pc + 1, rest};
    return leave(m, Exit::outcome, Outcome::call);
  }
  const auto price = static_cast<uint32_t>(m.world.gas.base[f.code->padded()[pc]]);
  f.gas += price;
  f.resume = {ip, pc, rest + price};
  leave(m, Exit::outcome, Outcome::want);
}

/// Where the bytecode goes on behind an effect, which may be fused with a push or a DUP before it.
/// Not where the next instruction begins: JUMPDESTs may stand between.
uint64_t pc_behind(const Machine& m, const ThreadedInstr* ip) {
  const uint8_t* const code = m.frame.code->padded();
  uint64_t pc = m.code.pc_of(ip);
  if (ops::effects[code[pc]] == nullptr) pc += 1 + info(code[pc]).immediate_bytes;
  return pc + 1;
}

/// Behind a dynamic price the slice is overdrawn: `gas` < 0. True if the reserve covers it; then
/// the slice is empty. Else the frame stands behind the instruction for stepping to go on.
[[gnu::noinline, gnu::cold]] bool draw_on_reserve(Machine& m, const ThreadedInstr* ip,
                                                  int64_t gas) {
  if (m.reserve + gas >= 0) {
    m.reserve += gas;
    return true;
  }
  m.frame.pc = pc_behind(m, ip);
  leave(m, Exit::step, {});
  return false;
}

// Blocks and jumps --------------------------------------------------------------------------------

inline bool admits(const Machine& m, const BlockFacts& facts, const uint256* sp, int64_t gas_left) {
  const auto height = static_cast<size_t>(sp - m.bottom);
  return gas_left >= 0 && height >= facts.stack_required &&
         height + facts.stack_growth <= limits::stack_height;
}

RUNAHEAD_CONVENTION void arrive(HANDLER_PARAMETERS);
constexpr ThreadedInstr arrival{arrive, {.word = 0}};

#define ENTER(target, sp_now)                                                                      \
  do {                                                                                             \
    const JumpTarget* const to_ = (target);                                                        \
    if (!to_->is_ready()) [[unlikely]] {                                                           \
      m.arriving = to_;                                                                            \
      RUNAHEAD_DISPATCH(&arrival, sp_now, gas, m);                                                 \
    }                                                                                              \
    const int64_t left_ = gas - to_->facts.gas;                                                    \
    if (!admits(m, to_->facts, sp_now, left_)) [[unlikely]]                                        \
      return refuse(m, to_->pc, sp_now, gas, to_->facts);                                          \
    RUNAHEAD_DISPATCH(to_->body, sp_now, left_, m);                                                \
  } while (false)

/// At a jump destination that nothing reached before.
RUNAHEAD_CONVENTION void arrive(HANDLER_PARAMETERS) {
  m.code.make_ready(*m.arriving);
  ENTER(m.arriving, sp);
}

RUNAHEAD_CONVENTION void check(HANDLER_PARAMETERS) {
  const int64_t left = gas - ip->arg.facts.gas;
  if (!admits(m, ip->arg.facts, sp, left)) [[unlikely]]
    return refuse_at_check(m, ip, sp, gas);
  RUNAHEAD_DISPATCH(ip + 1, sp, left, m);
}

inline const JumpTarget* target_of(const Machine& m, const uint256& pc) {
  return pc.fits_u64() ? m.code.destination(pc.w[0]) : nullptr;
}

RUNAHEAD_CONVENTION void jump(HANDLER_PARAMETERS) {
  const JumpTarget* const target = target_of(m, sp[-1]);
  if (target == nullptr) [[unlikely]]
    return halt(m, sp - 1, Status::bad_jump);
  ENTER(target, sp - 1);
}

RUNAHEAD_CONVENTION void jumpi(HANDLER_PARAMETERS) {
  if (sp[-2].is_zero()) NEXT(sp - 2);
  const JumpTarget* const target = target_of(m, sp[-1]);
  if (target == nullptr) [[unlikely]]
    return halt(m, sp - 2, Status::bad_jump);
  ENTER(target, sp - 2);
}

RUNAHEAD_CONVENTION void jump_to(HANDLER_PARAMETERS) { ENTER(ip->arg.target, sp); }

RUNAHEAD_CONVENTION void go_on_at(HANDLER_PARAMETERS) {
  RUNAHEAD_DISPATCH(ip->arg.body, sp, gas, m);
}

/// JUMPI to a literal, taken if the condition is zero or if it is not.
template <bool if_zero>
RUNAHEAD_CONVENTION void jumpi_to(HANDLER_PARAMETERS) {
  if (sp[-1].is_zero() == if_zero) ENTER(ip->arg.target, sp - 1);
  NEXT(sp - 1);
}

template <auto holds, bool if_not>
RUNAHEAD_CONVENTION void compare_jump(HANDLER_PARAMETERS) {
  if (holds(sp[-1], sp[-2]) != if_not) ENTER(ip->arg.target, sp - 2);
  NEXT(sp - 2);
}

RUNAHEAD_CONVENTION void selector_jump(HANDLER_PARAMETERS) {
  const uint256& top = sp[-1];
  if (top.fits_u64() && top.w[0] == ip->arg.pair.a) ENTER(m.code.targets() + ip->arg.pair.b, sp);
  NEXT(sp);
}

RUNAHEAD_CONVENTION void bad_jump(HANDLER_PARAMETERS) { return halt(m, sp, Status::bad_jump); }

RUNAHEAD_CONVENTION void bad_jumpi(HANDLER_PARAMETERS) {
  if (!sp[-1].is_zero()) return halt(m, sp - 1, Status::bad_jump);
  NEXT(sp - 1);
}

RUNAHEAD_CONVENTION void undefined(HANDLER_PARAMETERS) {
  return halt(m, sp, Status::undefined_opcode);
}

// The stack ---------------------------------------------------------------------------------------

RUNAHEAD_CONVENTION void push_word(HANDLER_PARAMETERS) {
  *sp = ip->arg.word;
  NEXT(sp + 1);
}

RUNAHEAD_CONVENTION void push_literal(HANDLER_PARAMETERS) {
  *sp = literal_behind(ip);
  NEXT_BEHIND_LITERAL(sp + 1);
}

RUNAHEAD_CONVENTION void pop(HANDLER_PARAMETERS) { NEXT(sp - 1); }

template <int n>
RUNAHEAD_CONVENTION void dup(HANDLER_PARAMETERS) {
  *sp = sp[-n];
  NEXT(sp + 1);
}

inline const uint256& at_depth(const uint256* sp, uint64_t depth) {
  return *reinterpret_cast<const uint256*>(reinterpret_cast<const char*>(sp) - depth);
}

RUNAHEAD_CONVENTION void dup_dup(HANDLER_PARAMETERS) {
  sp[0] = at_depth(sp, ip->arg.pair.a);
  sp[1] = at_depth(sp + 1, ip->arg.pair.b);
  NEXT(sp + 2);
}

RUNAHEAD_CONVENTION void push_dup(HANDLER_PARAMETERS) {
  sp[0] = ip->arg.pair.a;
  sp[1] = at_depth(sp + 1, ip->arg.pair.b);
  NEXT(sp + 2);
}

RUNAHEAD_CONVENTION void pops(HANDLER_PARAMETERS) { NEXT(sp - ip->arg.word); }

template <int n>
RUNAHEAD_CONVENTION void swap(HANDLER_PARAMETERS) {
  const uint256 top = sp[-1];
  sp[-1] = sp[-1 - n];
  sp[-1 - n] = top;
  NEXT(sp);
}

template <int n>
RUNAHEAD_CONVENTION void swap_pop(HANDLER_PARAMETERS) {
  sp[-1 - n] = sp[-1];
  NEXT(sp - 1);
}

// Computing ---------------------------------------------------------------------------------------

template <auto fn>
RUNAHEAD_CONVENTION void unary(HANDLER_PARAMETERS) {
  sp[-1] = fn(sp[-1]);
  NEXT(sp);
}

template <auto fn>
RUNAHEAD_CONVENTION void binary(HANDLER_PARAMETERS) {
  sp[-2] = fn(sp[-1], sp[-2]);
  NEXT(sp - 1);
}

template <auto fn>
RUNAHEAD_CONVENTION void ternary(HANDLER_PARAMETERS) {
  sp[-3] = fn(sp[-1], sp[-2], sp[-3]);
  NEXT(sp - 2);
}

template <auto fn>
RUNAHEAD_CONVENTION void binary_with_word(HANDLER_PARAMETERS) {
  sp[-1] = fn(uint256(ip->arg.word), sp[-1]);
  NEXT(sp);
}

template <auto fn>
RUNAHEAD_CONVENTION void binary_with_literal(HANDLER_PARAMETERS) {
  sp[-1] = fn(literal_behind(ip), sp[-1]);
  NEXT_BEHIND_LITERAL(sp);
}

template <auto fn>
RUNAHEAD_CONVENTION void binary_with_dup(HANDLER_PARAMETERS) {
  sp[-1] = fn(at_depth(sp, ip->arg.word), sp[-1]);
  NEXT(sp);
}

template <auto fn>
RUNAHEAD_CONVENTION void binary_with_swap(HANDLER_PARAMETERS) {
  sp[-2] = fn(sp[-2], sp[-1]);
  NEXT(sp - 1);
}

// Effects -----------------------------------------------------------------------------------------

#define EFFECT(fn)                                                                                 \
  do {                                                                                             \
    Frame& f_ = m.frame;                                                                           \
    const int64_t rest_ = ip->arg.pair.b;                                                          \
    f_.sp = sp;                                                                                    \
    f_.gas = gas + m.reserve + rest_;                                                              \
    const ops::Next next_effect_ = (fn)(f_, m.world);                                              \
    if (next_effect_ != ops::Next::next) [[unlikely]]                                              \
      return leave_effect(m, ip, next_effect_);                                                    \
    gas = f_.gas - m.reserve - rest_;                                                              \
    if (gas < 0) [[unlikely]] {                                                                    \
      if (!draw_on_reserve(m, ip, gas)) return;                                                    \
      gas = 0;                                                                                     \
    }                                                                                              \
    NEXT(f_.sp);                                                                                   \
  } while (false)

template <uint8_t op>
RUNAHEAD_CONVENTION void effect(HANDLER_PARAMETERS) {
  EFFECT(ops::effects[op]);
}

RUNAHEAD_CONVENTION void gas_left(HANDLER_PARAMETERS) {
  *sp = static_cast<uint64_t>(gas + m.reserve + ip->arg.pair.b);
  NEXT(sp + 1);
}

/// The word at `offset` of memory if it needs no growing, else null.
inline uint8_t* open_word(const Machine& m, const uint256& offset) {
  Memory& memory = m.frame.memory;
  const size_t size = memory.size();
  if (!offset.fits_u64() || size < 32 || offset.w[0] > size - 32) return nullptr;
  return memory.data() + offset.w[0];
}

RUNAHEAD_CONVENTION void mload(HANDLER_PARAMETERS) {
  const uint8_t* const word = open_word(m, sp[-1]);
  if (word == nullptr) [[unlikely]]
    EFFECT(ops::mload);
  sp[-1] = load_be(word);
  NEXT(sp);
}

RUNAHEAD_CONVENTION void mstore(HANDLER_PARAMETERS) {
  uint8_t* const word = open_word(m, sp[-1]);
  if (word == nullptr) [[unlikely]]
    EFFECT(ops::mstore);
  store_be(word, sp[-2]);
  NEXT(sp - 2);
}

RUNAHEAD_CONVENTION void mload_at(HANDLER_PARAMETERS) {
  *sp = ip->arg.pair.a;
  const uint8_t* const word = open_word(m, ip->arg.pair.a);
  ++sp;
  if (word == nullptr) [[unlikely]]
    EFFECT(ops::mload);
  sp[-1] = load_be(word);
  NEXT(sp);
}

RUNAHEAD_CONVENTION void mstore_at(HANDLER_PARAMETERS) {
  uint8_t* const word = open_word(m, ip->arg.pair.a);
  if (word == nullptr) [[unlikely]] {
    *sp++ = ip->arg.pair.a;
    EFFECT(ops::mstore);
  }
  store_be(word, sp[-1]);
  NEXT(sp - 1);
}

RUNAHEAD_CONVENTION void dup_mload(HANDLER_PARAMETERS) {
  const uint256& offset = at_depth(sp, ip->arg.pair.a);
  const uint8_t* const word = open_word(m, offset);
  if (word == nullptr) [[unlikely]] {
    *sp++ = offset;
    EFFECT(ops::mload);
  }
  *sp = load_be(word);
  NEXT(sp + 1);
}

RUNAHEAD_CONVENTION void dup_mstore(HANDLER_PARAMETERS) {
  const uint256& offset = at_depth(sp, ip->arg.pair.a);
  uint8_t* const word = open_word(m, offset);
  if (word == nullptr) [[unlikely]] {
    *sp++ = offset;
    EFFECT(ops::mstore);
  }
  store_be(word, sp[-1]);
  NEXT(sp - 1);
}

// The tables --------------------------------------------------------------------------------------

template <size_t op>
consteval Handler plain_handler() {
  constexpr ops::PureOp pure = ops::pure_table[op];
  if constexpr (op == OP_MLOAD)
    return mload;
  else if constexpr (op == OP_MSTORE)
    return mstore;
  else if constexpr (op == OP_GAS)
    return gas_left;
  else if constexpr (op == OP_JUMP)
    return jump;
  else if constexpr (op == OP_JUMPI)
    return jumpi;
  else if constexpr (op == OP_POP)
    return pop;
  else if constexpr (is_dup(op))
    return dup<static_cast<int>(op - OP_DUP1 + 1)>;
  else if constexpr (is_swap(op))
    return swap<static_cast<int>(op - OP_SWAP1 + 1)>;
  else if constexpr (ops::effects[op] != nullptr)
    return effect<op>;
  else if constexpr (pure.fn1 != nullptr)
    return unary<pure.fn1>;
  else if constexpr (pure.fn2 != nullptr)
    return binary<pure.fn2>;
  else if constexpr (pure.fn3 != nullptr)
    return ternary<pure.fn3>;
  else
    return nullptr;
}

/// For each opcode that computes from two words and nothing else what `pick` has for its function.
template <class Pick, size_t... op>
consteval std::array<Handler, 256> for_binaries(Pick pick, std::index_sequence<op...>) {
  const auto of = [&]<size_t o>() -> Handler {
    if constexpr (ops::pure_table[o].fn2 != nullptr && ops::effects[o] == nullptr)
      return pick.template operator()<ops::pure_table[o].fn2>();
    else
      return nullptr;
  };
  return { of.template operator()<op>()... };
}

constexpr auto below = [](const uint256& a, const uint256& b) { return a < b; };
constexpr auto above = [](const uint256& a, const uint256& b) { return b < a; };
constexpr auto signed_below = [](const uint256& a, const uint256& b) { return slt(a, b); };
constexpr auto signed_above = [](const uint256& a, const uint256& b) { return slt(b, a); };
constexpr auto equal = [](const uint256& a, const uint256& b) { return a == b; };

template <bool if_not>
consteval std::array<Handler, 256> compare_jumps() {
  std::array<Handler, 256> table{};
  table[OP_LT] = compare_jump<below, if_not>;
  table[OP_GT] = compare_jump<above, if_not>;
  table[OP_SLT] = compare_jump<signed_below, if_not>;
  table[OP_SGT] = compare_jump<signed_above, if_not>;
  table[OP_EQ] = compare_jump<equal, if_not>;
  table[OP_ISZERO] = jumpi_to<!if_not>;
  return table;
}

template <size_t... op>
consteval Handlers make_handlers(std::index_sequence<op...>) {
  Handlers h{};
  h.check = check;
  h.push_word = push_word;
  h.push_literal = push_literal;
  h.jump = jump;
  h.jumpi = jumpi;
  h.jump_to = jump_to;
  h.jumpi_to = jumpi_to<false>;
  h.go_on_at = go_on_at;
  h.bad_jump = bad_jump;
  h.bad_jumpi = bad_jumpi;
  h.mload_at = mload_at;
  h.mstore_at = mstore_at;
  h.undefined = undefined;
  h.selector_jump = selector_jump;
  h.pops = pops;
  h.dup_dup = dup_dup;
  h.push_dup = push_dup;
  h.dup_mload = dup_mload;
  h.dup_mstore = dup_mstore;
  [&]<size_t... n>(std::index_sequence<n...>) {
    ((h.swap_pop[n + 1] = swap_pop<static_cast<int>(n + 1)>), ...);
  }(std::make_index_sequence<16>());
  h.plain = {plain_handler<op>()...};
  const auto all = std::make_index_sequence<256>();
  h.with_word = for_binaries([]<auto fn>() { return binary_with_word<fn>; }, all);
  h.with_literal = for_binaries([]<auto fn>() { return binary_with_literal<fn>; }, all);
  h.with_dup = for_binaries([]<auto fn>() { return binary_with_dup<fn>; }, all);
  h.with_swap = for_binaries([]<auto fn>() { return binary_with_swap<fn>; }, all);
  h.compare_jump = compare_jumps<false>();
  h.compare_not_jump = compare_jumps<true>();
  return h;
}

} // namespace

constexpr Handlers handlers = make_handlers(std::make_index_sequence<256>());

} // namespace runahead::threaded
