// Times of precompiles, from input bytes to output bytes, and gas a second at Osaka's prices. Those
// on curves with pairings are timed beside their code (crypto/*_bench.cpp). Prints figures, decides
// nothing.
#include "base/hex.hpp"
#include "crypto/secp256k1.hpp"
#include "machine/precompiles.hpp"

#include <benchmark/benchmark.h>

#include <cstdlib>

namespace runahead {
namespace {

/// Runs precompile `id` on the input, without the cache that calls have.
void run_row(benchmark::State& state, uint16_t id, const Bytes& input) {
  const Precompile* row = find_precompile(to_address(uint256(id)), Fork::osaka);
  if (row == nullptr) std::abort();
  for (auto _ : state) {
    Bytes output;
    if (row->run(input, output) != PrecompileStatus::success || (output.empty() && id != 4))
      state.SkipWithError("no answer");
    benchmark::DoNotOptimize(output.data());
  }
  const auto gas = static_cast<double>(row->gas(input, Fork::osaka));
  state.counters["gas"] = gas;
  state.counters["gas/s"] = benchmark::Counter(gas, benchmark::Counter::kIsIterationInvariantRate);
}

void append(Bytes& bytes, const uint256& word) {
  bytes.resize(bytes.size() + 32);
  store_be(bytes.data() + bytes.size() - 32, word);
}

void recover(benchmark::State& state) {
  const Hash256 digest = to_hash(uint256(0x1234567));
  const auto signature = sign(digest, to_hash(uint256(77)));
  if (!signature) std::abort();
  Bytes input = to_bytes(digest);
  append(input, uint256(27u + signature->y_parity));
  append(input, signature->r);
  append(input, signature->s);
  run_row(state, 0x01, input);
}
BENCHMARK(recover)->Name("ecrecover");

/// Input of so many bytes, none of them zero.
Bytes filled(int64_t size) { return Bytes(static_cast<size_t>(size), 0xa5); }

void sha(benchmark::State& state) { run_row(state, 0x02, filled(state.range(0))); }
BENCHMARK(sha)->Name("sha256")->ArgName("bytes")->Arg(32)->Arg(1024);

void ripemd(benchmark::State& state) { run_row(state, 0x03, filled(state.range(0))); }
BENCHMARK(ripemd)->Name("ripemd160")->ArgName("bytes")->Arg(32)->Arg(1024);

void copy(benchmark::State& state) { run_row(state, 0x04, filled(state.range(0))); }
BENCHMARK(copy)->Name("identity")->ArgName("bytes")->Arg(32)->Arg(1024);

/// Base and modulus of the given size, and an exponent of its own; an odd modulus.
void power(benchmark::State& state) {
  const int64_t operand = state.range(0), exponent = state.range(1);
  Bytes input;
  for (const int64_t length : {operand, exponent, operand})
    append(input, uint256(static_cast<uint64_t>(length)));
  const Bytes tail = filled(2 * operand + exponent);
  input.insert(input.end(), tail.begin(), tail.end());
  run_row(state, 0x05, input);
}
BENCHMARK(power)
    ->Name("modexp")
    ->ArgNames({"bytes", "exponent"})
    ->Args({32, 32})
    ->Args({128, 3})
    ->Args({256, 256})
    ->Args({1024, 1024});

void compress(benchmark::State& state) {
  const auto rounds = static_cast<uint32_t>(state.range(0));
  Bytes input = filled(213);
  for (unsigned i = 0; i < 4; ++i) input[i] = static_cast<uint8_t>(rounds >> (24 - 8 * i));
  input.back() = 1;
  run_row(state, 0x09, input);
}
BENCHMARK(compress)->Name("blake2f")->ArgName("rounds")->Arg(12)->Arg(10'000);

/// RFC 6979, A.2.5: "sample" with SHA-256.
void verify(benchmark::State& state) {
  const auto input =
      parse_hex_bytes("0xaf2bdbe1aa9b6ec1e2ade1d694f41fc71a831d0268e9891562113d8a62add1bf"
                      "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716"
                      "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8"
                      "60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"
                      "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299");
  run_row(state, 0x100, *input);
}
BENCHMARK(verify)->Name("p256verify");

} // namespace
} // namespace runahead

BENCHMARK_MAIN();
