// What it takes to translate code: time and bytes for each byte of bytecode. Over the contracts of
// mainnet-blocks where RUNAHEAD_FIXTURES names a folder with them, and over shapes that take the
// most of one thing.
#include "base/hex.hpp"
#include "code/real_contracts_for_test.hpp"
#include "interp/threaded_code.hpp"

#include <benchmark/benchmark.h>

namespace runahead {
namespace {

void translate(benchmark::State& state, const std::vector<Bytes>& contracts) {
  std::vector<std::unique_ptr<Code>> codes;
  size_t bytes = 0, footprint = 0;
  for (const Bytes& contract : contracts) {
    codes.push_back(std::make_unique<Code>(contract));
    bytes += contract.size();
    const ThreadedCode threaded(*codes.back(), Fork::cancun);
    threaded.make_all_ready();
    footprint += threaded.footprint();
  }
  for (auto _ : state)
    for (const auto& code : codes) {
      const ThreadedCode threaded(*code, Fork::cancun);
      threaded.make_all_ready();
      benchmark::DoNotOptimize(threaded.begin());
    }
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(bytes));
  state.counters["bytes/byte"] = static_cast<double>(footprint) / static_cast<double>(bytes);
}

void real(benchmark::State& state) {
  const std::vector<Bytes> contracts = real_contracts();
  if (contracts.empty()) return state.SkipWithError(no_real_contracts);
  translate(state, contracts);
}
BENCHMARK(real)->Unit(benchmark::kMillisecond);

void repeated(benchmark::State& state, std::string_view pattern) {
  const Bytes unit = *parse_hex_bytes(pattern);
  Bytes code;
  while (code.size() < 24 * 1024) code.insert(code.end(), unit.begin(), unit.end());
  translate(state, {code});
}
BENCHMARK_CAPTURE(repeated, jumpdests, "0x5b");
BENCHMARK_CAPTURE(repeated, pops, "0x50");
BENCHMARK_CAPTURE(repeated, push_jumpi, "0x600057");
BENCHMARK_CAPTURE(repeated, dup_push_add, "0x80600101");

} // namespace
} // namespace runahead

BENCHMARK_MAIN();
