// Slow arithmetic of bn254 that shares nothing with what it judges: no Montgomery form, no tower,
// no projective coordinates; only addmod, mulmod and Fermat's inverse. For tests.
#pragma once

#include "base/random.hpp"
#include "base/uint256.hpp"
#include "crypto/bn254_pairing.hpp"

#include <array>
#include <cstdio>

namespace runahead::bn254_reference {

/// The prime and the order as EIP-196 and EIP-197 have them.
inline const uint256 prime =
    parse_decimal("21888242871839275222246405745257275088696311157297823662689037894645226208583")
        .value();
inline const uint256 order =
    parse_decimal("21888242871839275222246405745257275088548364400416034343698204186575808495617")
        .value();

/// A fresh generator; its seed is printed so that a failure can be run again.
inline Random seeded() {
  const uint64_t seed = seed_from_environment();
  std::printf("RUNAHEAD_SEED=%llu\n", static_cast<unsigned long long>(seed));
  return Random(seed);
}

/// An integer modulo the prime.
struct Fp {
  uint256 n;

  static Fp one() { return {1}; }
  bool is_zero() const { return n.is_zero(); }
  friend bool operator==(const Fp& a, const Fp& b) = default;
  friend Fp operator+(const Fp& a, const Fp& b) { return {addmod(a.n, b.n, prime)}; }
  friend Fp operator-(const Fp& a, const Fp& b) { return {addmod(a.n, prime - b.n, prime)}; }
  friend Fp operator*(const Fp& a, const Fp& b) { return {mulmod(a.n, b.n, prime)}; }
};

template <class F>
F power(const F& base, const uint256& exponent) {
  F result = F::one();
  for (unsigned i = exponent.bit_width(); i-- > 0;) {
    result = result * result;
    if (exponent.w[i / 64] >> i % 64 & 1) result = result * base;
  }
  return result;
}

inline Fp inverse(const Fp& a) { return power(a, prime - uint256(2)); }

/// a + b u, u^2 = -1.
struct Fp2 {
  Fp a, b;

  static Fp2 one() { return {{1}, {0}}; }
  bool is_zero() const { return a.is_zero() && b.is_zero(); }
  friend bool operator==(const Fp2& x, const Fp2& y) = default;
  friend Fp2 operator+(const Fp2& x, const Fp2& y) { return {x.a + y.a, x.b + y.b}; }
  friend Fp2 operator-(const Fp2& x, const Fp2& y) { return {x.a - y.a, x.b - y.b}; }
  friend Fp2 operator*(const Fp2& x, const Fp2& y) {
    return {x.a * y.a - x.b * y.b, x.a * y.b + x.b * y.a};
  }
};

inline const Fp2 xi{{9}, {1}};

inline Fp2 inverse(const Fp2& x) {
  const Fp norm = inverse(x.a * x.a + x.b * x.b);
  return {x.a * norm, Fp{} - x.b * norm};
}

/// Factors of the powers of w, w^6 = xi.
struct Fp12 {
  std::array<Fp2, 6> c{};

  static Fp12 one() { return {{Fp2::one()}}; }
  friend bool operator==(const Fp12& x, const Fp12& y) = default;
  friend Fp12 operator*(const Fp12& x, const Fp12& y) {
    Fp12 r;
    for (size_t i = 0; i < 6; ++i) {
      for (size_t j = 0; j < 6; ++j) {
        const Fp2 product = x.c[i] * y.c[j];
        r.c[(i + j) % 6] = r.c[(i + j) % 6] + (i + j < 6 ? product : product * xi);
      }
    }
    return r;
  }
};

/// An affine point; infinity is (0, 0).
template <class F>
struct Point {
  F x, y;

