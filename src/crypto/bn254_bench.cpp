// Times of bn254: the precompiles as they are called, and the parts of a pairing. Prints figures,
// decides nothing.
#include "crypto/bn254.hpp"
#include "crypto/bn254_pairing.hpp"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <type_traits>

namespace runahead {
namespace {

using namespace bn254;

void append(Bytes& bytes, const Fp& x) {
  bytes.resize(bytes.size() + 32);
  store_be(&bytes[bytes.size() - 32], x.value());
}
void append(Bytes& bytes, const G1& point) {
  append(bytes, point.x);
  append(bytes, point.y);
}
void append(Bytes& bytes, const G2& point) {
  for (const Fp2& x : {point.x, point.y}) {
    append(bytes, x.c1);
    append(bytes, x.c0);
  }
}

/// As large as a scalar gets, with all its digits in use.
constexpr uint256 large_scalar{0x43e1f593f0000000, 0xb6d3d1a8e2c1f0a5, 0x9f8e7d6c5b4a3928,
                               0x2f1e0d3c4b5a6978};

void add_points(benchmark::State& state) {
  Bytes input;
  append(input, multiply(g1_generator, large_scalar));
  append(input, g1_generator);
  for (auto _ : state) {
    const auto sum = bn254_add(input);
    std::copy(sum->begin(), sum->end(), input.begin());
  }
}
BENCHMARK(add_points)->Name("bn254/add");

void multiply_point(benchmark::State& state) {
  Bytes input;
  append(input, g1_generator);
  input.resize(96);
  store_be(&input[64], large_scalar);
  for (auto _ : state) {
    const auto product = bn254_multiply(input);
    std::copy(product->begin(), product->end(), input.begin());
  }
}
BENCHMARK(multiply_point)->Name("bn254/mul");

void check_pairing(benchmark::State& state) {
  Bytes input;
  for (int64_t i = 0; i < state.range(0); ++i) {
    append(input, multiply(g1_generator, large_scalar + uint256(static_cast<uint64_t>(i))));
    append(input, g2_generator);
  }
  for (auto _ : state) benchmark::DoNotOptimize(bn254_pairing_check(input));
}
BENCHMARK(check_pairing)->Name("bn254/pairing")->ArgName("pairs")->Arg(1)->Arg(2)->Arg(4)->Arg(16);

void exponentiate_finally(benchmark::State& state) {
  const PairingTerm term{g1_generator, g2_generator};
  Fp12 f = *miller_loop({&term, 1});
  for (auto _ : state) f = final_exponentiation(f);
}
BENCHMARK(exponentiate_finally)->Name("bn254/final_exponentiation");

void check_membership(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(is_in_subgroup(g2_generator));
}
BENCHMARK(check_membership)->Name("bn254/g2_membership");

template <class F>
void multiply_in_field(benchmark::State& state) {
  F x;
  if constexpr (std::is_same_v<F, Fp>)
    x = g2_generator.x.c0;
  else if constexpr (std::is_same_v<F, Fp2>)
    x = g2_generator.x;
  else
    x = {{g2_generator.x, g2_generator.y, xi}, {xi, g2_generator.x, g2_generator.y}};
  const F factor = x;
  for (auto _ : state) benchmark::DoNotOptimize(x = x * factor);
}
BENCHMARK(multiply_in_field<Fp>)->Name("bn254/fp_mul");
BENCHMARK(multiply_in_field<Fp2>)->Name("bn254/fp2_mul");
BENCHMARK(multiply_in_field<Fp12>)->Name("bn254/fp12_mul");

void invert_in_field(benchmark::State& state) {
  Fp x = g2_generator.x.c0;
  for (auto _ : state) x = invert(x) + g2_generator.x.c1;
  benchmark::DoNotOptimize(x);
}
BENCHMARK(invert_in_field)->Name("bn254/fp_inverse");

} // namespace
} // namespace runahead
