#include "depblock/form/block.hpp"

#include <algorithm>

namespace runahead::depblock {
namespace {

bool same(const BlockView& a, Operand x, const BlockView& b, Operand y) {
  if (x.is_literal() && y.is_literal()) return a.literal(x) == b.literal(y);
  return x == y;
}

bool same(const BlockView& a, std::span<const Operand> x, const BlockView& b,
          std::span<const Operand> y) {
  return std::ranges::equal(x, y,
                            [&](Operand one, Operand other) { return same(a, one, b, other); });
}

bool same_head(const BlockHead& a, const BlockHead& b) {
  return a.facts == b.facts && a.pc == b.pc && a.opcodes == b.opcodes && a.pieces == b.pieces &&
         a.delta == b.delta && a.spill_at == b.spill_at && a.placed == b.placed &&
         a.end.kind == b.end.kind && a.end.op == b.end.op && a.end.pc == b.end.pc &&
         a.end.next == b.end.next;
}

} // namespace

bool same(const BlockView& a, const BlockView& b) {
  const auto same_instr = [&](const Instr& x, const Instr& y) {
    return x.op == y.op && x.paid == y.paid && x.pc == y.pc && x.rest_gas == y.rest_gas &&
           same(a, a.operands_of(x), b, b.operands_of(y));
  };
  const auto same_spill = [&](const Spill& x, const Spill& y) {
    return x.slot == y.slot && same(a, x.value, b, y.value);
  };
  return same_head(a, b) && same(a, a.end_operands(), b, b.end_operands()) &&
         std::ranges::equal(a.instrs, b.instrs, same_instr) &&
         std::ranges::equal(a.spills, b.spills, same_spill);
}

} // namespace runahead::depblock