  bool is_infinity() const { return x.is_zero() && y.is_zero(); }
  friend bool operator==(const Point& p, const Point& q) = default;
  friend Point operator+(const Point& p, const Point& q) {
    if (p.is_infinity()) return q;
    if (q.is_infinity()) return p;
    F slope;
    if (p.x == q.x) {
      if (!(p.y == q.y) || p.y.is_zero()) return {};
      slope = (p.x * p.x + p.x * p.x + p.x * p.x) * inverse(p.y + p.y);
    } else {
      slope = (q.y - p.y) * inverse(q.x - p.x);
    }
    const F sum_x = slope * slope - p.x - q.x;
    return {sum_x, slope * (p.x - sum_x) - p.y};
  }
};

template <class F>
Point<F> multiply(const Point<F>& p, const uint256& scalar) {
  Point<F> sum{};
  for (unsigned i = scalar.bit_width(); i-- > 0;) {
    sum = sum + sum;
    if (scalar.w[i / 64] >> i % 64 & 1) sum = sum + p;
  }
  return sum;
}

// From and to the types that are judged.

inline bn254::Fp fast(const Fp& x) { return bn254::Fp::from(x.n); }
inline bn254::Fp2 fast(const Fp2& x) { return {fast(x.a), fast(x.b)}; }
inline bn254::G1 fast(const Point<Fp>& p) { return {fast(p.x), fast(p.y)}; }
inline bn254::G2 fast(const Point<Fp2>& p) { return {fast(p.x), fast(p.y)}; }
inline bn254::Fp12 fast(const Fp12& x) {
  return {{fast(x.c[0]), fast(x.c[2]), fast(x.c[4])}, {fast(x.c[1]), fast(x.c[3]), fast(x.c[5])}};
}

inline Fp slow(const bn254::Fp& x) { return {x.value()}; }
inline Fp2 slow(const bn254::Fp2& x) { return {slow(x.c0), slow(x.c1)}; }
inline Point<Fp> slow(const bn254::G1& p) { return {slow(p.x), slow(p.y)}; }
inline Point<Fp2> slow(const bn254::G2& p) { return {slow(p.x), slow(p.y)}; }
inline Fp12 slow(const bn254::Fp12& x) {
  return {
      {slow(x.c0.c0), slow(x.c1.c0), slow(x.c0.c1), slow(x.c1.c1), slow(x.c0.c2), slow(x.c1.c2)}};
}

/// A field element, every other near a border: of the prime, of 2^256 mod p, of limbs.
inline Fp random_fp(Random& random) {
  const uint256 word = random.chance(0.5) ? random.edge_word() : random.word();
  const uint256 n = umod(word, prime);
  return random.chance(0.1) ? Fp{prime - uint256(1) - uint256(random.below(3))} : Fp{n};
}
inline Fp2 random_fp2(Random& random) { return {random_fp(random), random_fp(random)}; }
inline Fp12 random_fp12(Random& random) {
  Fp12 x;
  for (Fp2& c : x.c) c = random_fp2(random);
  return x;
}

/// A square root, or any other number: p = 3 modulo 4.
inline Fp root_candidate(const Fp& a) { return power(a, (prime + uint256(1)) >> 2); }

/// A point of y^2 = x^3 + 3.
inline Point<Fp> random_g1(Random& random) {
  while (true) {
    const Fp x = random_fp(random), yy = x * x * x + Fp{3}, y = root_candidate(yy);
    if (y * y == yy) return {x, random.chance(0.5) ? y : Fp{} - y};
  }
}

/// A point of y^2 = x^3 + 3 / xi, hardly ever of order r.
inline Point<Fp2> random_twist_point(Random& random) {
  const Fp2 constant = Fp2{{3}, {0}} * inverse(xi);
  while (true) {
    const Fp2 x = random_fp2(random), yy = x * x * x + constant;
    // The root's real part squared is half of yy's real part plus or minus the root of its norm.
    const Fp norm = root_candidate(yy.a * yy.a + yy.b * yy.b), half = inverse(Fp{2});
    for (const Fp& square : {(yy.a + norm) * half, (yy.a - norm) * half}) {
      const Fp a = root_candidate(square);
      const Fp2 y{a, yy.b * inverse(a + a)};
      if (y * y == yy) return {x, y};
    }
  }
}

} // namespace runahead::bn254_reference
