// The upper tower of bn254: Fp6 = Fp2[v] / (v^3 - xi) and Fp12 = Fp6[w] / (w^2 - v), where pairings
// take their values. Plain values; any thread may use them.
#pragma once

#include "crypto/bn254_fp2.hpp"

namespace runahead::bn254 {

/// c0 + c1 v + c2 v^2.
struct Fp6 {
  Fp2 c0, c1, c2;

  friend constexpr bool operator==(const Fp6& a, const Fp6& b) = default;
  friend Fp6 operator+(const Fp6& a, const Fp6& b);
  friend Fp6 operator-(const Fp6& a, const Fp6& b);
  friend Fp6 operator*(const Fp6& a, const Fp6& b);
  Fp6 operator-() const;
  /// v times this.
  Fp6 times_v() const;
};

/// 1 / a; 0 for 0.
Fp6 invert(const Fp6& a);

/// c0 + c1 w.
struct Fp12 {
  Fp6 c0, c1;

  static constexpr Fp12 one() { return {{Fp2::one(), {}, {}}, {}}; }

  friend constexpr bool operator==(const Fp12& a, const Fp12& b) = default;
  friend Fp12 operator*(const Fp12& a, const Fp12& b);
  Fp12 squared() const;

  /// c0 - c1 w, which is x^(p^6), and the inverse in the cyclotomic subgroup.
  Fp12 conjugate() const { return {c0, -c1}; }
  /// x^p.
  Fp12 frobenius() const;
  /// x^(p^2).
  Fp12 frobenius_square() const;
  /// The square, for elements of the cyclotomic subgroup (x^(p^4 - p^2 + 1) = 1) only, by Granger
  /// and Scott, "Faster squaring in the cyclotomic subgroup of sixth degree extensions" (PKC 2010).
  Fp12 cyclotomic_squared() const;
};

/// 1 / a; 0 for 0.
Fp12 invert(const Fp12& a);

/// The values of lines: c0 + c1 w + c3 w^3.
struct Fp12Line {
  Fp2 c0, c1, c3;
};

/// The product of two lines, which lacks w^5 only.
struct Fp12LinePair {
  Fp2 c0, c1, c2, c3, c4; ///< factors of the powers of w
};
Fp12LinePair operator*(const Fp12Line& a, const Fp12Line& b);

Fp12 operator*(const Fp12& a, const Fp12Line& b);
Fp12 operator*(const Fp12& a, const Fp12LinePair& b);

} // namespace runahead::bn254
