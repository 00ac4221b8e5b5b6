// How long a turn of a call takes at most, in processor time, on programs that make it as long as
// they can: the gas of a server's call, spent in large or slow instructions and dear precompiles.
// Prints figures, decides nothing; limits::slice_gas and the sizes in machine/precompile_parts.cpp
// rest on them.
#include "assembler.hpp"
#include "base/hex.hpp"
#include "crypto/bls12381.hpp"
#include "crypto/bn254.hpp"
#include "interp/threaded.hpp"
#include "tx/execution.hpp"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <ctime>
#include <functional>
#include <unordered_map>

namespace runahead {
namespace {

/// What this thread has used.
double processor_ms() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
}

constexpr uint64_t gas_limit = 50'000'000;
constexpr Address target{{0xc0}};

class CodeView final : public StateView {
public:
  explicit CodeView(BytecodeRef code) { code_.code = std::move(code); }
  const StateValue* find(const StateKey& key) const override {
    return key == StateKey::of(StateKind::code, target) ? &code_ : &nothing_;
  }

private:
  StateValue code_, nothing_{{}, make_bytecode({})};
};

void run(benchmark::State& state, BytecodeRef code, Bytes data, Fork fork) {
  const CodeView view(std::move(code));
  const ThreadedEngine engine;
  ExecutionInput input;
  input.mode = ExecutionMode::call;
  input.rules = {fork, default_blob_schedule(fork), 1};
  input.transaction.to = target;
  input.transaction.gas_limit = gas_limit;
  input.transaction.data = std::move(data);
  double longest_ms = 0, turns = 0;
  for (auto _ : state) {
    Caches caches; // answers that are remembered take no time
    Execution execution(input, view, engine, caches);
    for (auto progress = Program::Progress::slice_over; progress != Program::Progress::done;) {
      const double before = processor_ms();
      progress = execution.run(limits::slice_gas);
      longest_ms = std::max(longest_ms, processor_ms() - before);
      ++turns;
    }
    if (execution.invalid()) state.SkipWithError("refused");
  }
  state.counters["longest_ms"] = longest_ms;
  state.counters["turns"] = turns / static_cast<double>(state.iterations());
}

/// Grows the memory to so many bytes, then repeats the instructions until the gas is used up.
BytecodeRef repeated(uint64_t memory_bytes, const std::function<void(Assembler&)>& body) {
  Assembler code;
  if (memory_bytes != 0) code.push(1).push(memory_bytes - 1).op({OP_MSTORE8});
  const size_t start = code.size();
  code.op({OP_JUMPDEST});
  body(code);
  code.push(start).op({OP_JUMP});
  return code.done();
}

/// Calls the precompile with all call data.
BytecodeRef calling(uint16_t id) {
  Assembler code;
  code.op({OP_CALLDATASIZE}).push(0).push(0).op({OP_CALLDATACOPY});
  const size_t start = code.size();
  code.op({OP_JUMPDEST}).push(0).push(0).op({OP_CALLDATASIZE}).push(0).push(id);
  code.op({OP_GAS, OP_STATICCALL, OP_POP}).push(start).op({OP_JUMP});
  return code.done();
}

constexpr uint64_t large = 3'000'000; ///< bytes of memory that leave gas for work on them

void instruction(benchmark::State& state, uint64_t bytes, std::vector<uint64_t> operands,
                 std::initializer_list<uint8_t> ops) {
  const std::vector<uint8_t> list(ops);
  run(state,
      repeated(bytes,
               [&](Assembler& code) {
                 for (const uint64_t operand : operands) code.push(operand);
                 for (const uint8_t op : list) code.op({op});
               }),
      {}, Fork::osaka);
}

void large_hash(benchmark::State& s) { instruction(s, large, {large, 0}, {OP_KECCAK256, OP_POP}); }
void large_copy(benchmark::State& s) { instruction(s, large, {large - 64, 0, 32}, {OP_MCOPY}); }
void small_hash(benchmark::State& s) { instruction(s, 32, {32, 0}, {OP_KECCAK256, OP_POP}); }
void warm_load(benchmark::State& s) { instruction(s, 0, {7}, {OP_SLOAD, OP_POP}); }
void store(benchmark::State& s) { instruction(s, 0, {7}, {OP_GAS, OP_SSTORE}); }
void cold_load(benchmark::State& s) { instruction(s, 0, {}, {OP_GAS, OP_SLOAD, OP_POP}); }
void power(benchmark::State& s) { instruction(s, 0, {~0ull, ~0ull}, {OP_NOT, OP_EXP, OP_POP}); }
BENCHMARK(large_hash)->Unit(benchmark::kMillisecond);
BENCHMARK(large_copy)->Unit(benchmark::kMillisecond);
BENCHMARK(small_hash)->Unit(benchmark::kMillisecond);
BENCHMARK(warm_load)->Unit(benchmark::kMillisecond);
BENCHMARK(store)->Unit(benchmark::kMillisecond);
BENCHMARK(cold_load)->Unit(benchmark::kMillisecond);
BENCHMARK(power)->Unit(benchmark::kMillisecond);

Bytes times(const Bytes& item, size_t count) {
  Bytes all;
  for (size_t i = 0; i < count; ++i) all.insert(all.end(), item.begin(), item.end());
  return all;
}

Bytes word(uint64_t value) {
  Bytes bytes(32);
  store_be(bytes.data(), uint256(value));
  return bytes;
}

/// So many bytes of input that nobody refuses.
void bytes_for(benchmark::State& state, uint16_t id, size_t size) {
  run(state, calling(id), Bytes(size, 0), Fork::osaka);
}
void sha256_large(benchmark::State& s) { bytes_for(s, 0x02, 1'000'000); }
void ripemd160_large(benchmark::State& s) { bytes_for(s, 0x03, 1'000'000); }
void bn254_add(benchmark::State& s) { bytes_for(s, 0x06, 128); }
BENCHMARK(sha256_large)->Unit(benchmark::kMillisecond);
BENCHMARK(ripemd160_large)->Unit(benchmark::kMillisecond);
BENCHMARK(bn254_add)->Unit(benchmark::kMillisecond);

void blake2f(benchmark::State& state) {
  Bytes input(213, 1);
  std::copy_n(word(40'000'000).begin() + 28, 4, input.begin());
  run(state, calling(0x09), input, Fork::osaka);
}
BENCHMARK(blake2f)->Unit(benchmark::kMillisecond);

void modexp(benchmark::State& state) {
  const auto operand = static_cast<size_t>(state.range(0));
  const auto exponent = static_cast<size_t>(state.range(1));
  Bytes input;
  for (const size_t length : {operand, exponent, operand}) {
    const Bytes written = word(length);
    input.insert(input.end(), written.begin(), written.end());
  }
  input.insert(input.end(), operand + exponent, 0xa5);
  input.insert(input.end(), operand, 0xc3);
  run(state, calling(0x05), input, static_cast<Fork>(state.range(2)));
}
constexpr auto berlin = static_cast<int64_t>(Fork::berlin),
               osaka = static_cast<int64_t>(Fork::osaka);
BENCHMARK(modexp)
    ->Unit(benchmark::kMillisecond)
    ->Args({8, 1'000'000, berlin})
    ->Args({32, 400'000, berlin})
    ->Args({512, 4'000, berlin})
    ->Args({20'000, 32, berlin})
    ->Args({1024, 90, osaka})
    ->Args({256, 1000, osaka});

void bn254_pairing(benchmark::State& state) {
  Bytes pair = word(1);
  const Bytes y = word(2);
  pair.insert(pair.end(), y.begin(), y.end());
  const auto g2 =
      *parse_hex_bytes("0x198e9393920d483a7260bfb731fb5d25f1aa493335a9e71297e485b7aef312c2"
                       "1800deef121f1e76426a00665e5c4479674322d4f75edadd46debd5cd992f6ed"
                       "090689d0585ff075ec9e99ad690c3395bc4b313370b38ef355acdadcd122975b"
                       "12c85ea5db8c6deb4aab71808dcb408fe3d1e7690c43d37b4ce6cc0166fa7daa");
  pair.insert(pair.end(), g2.begin(), g2.end());
  run(state, calling(0x08), times(pair, 1000), Fork::osaka);
}
BENCHMARK(bn254_pairing)->Unit(benchmark::kMillisecond);

void on_bls12381(benchmark::State& state) {
  const auto id = static_cast<uint16_t>(state.range(0));
  const auto g1 = *bls12381::map_to_g1(Bytes(64));
  const auto g2 = *bls12381::map_to_g2(Bytes(128));
  Bytes item;
  if (id != 0x0e) item.insert(item.end(), g1.begin(), g1.end());
  if (id != 0x0c) item.insert(item.end(), g2.begin(), g2.end());
  if (id != 0x0f) item.insert(item.end(), 32, 0xa5);
  run(state, calling(id), times(item, 1000), Fork::osaka);
}
BENCHMARK(on_bls12381)
    ->Name("bls12381")
    ->Unit(benchmark::kMillisecond)
    ->Arg(0x0c)
    ->Arg(0x0e)
    ->Arg(0x0f);

} // namespace
} // namespace runahead

BENCHMARK_MAIN();
