// Times of BLAKE2b's compression function. Prints figures, decides nothing.
#include "crypto/blake2f.hpp"

#include <benchmark/benchmark.h>

namespace runahead {
namespace {

void blake2f_rounds(benchmark::State& state) {
  const auto level = static_cast<CpuLevel>(state.range(0));
  if (level > machine_cpu_level()) {
    state.SkipWithError("this machine does not have that level");
    return;
  }
  const auto rounds = static_cast<uint32_t>(state.range(1));
  Blake2fInput input{{1, 2, 3, 4, 5, 6, 7, 8}, {9, 10, 11, 12, 13, 14, 15, 16}, {17, 18}, true};
  for (auto _ : state) input.h = blake2f(level, rounds, input);
  benchmark::DoNotOptimize(input.h);
  state.SetItemsProcessed(state.iterations() * state.range(1));
}
BENCHMARK(blake2f_rounds)
    ->ArgNames({"level", "rounds"})
    ->ArgsProduct({{static_cast<int>(CpuLevel::v3), static_cast<int>(CpuLevel::v4)}, {12, 10000}});

} // namespace
} // namespace runahead
