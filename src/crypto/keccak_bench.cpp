// Times of Keccak-256. Prints figures, decides nothing.
#include "crypto/keccak.hpp"

#include <benchmark/benchmark.h>

namespace runahead {
namespace {

/// Each hash goes into the next input.
void keccak(benchmark::State& state) {
  Bytes data(static_cast<size_t>(state.range(0)));
  for (auto _ : state) {
    const Hash256 hash = keccak256(data);
    for (size_t i = 0; i < 8 && i < data.size(); ++i) data[i] = hash.bytes[i];
    benchmark::DoNotOptimize(data);
  }
  state.SetBytesProcessed(state.iterations() * state.range(0));
}

BENCHMARK(keccak)->ArgName("bytes")->Arg(0)->Arg(32)->Arg(64)->Arg(135)->Arg(136)->Arg(24576);

} // namespace
} // namespace runahead

BENCHMARK_MAIN();
