// What algebra says of an operation on words when not all operands are known.
#pragma once

#include "depblock/form/block.hpp"

#include <optional>

namespace runahead::depblock {

constexpr bool is_commutative(uint8_t op) {
  return op == OP_ADD || op == OP_MUL || op == OP_AND || op == OP_OR || op == OP_XOR || op == OP_EQ;
}

/// Commutative and associative.
constexpr bool is_associative(uint8_t op) { return is_commutative(op) && op != OP_EQ; }

/// 0 or 1.
constexpr bool gives_truth(uint8_t op) {
  return op == OP_LT || op == OP_GT || op == OP_SLT || op == OP_SGT || op == OP_EQ ||
         op == OP_ISZERO;
}

/// What `op` with two operands gives, where that is one of them or a literal for all values of the
/// rest. `literals` are their numbers where they are known, `same` whether both are the same value.
struct KnownOperands {
  Operand a, b;
  std::optional<uint256> literal_a = {}, literal_b = {};
  bool same = false;
};
std::optional<Operand> settle(uint8_t op, const KnownOperands& known, Block& block);

} // namespace runahead::depblock
