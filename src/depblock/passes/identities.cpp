#include "depblock/passes/identities.hpp"

namespace runahead::depblock {
namespace {

constexpr Operand number(uint32_t word) { return Operand::of_word(word); }

bool is(const std::optional<uint256>& literal, const uint256& what) {
  return literal && *literal == what;
}

/// For the commutative ones: `literal` is one operand, `other` the other.
std::optional<Operand> settle_commutative(uint8_t op, const uint256& literal, Operand other,
                                          Block& block) {
  const bool zero = literal.is_zero(), ones = literal == uint256::max();
  switch (op) {
  case OP_ADD:
  case OP_XOR:
    if (zero) return other;
    break;
  case OP_MUL:
    if (zero) return number(0);
    if (literal == 1) return other;
    break;
  case OP_AND:
    if (zero) return number(0);
    if (ones) return other;
    break;
  case OP_OR:
    if (zero) return other;
    if (ones) return block.literal(literal);
    break;
  default: break;
  }
  return std::nullopt;
}

std::optional<Operand> settle_same(uint8_t op, Operand operand) {
  switch (op) {
  case OP_AND:
  case OP_OR: return operand;
  case OP_EQ: return number(1);
  case OP_SUB:
  case OP_XOR:
  case OP_MOD:
  case OP_SMOD:
  case OP_LT:
  case OP_GT:
  case OP_SLT:
  case OP_SGT: return number(0);
  default: return std::nullopt;
  }
}

} // namespace

std::optional<Operand> settle(uint8_t op, const KnownOperands& k, Block& block) {
  if (k.same)
    if (const auto result = settle_same(op, k.a)) return result;
  if (is_commutative(op)) {
    if (k.literal_a) return settle_commutative(op, *k.literal_a, k.b, block);
    if (k.literal_b) return settle_commutative(op, *k.literal_b, k.a, block);
    return std::nullopt;
  }
  switch (op) {
  case OP_SUB:
    if (is(k.literal_b, 0)) return k.a;
    break;
  case OP_DIV:
  case OP_SDIV:
    if (is(k.literal_b, 1)) return k.a;
    if (is(k.literal_b, 0) || is(k.literal_a, 0)) return number(0);
    break;
  case OP_MOD:
  case OP_SMOD:
    if (is(k.literal_b, 0) || is(k.literal_b, 1) || is(k.literal_a, 0)) return number(0);
    break;
  case OP_EXP:
    if (is(k.literal_b, 0) || is(k.literal_a, 1)) return number(1);
    if (is(k.literal_b, 1)) return k.a;
    break;
  case OP_LT:
    if (is(k.literal_b, 0)) return number(0);
    break;
  case OP_GT:
    if (is(k.literal_a, 0)) return number(0);
    break;
  case OP_SHL:
  case OP_SHR:
    if (is(k.literal_a, 0)) return k.b;
    if (is(k.literal_b, 0) || (k.literal_a && *k.literal_a > 255)) return number(0);
    break;
  case OP_SAR:
    if (is(k.literal_a, 0)) return k.b;
    if (is(k.literal_b, 0)) return number(0);
    break;
  case OP_BYTE:
    if (is(k.literal_b, 0) || (k.literal_a && *k.literal_a > 31)) return number(0);
    break;
  case OP_SIGNEXTEND:
    if (k.literal_a && *k.literal_a > 30) return k.b;
    break;
  default: break;
  }
  return std::nullopt;
}

} // namespace runahead::depblock
