// Times of 256-bit arithmetic: latency where each result feeds the next operation. Prints figures,
// decides nothing.
#include "base/random.hpp"
#include "base/uint256.hpp"

#include <benchmark/benchmark.h>

#include <array>

namespace runahead {
namespace {

constexpr size_t operand_count = 256; // a power of two, all in the first-level cache

/// A value of exactly `limbs` limbs.
uint256 of_limbs(Random& random, unsigned limbs) {
  uint256 x;
  for (unsigned i = 0; i < limbs; ++i) x.w[i] = random.next() | 1;
  return x;
}

std::array<uint256, operand_count> operands(unsigned limbs, uint64_t seed) {
  Random random(seed);
  std::array<uint256, operand_count> out;
  for (auto& x : out) x = of_limbs(random, limbs);
  return out;
}

/// Times `operation(chained, a, b)`; the chained value takes one bit of the result before.
template <class Operation>
void run(benchmark::State& state, unsigned limbs_a, unsigned limbs_b, Operation operation) {
  const auto a = operands(limbs_a, 1), b = operands(limbs_b, 2);
  uint256 previous;
  size_t i = 0;
  for (auto _ : state) {
    uint256 x = a[i % operand_count];
    x.w[0] ^= previous.w[0] & 1; // a dependency that hardly changes the operand
    previous = operation(x, b[i % operand_count]);
    ++i;
  }
  benchmark::DoNotOptimize(previous);
}

void add(benchmark::State& s) {
  run(s, 4, 4, [](const uint256& a, const uint256& b) { return a + b; });
}
void mul(benchmark::State& s) {
  run(s, 4, 4, [](const uint256& a, const uint256& b) { return a * b; });
}
void less(benchmark::State& s) {
  run(s, 4, 4, [](const uint256& a, const uint256& b) -> uint256 { return a < b; });
}
void shift_left(benchmark::State& s) {
  run(s, 4, 1, [](const uint256& a, const uint256& b) { return shl(b & 255, a); });
}
void shift_right(benchmark::State& s) {
  run(s, 4, 1, [](const uint256& a, const uint256& b) { return shr(b & 255, a); });
}
void load_and_store(benchmark::State& s) {
  run(s, 4, 4, [](const uint256& a, const uint256&) {
    uint8_t bytes[32];
    store_be(bytes, a);
    benchmark::DoNotOptimize(bytes);
    return load_be(bytes);
  });
}
void divide(benchmark::State& s) {
  run(s, static_cast<unsigned>(s.range(0)), static_cast<unsigned>(s.range(1)), udiv);
}
void divide_signed(benchmark::State& s) { run(s, 4, 2, sdiv); }
void add_modulo(benchmark::State& s) {
  const uint256 prime = uint256::max() - 4294968272u;
  run(s, 4, 4, [&](const uint256& a, const uint256& b) { return addmod(a, b, prime); });
}
void multiply_modulo(benchmark::State& s) {
  Random random(3);
  const uint256 m = of_limbs(random, static_cast<unsigned>(s.range(0)));
  run(s, 4, 4, [&](const uint256& a, const uint256& b) { return mulmod(a, b, m); });
}
void power_of_ten(benchmark::State& s) {
  run(s, 1, 1, [](const uint256&, const uint256& b) { return exp(10, b.w[0] & 31); });
}
void power_full(benchmark::State& s) {
  run(s, 4, 4, [](const uint256& a, const uint256& b) { return exp(a, b); });
}

BENCHMARK(add);
BENCHMARK(mul);
BENCHMARK(less);
BENCHMARK(shift_left);
BENCHMARK(shift_right);
BENCHMARK(load_and_store);
BENCHMARK(divide)->ArgNames({"a", "b"})->ArgsProduct({{1, 2, 4}, {1}})->ArgsProduct({{2, 4}, {2}});
BENCHMARK(divide)->ArgNames({"a", "b"})->Args({4, 3})->Args({4, 4});
BENCHMARK(divide_signed);
BENCHMARK(add_modulo);
BENCHMARK(multiply_modulo)->ArgName("limbs")->Arg(1)->Arg(2)->Arg(3)->Arg(4);
BENCHMARK(power_of_ten);
BENCHMARK(power_full);

} // namespace
} // namespace runahead

BENCHMARK_MAIN();
