// What the opcodes that only compute mean (Yellow Paper appendix H.2): functions from words to
// words, the top of the stack first. Every engine calls these or is tested against them.
#pragma once

#include "base/uint256.hpp"
#include "spec/opcodes.hpp"

#include <array>

namespace runahead::ops {

inline uint256 add(const uint256& a, const uint256& b) { return a + b; }
inline uint256 mul(const uint256& a, const uint256& b) { return a * b; }
inline uint256 sub(const uint256& a, const uint256& b) { return a - b; }
inline uint256 lt(const uint256& a, const uint256& b) { return uint64_t{a < b}; }
inline uint256 gt(const uint256& a, const uint256& b) { return uint64_t{b < a}; }
inline uint256 slt(const uint256& a, const uint256& b) { return uint64_t{runahead::slt(a, b)}; }
inline uint256 sgt(const uint256& a, const uint256& b) { return uint64_t{runahead::slt(b, a)}; }
inline uint256 eq(const uint256& a, const uint256& b) { return uint64_t{a == b}; }
inline uint256 iszero(const uint256& a) { return uint64_t{a.is_zero()}; }
inline uint256 bit_and(const uint256& a, const uint256& b) { return a & b; }
inline uint256 bit_or(const uint256& a, const uint256& b) { return a | b; }
inline uint256 bit_xor(const uint256& a, const uint256& b) { return a ^ b; }
inline uint256 bit_not(const uint256& a) { return ~a; }

/// One row per pure opcode; `fn1`, `fn2` or `fn3` is set by its number of operands.
struct PureOp {
  uint256 (*fn1)(const uint256&) = nullptr;
  uint256 (*fn2)(const uint256&, const uint256&) = nullptr;
  uint256 (*fn3)(const uint256&, const uint256&, const uint256&) = nullptr;
  constexpr explicit operator bool() const {
    return fn1 != nullptr || fn2 != nullptr || fn3 != nullptr;
  }
};

constexpr std::array<PureOp, 256> make_pure_table() {
  std::array<PureOp, 256> t{};
  t[OP_ADD].fn2 = add;
  t[OP_MUL].fn2 = mul;
  t[OP_SUB].fn2 = sub;
  t[OP_DIV].fn2 = udiv;
  t[OP_SDIV].fn2 = sdiv;
  t[OP_MOD].fn2 = umod;
  t[OP_SMOD].fn2 = smod;
  t[OP_ADDMOD].fn3 = addmod;
  t[OP_MULMOD].fn3 = mulmod;
  t[OP_EXP].fn2 = exp;
  t[OP_SIGNEXTEND].fn2 = signextend;
  t[OP_LT].fn2 = lt;
  t[OP_GT].fn2 = gt;
  t[OP_SLT].fn2 = slt;
  t[OP_SGT].fn2 = sgt;
  t[OP_EQ].fn2 = eq;
  t[OP_ISZERO].fn1 = iszero;
  t[OP_AND].fn2 = bit_and;
  t[OP_OR].fn2 = bit_or;
  t[OP_XOR].fn2 = bit_xor;
  t[OP_NOT].fn1 = bit_not;
  t[OP_BYTE].fn2 = byte;
  t[OP_SHL].fn2 = shl;
  t[OP_SHR].fn2 = shr;
  t[OP_SAR].fn2 = sar;
  t[OP_CLZ].fn1 = clz;
  return t;
}
inline constexpr std::array<PureOp, 256> pure_table = make_pure_table();

} // namespace runahead::ops
