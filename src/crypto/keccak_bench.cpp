// Times of Keccak-256. Prints figures, decides nothing.
#include "crypto/keccak.hpp"
#include "crypto/keccak_batch.hpp"
#include "crypto/keccak_vector.hpp"

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

/// A batch of inputs of one length at a level; times are of one input.
void batch(benchmark::State& state) {
  const auto level = static_cast<CpuLevel>(state.range(0));
  if (level > machine_cpu_level()) {
    state.SkipWithError("this machine does not have that level");
    return;
  }
  const auto count = static_cast<size_t>(state.range(1));
  const std::vector<Bytes> inputs(count, Bytes(static_cast<size_t>(state.range(2)), 0x5a));
  const std::vector<BytesView> views(inputs.begin(), inputs.end());
  std::vector<Hash256> hashes(count);
  for (auto _ : state) {
    keccak256_batch(level, views, hashes);
    benchmark::DoNotOptimize(hashes);
  }
  state.SetItemsProcessed(state.iterations() * state.range(1));
  state.SetLabel(std::string(name(level)));
}

BENCHMARK(batch)
    ->ArgNames({"level", "inputs", "bytes"})
    ->ArgsProduct({{0, 1, 2}, {256}, {32, 64, 100, 532}})
    ->ArgsProduct({{0, 1, 2}, {2, 4, 6, 8}, {100}});

} // namespace
} // namespace runahead

BENCHMARK_MAIN();
