// The optimal ate pairing of bn254 and the product of pairings that EIP-197 asks for. Pure
// functions; any thread may call them.
#pragma once

#include "crypto/bn254_g1.hpp"
#include "crypto/bn254_g2.hpp"

#include <optional>
#include <span>

namespace runahead::bn254 {

struct PairingTerm {
  G1 p;
  G2 q;
};

/// The product of the Miller functions of all terms, which the final exponentiation makes the
/// product of their pairings; terms with an infinity are 1. Empty if a q is not in G2. REQUIRES:
/// all on their curves.
std::optional<Fp12> miller_loop(std::span<const PairingTerm> terms);

/// To the power (p^12 - 1) / r times 2x (6x^2 + 3x + 1), which r does not divide (x is `seed`): 1
/// for the same values as without that factor, and bilinear as well. REQUIRES: not 0.
Fp12 final_exponentiation(const Fp12& f);

/// True if the product of the pairings is 1. Empty if a q is not in G2. REQUIRES: all on their
/// curves.
std::optional<bool> pairing_product_is_one(std::span<const PairingTerm> terms);

} // namespace runahead::bn254
